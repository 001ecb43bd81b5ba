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
}

bool Batch::CanHold(size_t bytes) const { return FramedBytes(bytes) <= capacity_; }

uint8_t* Batch::Add(size_t bytes) {
  const size_t framed = FramedBytes(bytes);
  if (framed > capacity_ - used_) return nullptr;
  uint8_t* frame = memory_ + used_;
  const uint32_t header[2] = {static_cast<uint32_t>(bytes), 0};
  memcpy(frame, header, kHeaderBytes);
  memset(frame + kHeaderBytes + bytes, 0, framed - kHeaderBytes - bytes);
  used_ += framed;
  return frame + kHeaderBytes;
}
