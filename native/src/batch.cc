#include "batch.h"

#include <cstring>

namespace {

constexpr size_t kHeaderBytes = 8;

size_t FramedBytes(size_t payload) { return kHeaderBytes + (payload + 7) / 8 * 8; }

}  // namespace

void Batch::Start(uint8_t* memory, size_t capacity) {
  memory_ = memory;
  capacity_ = capacity;
  used_ = 0;
  if (std::exchange(kept_, false)) Add(keptRecord_.data(), keptRecord_.size());
}

bool Batch::Add(const void* record, size_t bytes) {
  const size_t framed = FramedBytes(bytes);
  if (framed > capacity_) {
    oversized_++;
    return true;
  }
  if (framed > capacity_ - used_) {
    const auto* first = static_cast<const uint8_t*>(record);
    keptRecord_.assign(first, first + bytes);
    kept_ = true;
    return false;
  }
  uint8_t* frame = memory_ + used_;
  const uint32_t header[2] = {static_cast<uint32_t>(bytes), 0};
  memcpy(frame, header, kHeaderBytes);
  memcpy(frame + kHeaderBytes, record, bytes);
  memset(frame + kHeaderBytes + bytes, 0, framed - kHeaderBytes - bytes);
  used_ += framed;
  return true;
}
