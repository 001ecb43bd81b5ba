#pragma once

#include <cstddef>
#include <cstdint>

constexpr size_t kFrameHeaderBytes = 8;

// With its header and padding.
constexpr size_t FramedBytes(size_t payload) { return kFrameHeaderBytes + (payload + 7) / 8 * 8; }

// Frames records in memory that is not its own: u32 length, u32 zero, payload, padding to 8 bytes.
class Batch {
 public:
  // Begins anew.
  void Start(uint8_t* memory, size_t capacity);
  // Whether an empty batch has room for a record of so many bytes.
  bool CanHold(size_t bytes) const;
  // Frames a record whose payload the caller then writes to where this points; null where there is no room left.
  uint8_t* Add(size_t bytes);

  size_t used() const { return used_; }
  size_t capacity() const { return capacity_; }

 private:
  uint8_t* memory_ = nullptr;
  size_t capacity_ = 0;
  size_t used_ = 0;
};
