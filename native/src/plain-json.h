// JSON as this project writes it: no space, no escapes, ASCII alone, numbers without exponent. All other JSON is refused.
#pragma once

#include <cstdint>

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
constexpr int kMaxDigits = 16;
// Powers of ten that are exact, so that one division gives the nearest double, as a full parse does.
constexpr double kPowers[] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7, 1e8,
                              1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16};

// Where the digits are a whole number up to here, no two fractions of as many decimals share a double: each is the
// shortest text for its own.
constexpr uint64_t kMaxShortest = 1ull << 52;
// Smaller ones are written with exponents.
constexpr double kMinPlain = 1e-6;

// A number without sign, short enough for `value` to be the one that a full parse gives. Whether it stands there as
// JavaScript writes it is said in `isUsual`.
inline const char* Number(const char* at, double* value, bool* isUsual) {
  const char* first = at;
  uint64_t digits = 0;
  while (IsDigit(*at) && at - first < kMaxDigits) digits = digits * 10 + (*at++ - '0');
  if (at == first || (*first == '0' && at - first > 1)) return nullptr;
  *isUsual = true;
  if (*at != '.') {
    *value = static_cast<double>(digits);
    return digits <= kMaxExact ? at : nullptr;
  }
  const char* point = at++;
  while (IsDigit(*at) && at - first <= kMaxDigits) digits = digits * 10 + (*at++ - '0');
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
