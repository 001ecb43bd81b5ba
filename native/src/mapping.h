#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>

inline size_t PageSize() { return static_cast<size_t>(sysconf(_SC_PAGESIZE)); }

// A part of a file, shared with whoever else maps it, which unmaps itself.
class Mapping {
 public:
  // data() is null, and errno says why, where it cannot be mapped.
  Mapping(int fd, size_t offset, size_t bytes, int access)
      : data_(mmap(nullptr, bytes, access, MAP_SHARED, fd, static_cast<off_t>(offset))), bytes_(bytes) {
    if (data_ == MAP_FAILED) data_ = nullptr;
  }
  ~Mapping() {
    if (data_ != nullptr) munmap(data_, bytes_);
  }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
  char* data() const { return static_cast<char*>(data_); }

 private:
  void* data_;
  const size_t bytes_;
};
