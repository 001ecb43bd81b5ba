// Numbers as JavaScript writes them.
#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>

namespace decimal {

// Up to so many the text is the one that JavaScript gives: of no more digits than a double holds, or next to no other double.
constexpr uint64_t kMaxThousandths = 999'999'999'999'999;
constexpr uint64_t kMaxWhole = (uint64_t{1} << 53) - 1;
constexpr uint64_t kMaxMillionths = (uint64_t{1} << 32) * 1'000'000 - 1;
// Of the longest of these: fifteen digits, a sign and a point; or sixteen and a point.
constexpr size_t kMaxBytes = 17;

// Writes a whole number of at most kMaxWhole and returns where it ends. Most are small, and divided in half the time then.
inline char* WriteWhole(uint64_t number, char* at) {
  if (number > UINT32_MAX) return std::to_chars(at, at + kMaxBytes, number).ptr;
  return std::to_chars(at, at + kMaxBytes, static_cast<uint32_t>(number)).ptr;
}

// The same of a number of so many parts, `kPerOne` of which make one.
template <unsigned kPerOne>
char* WriteParts(uint64_t parts, bool isNegative, char* at) {
  if (isNegative && parts > 0) *at++ = '-';
  at = WriteWhole(parts / kPerOne, at);
  const unsigned rest = parts % kPerOne;
  if (rest == 0) return at;
  char* const point = at;
  at = WriteWhole(kPerOne + rest, point);  // a one and all the digits behind the point
  *point = '.';
  while (at[-1] == '0') at--;
  return at;
}

}  // namespace decimal
