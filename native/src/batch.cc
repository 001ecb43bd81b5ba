#include "batch.h"

#include <cstring>

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
  memcpy(frame, header, kFrameHeaderBytes);
  memset(frame + kFrameHeaderBytes + bytes, 0, framed - kFrameHeaderBytes - bytes);
  used_ += framed;
  return frame + kFrameHeaderBytes;
}
