#pragma once

#include <cstddef>
#include <cstdint>

#include "mapping.h"

// The reader's side of a BPF ring buffer. The kernel offers its memory as the reader's position, the writer's position and
// the data, each from a page of its own on; positions only grow, and the data begins again at each multiple of its size
// (kernel/bpf/ringbuf.c). The kernel would also map the data twice in a row, to read records that wrap around as one piece:
// that counts twice as memory of this process, and records are copied anyway.
class RingView {
 public:
  // `bytes`: size of the data, a power of two.
  RingView(int mapFd, size_t bytes);
  // Where false, errno says why, and nothing else may be called.
  bool mapped() const { return reader_.data() != nullptr && writer_.data() != nullptr; }

  // Goes to the next record, over those that were discarded. False where there is none, or it is still being written.
  bool Find();
  // The length of the record found.
  size_t found() const { return found_; }
  void CopyFound(uint8_t* to) const;
  // Gives the program the room of the record found.
  void Release();
  // False also while the next record is being written; those behind it cannot be had until it is.
  bool IsEmpty() const;
  // How far it has been written by now, what is still being written included, and whether it has been read so far.
  size_t Written() const;
  bool IsReadTo(size_t written) const { return static_cast<ptrdiff_t>(position_ - written) >= 0; }
  // Records of more than so many bytes that wait, those that are still being written included.
  size_t CountAbove(size_t bytes) const;

 private:
  uint32_t* HeaderAt(size_t position) const;
  void MoveTo(size_t position);

  const size_t bytes_;
  const Mapping reader_;
  const Mapping writer_;
  size_t position_ = 0;  // as in reader_, which only this object writes
  size_t found_ = 0;
};
