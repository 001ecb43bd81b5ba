// Canonical text of addresses in network byte order: RFC 5952 for IPv6.
#pragma once

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace address {

// Of eight groups of four digits, the longest.
constexpr size_t kMaxBytes = 39;

// Each writes the text and returns where it ends.

// A number of one byte with a point behind it, which is half of what an address takes if it is not looked up.
struct Octet {
  char text[4];
  uint8_t bytes;
};

inline const Octet* Octets() {
  static const auto octets = [] {
    std::array<Octet, 256> all{};
    for (unsigned i = 0; i < all.size(); i++) {
      char* const end = std::to_chars(all[i].text, all[i].text + 3, i).ptr;
      *end = '.';
      all[i].bytes = static_cast<uint8_t>(end + 1 - all[i].text);
    }
    return all;
  }();
  return octets.data();
}

inline char* WriteIpv4(const uint8_t* bytes, char* at) {
  static const Octet* const octets = Octets();
  for (int i = 0; i < 4; i++) {
    const Octet& octet = octets[bytes[i]];
    memcpy(at, octet.text, sizeof(octet.text));
    at += octet.bytes;
  }
  return at - 1;
}

// ::ffff:0:0/96 (RFC 4291, section 2.5.5.2).
inline bool IsMapped(const uint8_t* bytes) {
  static constexpr uint8_t prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  return memcmp(bytes, prefix, sizeof(prefix)) == 0;
}

// A mapped one is written as the IPv4 address that it is on the wire.
inline char* WriteIpv6(const uint8_t* bytes, char* at) {
  if (IsMapped(bytes)) return WriteIpv4(bytes + 12, at);
  const auto group = [bytes](int i) { return static_cast<unsigned>(bytes[2 * i] << 8 | bytes[2 * i + 1]); };
  // The first of the longest runs of zeros; a single one is no run.
  int zeros = 8, length = 1;
  for (int i = 0; i < 8; i++) {
    int end = i;
    while (end < 8 && group(end) == 0) end++;
    if (end - i > length) zeros = i, length = end - i;
    i = end;
  }
  for (int i = 0; i < 8; i++) {
    if (i == zeros) {
      *at++ = ':';
      *at++ = ':';
      i += length - 1;
      continue;
    }
    if (i > 0 && i != zeros + length) *at++ = ':';
    at = std::to_chars(at, at + 4, group(i), 16).ptr;
  }
  return at;
}

}  // namespace address
