// JSON as this project writes it: no space, no escapes, ASCII alone, numbers without exponent. All other JSON is refused.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

// Each of these returns where what it reads ends, or nullptr where that is not there. What is read must end with a
// newline in the same memory: as that is part of nothing, nothing is read behind it.
namespace plain {

inline bool IsDigit(char c) { return c >= '0' && c <= '9'; }
// ASCII without controls, and without what ends a string or begins an escape.
inline bool IsPlain(char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; }

inline const char* Word(const char* at, const char* word) {
  for (; *word != '\0'; word++, at++) {
    if (*at != *word) return nullptr;
  }
  return at;
}

// A string, with its quotes.
inline const char* Text(const char* at) {
  if (*at++ != '"') return nullptr;
  while (IsPlain(*at)) at++;
  return *at == '"' ? at + 1 : nullptr;
}

constexpr uint64_t kMaxExact = 1ull << 53;
constexpr size_t kMaxDigits = 16;
// Powers of ten that are exact, so that one division gives the nearest double, as a full parse does.
constexpr double kPowers[] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7, 1e8,
                              1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16};

// Where the digits are a whole number up to here, no two fractions of as many decimals share a double: each is the
// shortest text for its own.
constexpr uint64_t kMaxShortest = 1ull << 52;
// Smaller ones are written with exponents.
constexpr double kMinPlain = 1e-6;

constexpr size_t kWordDigits = sizeof(uint64_t);
constexpr uint64_t kWholePowers[kWordDigits + 1] = {1,      10,      100,      1000,      10000,
                                                    100000, 1000000, 10000000, 100000000};

// How many of eight bytes are digits before the first that is none; `values` has the digits less '0'.
inline size_t LeadingDigits(uint64_t values) {
  // The high bit of a byte, where it is above 9; right up to the first, from where on sums carry over.
  const uint64_t others = ((values + 0x7676767676767676) | values) & 0x8080808080808080;
  return others == 0 ? kWordDigits : static_cast<size_t>(__builtin_ctzll(others)) / 8;
}

// The number that eight digits make, the first in the lowest byte.
inline uint64_t OfDigits(uint64_t ones) {
  const uint64_t pairs = (ones & 0x00ff00ff00ff00ff) * 10 + (ones >> 8 & 0x00ff00ff00ff00ff);
  const uint64_t fours = (pairs & 0x0000ffff0000ffff) * 100 + (pairs >> 16 & 0x0000ffff0000ffff);
  return (fours & 0x00000000ffffffff) * 10000 + (fours >> 32);
}

// Adds digits to the end of `value`, eight at a time, on machines that are little-endian, as x86-64 and arm64 are. What
// may be read ends at `limit`.
inline const char* Digits(const char* at, size_t most, const char* limit, uint64_t* value) {
  while (most > 0 && static_cast<size_t>(limit - at) >= kWordDigits) {
    uint64_t bytes;
    memcpy(&bytes, at, kWordDigits);
    bytes ^= 0x3030303030303030;
    const size_t count = std::min(LeadingDigits(bytes), most);
    if (count == 0) return at;
    *value = *value * kWholePowers[count] + OfDigits(bytes << 8 * (kWordDigits - count));
    at += count;
    most -= count;
    if (count < kWordDigits) return at;
  }
  for (; most > 0 && IsDigit(*at); most--) *value = *value * 10 + (*at++ - '0');
  return at;
}

// A number without sign, short enough for `value` to be the one that a full parse gives. Whether it stands there as
// JavaScript writes it is said in `isUsual`.
inline const char* Number(const char* at, const char* limit, double* value, bool* isUsual) {
  const char* first = at;
  uint64_t digits = 0;
  at = Digits(at, kMaxDigits, limit, &digits);
  if (at == first || (*first == '0' && at - first > 1)) return nullptr;
  *isUsual = true;
  if (*at != '.') {
    *value = static_cast<double>(digits);
    return digits <= kMaxExact ? at : nullptr;
  }
  const char* point = at++;
  at = Digits(at, kMaxDigits - (point - first), limit, &digits);
  if (at == point + 1) return nullptr;
  *value = static_cast<double>(digits) / kPowers[at - point - 1];
  *isUsual = at[-1] != '0' && digits <= kMaxShortest && *value >= kMinPlain;
  return digits <= kMaxExact ? at : nullptr;
}

// Any number, of which only the form is looked at.
inline const char* AnyNumber(const char* at) {
  if (*at == '-') at++;
  const char* first = at;
  while (IsDigit(*at)) at++;
  if (at == first || (*first == '0' && at - first > 1)) return nullptr;
  if (*at != '.') return at;
  const char* point = at++;
  while (IsDigit(*at)) at++;
  return at > point + 1 ? at : nullptr;
}

inline const char* Members(const char* at, int depth);

// Any value, with objects and lists nested at most so deep.
inline const char* Value(const char* at, int depth) {
  switch (*at) {
    case '"':
      return Text(at);
    case '{':
    case '[':
      return depth > 0 ? Members(at, depth - 1) : nullptr;
    case 't':
      return Word(at, "true");
    case 'f':
      return Word(at, "false");
    case 'n':
      return Word(at, "null");
    default:
      return AnyNumber(at);
  }
}

inline const char* Members(const char* at, int depth) {
  const bool areNamed = *at++ == '{';
  const char close = areNamed ? '}' : ']';
  if (*at == close) return at + 1;
  for (;;) {
    if (areNamed) {
      at = Text(at);
      if (at == nullptr || *at++ != ':') return nullptr;
    }
    at = Value(at, depth);
    if (at == nullptr) return nullptr;
    const char after = *at++;
    if (after == close) return at;
    if (after != ',') return nullptr;
  }
}

}  // namespace plain
