#include "key-table.h"

#include <limits>
#include <random>

namespace {

// Powers of two.
constexpr size_t kFirstSlots = 1 << 10;
constexpr size_t kMaxSlots = 1 << 16;
// At most half of the slots, so that searches are short.
constexpr size_t kMaxKeys = kMaxSlots / 2;
constexpr size_t kMaxBytes = 2 << 20;
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

uint64_t Key::Hash(uint64_t seed) const {
  constexpr uint64_t kOdd = 0x9e3779b97f4a7c15;
  uint64_t hash = seed ^ size_;
  uint64_t word;
  size_t at = 0;
  for (; at + sizeof word <= size_; at += sizeof word) {
    memcpy(&word, bytes_ + at, sizeof word);
    hash = Mixed(hash ^ word, kOdd);
  }
  memcpy(&word, bytes_ + at, sizeof word);
  const uint64_t rest = (uint64_t{1} << (8 * (size_ - at))) - 1;
  return Mixed(hash ^ (word & rest), kOdd);
}

KeyTable::KeyTable() : seed_(RandomSeed()) {}

int32_t KeyTable::IdOf(const Key& key) {
  if (key.IsTooLong()) return kNone;
  const std::string_view bytes = key.bytes();
  MakeRoom(bytes.size());
  const auto hash = static_cast<uint32_t>(key.Hash(seed_));
  for (size_t step = 0; step < kMaxSteps; step++) {
    Slot& slot = SlotAt(hash, step);
    if (slot.id == kNone) return Remember(&slot, hash, bytes);
    if (slot.hash == hash && bytes == std::string_view(bytes_.data() + slot.at, slot.length)) return slot.id;
  }
  return kNone;
}

void KeyTable::MakeRoom(size_t bytes) {
  if (slots_.empty() || count_ == kMaxKeys || bytes_.size() + bytes > kMaxBytes) {
    slots_.assign(kFirstSlots, Slot{0, kNone, 0, 0});
    bytes_.clear();
    count_ = 0;
  } else if (count_ * 2 == slots_.size()) {
    Grow();
  }
}

void KeyTable::Grow() {
  std::vector<Slot> slots(slots_.size() * 2, Slot{0, kNone, 0, 0});
  slots_.swap(slots);
  for (const Slot& known : slots) {
    if (known.id == kNone) continue;
    // One that is too far from its place is forgotten.
    for (size_t step = 0; step < kMaxSteps; step++) {
      Slot& slot = SlotAt(known.hash, step);
      if (slot.id != kNone) continue;
      slot = known;
      break;
    }
  }
}

int32_t KeyTable::Remember(Slot* slot, uint32_t hash, std::string_view key) {
  if (nextId_ == std::numeric_limits<int32_t>::max()) return kNone;
  *slot = {hash, nextId_++, static_cast<uint32_t>(bytes_.size()), static_cast<uint32_t>(key.size())};
  bytes_.append(key);
  count_++;
  return slot->id;
}
