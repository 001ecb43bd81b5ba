// UTF-8, of which only the form is looked at.
#pragma once

#include <cstddef>
#include <string_view>

// Whether it is UTF-8 as RFC 3629 (section 4) has it: in the shortest form, no surrogates, up to U+10FFFF.
inline bool IsUtf8(std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    const auto first = static_cast<unsigned char>(text[at++]);
    if (first < 0x80) continue;
    if (first < 0xc2 || first > 0xf4) return false;
    // Of the second byte; all after that may be any from 0x80 to 0xbf.
    unsigned char least = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    unsigned char most = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    for (int more = first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3; more > 0; more--, least = 0x80, most = 0xbf) {
      if (at == text.size()) return false;
      const auto next = static_cast<unsigned char>(text[at++]);
      if (next < least || next > most) return false;
    }
  }
  return true;
}
