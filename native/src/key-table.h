// Small numbers for byte strings, so that who counts by them need not look at the bytes again.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

// Bytes that are put together to be looked up.
class Key {
 public:
  static constexpr size_t kMaxBytes = 1024;

  void Clear() { size_ = 0; }

  // Two keys are the same only where the same parts were added: none holds a newline.
  void Add(char field, const char* part, size_t size) {
    if (size_ + size + 2 > kMaxBytes) {
      size_ = kMaxBytes + 1;
      return;
    }
    bytes_[size_] = field;
    memcpy(bytes_ + size_ + 1, part, size);
    bytes_[size_ + 1 + size] = '\n';
    size_ += size + 2;
  }

  bool IsTooLong() const { return size_ > kMaxBytes; }
  std::string_view bytes() const { return {bytes_, size_}; }

  // Every bit of it depends on the seed and on every byte. Undefined where the key is too long.
  uint64_t Hash(uint64_t seed) const;

 private:
  size_t size_ = 0;
  // Hashed in whole words, the last of which may end behind the key.
  char bytes_[kMaxBytes + sizeof(uint64_t)] = {};
};

class KeyTable {
 public:
  static constexpr int32_t kNone = -1;

  KeyTable();

  // A number that no other bytes ever have. The same bytes have the same number as long as they are remembered; it is
  // kNone for some, as what is remembered and the time to search are bounded, whatever the keys.
  int32_t IdOf(const Key& key);

 private:
  struct Slot {
    uint32_t hash;
    int32_t id;
    uint32_t at;
    uint32_t length;
  };

  Slot& SlotAt(uint32_t hash, size_t step) { return slots_[(hash + step) & (slots_.size() - 1)]; }
  // For a key of so many bytes, if need be by forgetting all.
  void MakeRoom(size_t bytes);
  void Grow();
  int32_t Remember(Slot* slot, uint32_t hash, std::string_view key);

  // Drawn anew by each process: whoever chooses keys cannot tell which of them meet.
  const uint64_t seed_;
  std::vector<Slot> slots_;
  std::string bytes_;
  size_t count_ = 0;
  int32_t nextId_ = 0;
};
