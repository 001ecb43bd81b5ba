#pragma once

#include <linux/bpf.h>
#include <napi.h>

#include <string>

#include "fd.h"

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
