#include "key-table.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <random>

namespace {

constexpr size_t kSlots = 1 << 16;
// At most half of the slots, so that searches are short.
constexpr size_t kMaxKeys = kSlots / 2;
constexpr size_t kMaxBytes = 2 << 20;
constexpr size_t kMaxKeyBytes = 1024;
constexpr size_t kMaxSteps = 16;

uint64_t RandomSeed() {
  std::random_device device;
  return static_cast<uint64_t>(device()) << 32 | device();
}

// Both halves of a product of 64 bits each: every bit of either has a part in every bit of it.
uint64_t Mixed(uint64_t a, uint64_t b) {
  const auto product = static_cast<unsigned __int128>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

}  // namespace

KeyTable::KeyTable() : seed_(RandomSeed()) {}

int32_t KeyTable::IdOf(std::string_view key) {
  if (key.size() > kMaxKeyBytes) return kNone;
  if (slots_.empty() || count_ == kMaxKeys || bytes_.size() + key.size() > kMaxBytes) {
    slots_.assign(kSlots, Slot{0, kNone, 0, 0});
    bytes_.clear();
    count_ = 0;
  }
  const auto hash = static_cast<uint32_t>(HashOf(key));
  for (size_t step = 0; step < kMaxSteps; step++) {
    Slot& slot = slots_[(hash + step) % kSlots];
    if (slot.id == kNone) return Remember(&slot, hash, key);
    if (slot.hash == hash && key == std::string_view(bytes_.data() + slot.at, slot.length)) return slot.id;
  }
  return kNone;
}

int32_t KeyTable::Remember(Slot* slot, uint32_t hash, std::string_view key) {
  if (nextId_ == std::numeric_limits<int32_t>::max()) return kNone;
  *slot = {hash, nextId_++, static_cast<uint32_t>(bytes_.size()), static_cast<uint32_t>(key.size())};
  bytes_.append(key);
  count_++;
  return slot->id;
}

uint64_t KeyTable::HashOf(std::string_view key) const {
  uint64_t hash = seed_ ^ key.size();
  for (size_t at = 0; at < key.size(); at += sizeof(uint64_t)) {
    uint64_t word = 0;
    memcpy(&word, key.data() + at, std::min(sizeof word, key.size() - at));
    hash = Mixed(hash ^ word, 0x9e3779b97f4a7c15);
  }
  return hash;
}
