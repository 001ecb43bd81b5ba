#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

// Frames records into memory that is not its own: u32 length, u32 zero, payload, padding to 8 bytes.
class Batch {
 public:
  // Begins anew, with the record that did not fit the last batch.
  void Start(uint8_t* memory, size_t capacity);
  // False where the batch is full: the record is kept for the next one, and no other may be added.
  bool Add(const void* record, size_t bytes);

  size_t used() const { return used_; }
  size_t capacity() const { return capacity_; }
  bool full() const { return kept_; }
  bool empty() const { return used_ == 0 && oversized_ == 0; }
  // The number of records since the last call that no batch can hold; they are skipped.
  size_t TakeOversized() { return std::exchange(oversized_, 0); }

 private:
  uint8_t* memory_ = nullptr;
  size_t capacity_ = 0;
  size_t used_ = 0;
  size_t oversized_ = 0;
  bool kept_ = false;
  std::vector<uint8_t> keptRecord_;
};
