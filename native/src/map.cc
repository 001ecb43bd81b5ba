#include "map.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "error.h"

namespace {

// The kernel gives the descriptors of maps, programs and links different names, and nothing else tells them apart.
bool IsMap(int fd) {
  char target[64];
  const std::string link = "/proc/self/fd/" + std::to_string(fd);
  const ssize_t length = readlink(link.c_str(), target, sizeof target);
  return length > 0 && std::string(target, static_cast<size_t>(length)) == "anon_inode:bpf-map";
}

// Of a file of another kind the kernel says what it says of one that may not be opened (bpf_inode_type in kernel/bpf/inode.c).
bool IsAllowed(const std::string& path) {
  return faccessat(AT_FDCWD, path.c_str(), R_OK | W_OK, AT_EACCESS) == 0;
}

}  // namespace

PinnedMap::PinnedMap(Napi::Env env, const std::string& path) : fd_(bpf_obj_get(path.c_str())) {
  if (const int error = errno; fd() < 0) {
    if (error == EACCES && IsAllowed(path)) throw BpfError(env, "map", EINVAL, path + " is not pinned, nor a map");
    throw BpfError(env, "map", error, "cannot open the pinned map " + path);
  }
  if (!IsMap(fd())) throw BpfError(env, "map", EINVAL, path + " is pinned, but not a map");
  uint32_t length = sizeof info_;
  if (bpf_obj_get_info_by_fd(fd(), &info_, &length) < 0)
    throw BpfError(env, "map", errno, "cannot inspect the pinned map " + path);
}

std::string MapTypeName(uint32_t type) {
  const char* name = libbpf_bpf_map_type_str(static_cast<bpf_map_type>(type));
  return name != nullptr ? name : "type " + std::to_string(type);
}

Napi::Object PinnedMapInfo(Napi::Env env, const std::string& path) {
  const PinnedMap map(env, path);
  const Napi::Object info = Napi::Object::New(env);
  info.Set("type", map.info().type);
  info.Set("typeName", MapTypeName(map.info().type));
  info.Set("keySize", map.info().key_size);
  info.Set("valueSize", map.info().value_size);
  return info;
}
