// Small numbers for byte strings, so that who counts by them need not look at the bytes again.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

class KeyTable {
 public:
  static constexpr int32_t kNone = -1;

  KeyTable();

  // A number that no other bytes ever have. The same bytes have the same number as long as they are remembered; it is
  // kNone for some, as what is remembered and the time to search are bounded, whatever the keys.
  int32_t IdOf(std::string_view key);

 private:
  struct Slot {
    uint32_t hash;
    int32_t id;
    uint32_t at;
    uint32_t length;
  };

  uint64_t HashOf(std::string_view key) const;
  int32_t Remember(Slot* slot, uint32_t hash, std::string_view key);

  // Drawn anew by each process: whoever chooses keys cannot tell which of them meet.
  const uint64_t seed_;
  std::vector<Slot> slots_;
  std::string bytes_;
  size_t count_ = 0;
  int32_t nextId_ = 0;
};
