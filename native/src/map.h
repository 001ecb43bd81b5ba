#pragma once

#include <linux/bpf.h>
#include <napi.h>

#include <string>

// A file descriptor that closes itself.
class Fd {
 public:
  explicit Fd(int fd) : fd_(fd) {}
  ~Fd();
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  int get() const { return fd_; }

 private:
  const int fd_;
};

// Opens the map pinned at `path` and reads its kind and sizes. Throws a BpfError, also for a pinned program or link.
class PinnedMap {
 public:
  PinnedMap(Napi::Env env, const std::string& path);
  int fd() const { return fd_.get(); }
  const bpf_map_info& info() const { return info_; }

 private:
  Fd fd_;
  bpf_map_info info_{};
};

// libbpf's name of a map type: "hash", "array", …; "type 99" for one newer than libbpf.
std::string MapTypeName(uint32_t type);

// {type, typeName, keySize, valueSize} of the map pinned at a path.
Napi::Object PinnedMapInfo(Napi::Env env, const std::string& path);
