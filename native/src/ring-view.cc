#include "ring-view.h"

#include <linux/bpf.h>

#include <algorithm>
#include <cstring>

namespace {

size_t RoomOf(size_t payload) { return BPF_RINGBUF_HDR_SZ + (payload + 7) / 8 * 8; }

}  // namespace

RingView::RingView(int mapFd, size_t bytes)
    : bytes_(bytes),
      reader_(mapFd, 0, PageSize(), PROT_READ | PROT_WRITE),
      writer_(mapFd, PageSize(), PageSize() + bytes, PROT_READ) {
  if (mapped()) position_ = *reinterpret_cast<const unsigned long*>(reader_.data());
}

// Never split, as all begins at multiples of its size.
uint32_t* RingView::HeaderAt(size_t position) const {
  return reinterpret_cast<uint32_t*>(writer_.data() + PageSize() + (position & (bytes_ - 1)));
}

size_t RingView::Written() const {
  return __atomic_load_n(reinterpret_cast<const unsigned long*>(writer_.data()), __ATOMIC_ACQUIRE);
}

void RingView::MoveTo(size_t position) {
  position_ = position;
  __atomic_store_n(reinterpret_cast<unsigned long*>(reader_.data()), position, __ATOMIC_RELEASE);
}

bool RingView::Find() {
  while (position_ != Written()) {
    const uint32_t header = __atomic_load_n(HeaderAt(position_), __ATOMIC_ACQUIRE);
    if ((header & BPF_RINGBUF_BUSY_BIT) != 0) return false;
    found_ = header & ~BPF_RINGBUF_DISCARD_BIT;
    if ((header & BPF_RINGBUF_DISCARD_BIT) == 0) return true;
    Release();
  }
  return false;
}

void RingView::CopyFound(uint8_t* to) const {
  const size_t start = (position_ + BPF_RINGBUF_HDR_SZ) & (bytes_ - 1);
  const size_t first = std::min(found_, bytes_ - start);
  const char* data = writer_.data() + PageSize();
  memcpy(to, data + start, first);
  memcpy(to + first, data, found_ - first);
}

void RingView::Release() { MoveTo(position_ + RoomOf(found_)); }

size_t RingView::CountAbove(size_t bytes) const {
  size_t count = 0;
  const size_t written = Written();
  for (size_t position = position_; position != written;) {
    const uint32_t header = __atomic_load_n(HeaderAt(position), __ATOMIC_ACQUIRE);
    const size_t length = header & ~(BPF_RINGBUF_BUSY_BIT | BPF_RINGBUF_DISCARD_BIT);
    if ((header & BPF_RINGBUF_DISCARD_BIT) == 0 && length > bytes) count++;
    position += RoomOf(length);
  }
  return count;
}

bool RingView::IsEmpty() const { return position_ == Written(); }
