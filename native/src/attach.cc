// The methods of a loaded object that make something run: links, iterators, rings.
#include <bpf/bpf.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "error.h"
#include "map.h"
#include "object.h"

namespace {

struct DestroyLink {
  void operator()(bpf_link* link) const { bpf_link__destroy(link); }
};

// Reads an iterator to its end: that is what runs its program over every object.
int ReadToEnd(int fd) {
  char discarded[4096];
  for (;;) {
    const ssize_t length = read(fd, discarded, sizeof discarded);
    if (length == 0) return 0;
    // EAGAIN: the kernel's limit of objects per read was reached without output; the next read goes on from there.
    if (length < 0 && errno != EAGAIN && errno != EINTR) return -errno;
  }
}

}  // namespace

void BpfObject::Attach(const Napi::CallbackInfo& info) {
  const std::string name = Text(info, 0);
  bpf_link* link = bpf_program__attach(Program(info.Env(), name, "attach"));
  if (link == nullptr) throw BpfError(info.Env(), "attach", errno, "cannot attach program " + name);
  links_.push_back(link);
}

void BpfObject::AttachCgroup(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::string name = Text(info, 0);
  const std::string path = Text(info, 1);
  bpf_program* program = Program(env, name, "attach");
  const Fd cgroup(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (cgroup.get() < 0) throw BpfError(env, "attach", errno, "cannot open the cgroup " + path);
  bpf_link* link = bpf_program__attach_cgroup(program, cgroup.get());
  if (link == nullptr)
    throw BpfError(env, "attach", errno, "cannot attach program " + name + " to the cgroup " + path);
  links_.push_back(link);
}

Napi::Value BpfObject::OpenRing(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::string awakeName = Text(info, 1);
  const std::string name = Text(info, 0);
  const bpf_map* map = Map(env, name, "ring");
  if (bpf_map__type(map) != BPF_MAP_TYPE_RINGBUF)
    throw BpfError(env, "ring", EINVAL, "map " + name + " is not a ring buffer but " + MapTypeName(bpf_map__type(map)));
  const Global awake = GlobalNamed(env, awakeName);
  if (awake.section != ".bss" || awake.size != sizeof(uint32_t))
    throw BpfError(env, "ring", EINVAL, "global " + awakeName + " is not a __u32 in .bss");
  auto ring = Ring::Open(env, info.This().As<Napi::Object>(),
                         {bpf_map__fd(map), bpf_map__max_entries(map),
                          reinterpret_cast<uint32_t*>(GlobalMemory(env, awake)), Number(info, 2)},
                         {info[3].As<Napi::Uint8Array>(), info[4].As<Napi::Function>(), info[5].As<Napi::Function>()});
  rings_.push_back(ring);
  return Ring::Face(env, std::move(ring));
}

void BpfObject::RunIter(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::string name = Text(info, 0);
  const std::unique_ptr<bpf_link, DestroyLink> link(
      bpf_program__attach_iter(Program(env, name, "attach"), nullptr));
  if (link == nullptr) throw BpfError(env, "attach", errno, "cannot attach the iterator " + name);
  const Fd iterator(bpf_iter_create(bpf_link__fd(link.get())));
  if (iterator.get() < 0) throw BpfError(env, "attach", errno, "cannot start the iterator " + name);
  const int error = ReadToEnd(iterator.get());
  if (error < 0) throw BpfError(env, "attach", error, "the iterator " + name + " failed");
}
