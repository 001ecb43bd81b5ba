// JSON as this project writes it: no space, no escapes, ASCII alone, numbers without exponent. All other JSON is refused.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

// Each of these returns where what it reads ends, or nullptr where that is not there. What is read must end with a
// newline in the same memory: as that is part of nothing, nothing is taken from behind it. `limit` is the end of that
// memory, up to which eight bytes at a time may be looked at.
namespace plain {

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the first of eight bytes is taken for the lowest");

constexpr size_t kWordBytes = sizeof(uint64_t);

inline bool HasWord(const char* at, const char* limit) { return static_cast<size_t>(limit - at) >= kWordBytes; }

inline uint64_t WordAt(const char* at) {
  uint64_t word;
  memcpy(&word, at, kWordBytes);
  return word;
}

constexpr uint64_t InEachByte(uint8_t byte) { return uint64_t{0x0101010101010101} * byte; }

constexpr uint64_t kHighBits = InEachByte(0x80);

// Which byte has the lowest of the high bits that are set; the number of bytes where none is.
inline size_t FirstMarked(uint64_t high_bits) {
  return high_bits == 0 ? kWordBytes : static_cast<size_t>(__builtin_ctzll(high_bits)) / 8;
}

inline bool IsDigit(char c) { return c >= '0' && c <= '9'; }
// ASCII without controls, and without what ends a string or begins an escape.
inline bool IsPlain(char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; }

inline const char* Word(const char* at, const char* word) {
  for (; *word != '\0'; word++, at++) {
    if (*at != *word) return nullptr;
  }
  return at;
}

// The high bit of each byte that is less than `bound`, which is no more than 0x80; right up to the first of those, as from
// there on differences borrow.
inline uint64_t Below(uint64_t word, uint8_t bound) { return (word - InEachByte(bound)) & ~word & kHighBits; }
inline uint64_t Equal(uint64_t word, char c) { return Below(word ^ InEachByte(static_cast<uint8_t>(c)), 1); }

// How many of eight bytes are plain before the first that is not.
inline size_t LeadingPlain(uint64_t word) {
  const uint64_t ends = Equal(word, '"') | Equal(word, '\\');
  const uint64_t others = Below(word, 0x20) | Equal(word, 0x7f) | (word & kHighBits);
  return FirstMarked(ends | others);
}

// A string, with its quotes.
inline const char* Text(const char* at, const char* limit) {
  if (*at++ != '"') return nullptr;
  while (HasWord(at, limit)) {
    const size_t plain = LeadingPlain(WordAt(at));
    at += plain;
    if (plain < kWordBytes) break;
  }
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

constexpr uint64_t kWholePowers[kWordBytes + 1] = {1,      10,      100,      1000,      10000,
                                                    100000, 1000000, 10000000, 100000000};

// How many of eight bytes are digits before the first that is none; `values` has the digits less '0'.
inline size_t LeadingDigits(uint64_t values) {
  // The high bit of a byte, where it is above 9; right up to the first, from where on sums carry over.
  return FirstMarked(((values + InEachByte(0x80 - 10)) | values) & kHighBits);
}

// The number that eight digits make, the first in the lowest byte. Each product adds to the digits in every second place
// those before them, ten, hundred or ten thousand times; no sum is too large for its place.
inline uint64_t OfDigits(uint64_t ones) {
  const uint64_t pairs = (ones * (10 << 8 | 1)) >> 8 & 0x00ff00ff00ff00ff;
  const uint64_t fours = (pairs * (100 << 16 | 1)) >> 16 & 0x0000ffff0000ffff;
  return (fours * (10000ull << 32 | 1)) >> 32;
}

// Adds digits to the end of `value`.
inline const char* Digits(const char* at, size_t most, const char* limit, uint64_t* value) {
  while (most > 0 && HasWord(at, limit)) {
    const uint64_t values = WordAt(at) ^ InEachByte('0');
    const size_t count = std::min(LeadingDigits(values), most);
    if (count == 0) return at;
    *value = *value * kWholePowers[count] + OfDigits(values << 8 * (kWordBytes - count));
    at += count;
    most -= count;
    if (count < kWordBytes) return at;
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

inline const char* Members(const char* at, const char* limit, int depth);

// Any value, with objects and lists nested at most so deep.
inline const char* Value(const char* at, const char* limit, int depth) {
  switch (*at) {
    case '"':
      return Text(at, limit);
    case '{':
    case '[':
      return depth > 0 ? Members(at, limit, depth - 1) : nullptr;
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

inline const char* Members(const char* at, const char* limit, int depth) {
  const bool areNamed = *at++ == '{';
  const char close = areNamed ? '}' : ']';
  if (*at == close) return at + 1;
  for (;;) {
    if (areNamed) {
      at = Text(at, limit);
      if (at == nullptr || *at++ != ':') return nullptr;
    }
    at = Value(at, limit, depth);
    if (at == nullptr) return nullptr;
    const char after = *at++;
    if (after == close) return at;
    if (after != ',') return nullptr;
  }
}

}  // namespace plain
