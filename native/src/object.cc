#include "object.h"

#include <malloc.h>

#include <cerrno>
#include <cstring>

#include "error.h"
#include "map.h"

namespace {

std::string Shape(uint32_t type, uint32_t keySize, uint32_t valueSize) {
  return MapTypeName(type) + ", key " + std::to_string(keySize) + " bytes, value " + std::to_string(valueSize) +
         " bytes";
}

}  // namespace

Napi::Function BpfObject::Define(Napi::Env env) {
  return DefineClass(env, "BpfObject",
                     {
                         InstanceMethod<&BpfObject::Struct>("struct"),
                         InstanceMethod<&BpfObject::SetGlobal>("setGlobal"),
                         InstanceMethod<&BpfObject::SetMapEntries>("setMapEntries"),
                         InstanceMethod<&BpfObject::SetAutoload>("setAutoload"),
                         InstanceMethod<&BpfObject::ReuseMap>("reuseMap"),
                         InstanceMethod<&BpfObject::Load>("load"),
                         InstanceMethod<&BpfObject::Attach>("attach"),
                         InstanceMethod<&BpfObject::AttachCgroup>("attachCgroup"),
                         InstanceMethod<&BpfObject::ReadGlobal>("readGlobal"),
                         InstanceMethod<&BpfObject::OpenRing>("openRing"),
                         InstanceMethod<&BpfObject::RunIter>("runIter"),
                         InstanceMethod<&BpfObject::ProgramFd>("programFd"),
                         InstanceMethod<&BpfObject::Detach>("detach"),
                         InstanceMethod<&BpfObject::Close>("close"),
                     });
}

BpfObject::BpfObject(const Napi::CallbackInfo& info) : Napi::ObjectWrap<BpfObject>(info) {
  ClearLibbpfLog();
  const std::string path = Text(info, 0);
  object_ = bpf_object__open(path.c_str());
  if (object_ == nullptr) throw BpfError(info.Env(), "open", errno, "cannot open the BPF object " + path);
  if (bpf_object__btf(object_) != nullptr) return;
  bpf_object__close(object_);
  throw BpfError(info.Env(), "open", ENODATA, path + " has no BTF");
}

// Also runs on garbage collection and when the environment ends.
BpfObject::~BpfObject() { Release(); }

void BpfObject::Close(const Napi::CallbackInfo&) { Release(); }

void BpfObject::Detach(const Napi::CallbackInfo&) { DestroyLinks(); }

void BpfObject::DestroyLinks() {
  for (bpf_link* link : links_) bpf_link__destroy(link);
  links_.clear();
}

void BpfObject::Release() {
  for (const auto& ring : rings_) ring->Close();
  rings_.clear();
  DestroyLinks();
  sections_.clear();
  bpf_object__close(object_);
  object_ = nullptr;
}

bpf_object* BpfObject::Object(Napi::Env env, const char* step) {
  ClearLibbpfLog();
  if (object_ == nullptr) throw BpfError(env, step, EBADF, "the BPF object is closed");
  return object_;
}

bpf_map* BpfObject::Map(Napi::Env env, const std::string& name, const char* step) {
  bpf_map* map = bpf_object__find_map_by_name(Object(env, step), name.c_str());
  if (map == nullptr) throw BpfError(env, step, ENOENT, "no map " + name + " in the BPF object");
  return map;
}

bpf_program* BpfObject::Program(Napi::Env env, const std::string& name, const char* step) {
  bpf_program* program = bpf_object__find_program_by_name(Object(env, step), name.c_str());
  if (program == nullptr) throw BpfError(env, step, ENOENT, "no program " + name + " in the BPF object");
  return program;
}

Napi::Value BpfObject::Struct(const Napi::CallbackInfo& info) {
  return StructLayout(info.Env(), bpf_object__btf(Object(info.Env(), "open")), Text(info, 0));
}

Global BpfObject::GlobalNamed(Napi::Env env, const std::string& name) {
  const auto global = FindGlobal(bpf_object__btf(Object(env, "global")), name);
  if (!global) throw BpfError(env, "global", ENOENT, "no global variable " + name + " in the BPF object");
  return *global;
}

// Where the variable lives now: libbpf's image before load(), our own mapping of the kernel's map after it.
char* BpfObject::GlobalMemory(Napi::Env env, const Global& global) {
  bpf_map* map = Map(env, global.section, "global");
  const auto mapped = sections_.find(map);
  if (mapped != sections_.end()) return mapped->second.data() + global.offset;
  size_t bytes = 0;
  const void* image = bpf_map__initial_value(map, &bytes);
  if (image == nullptr || global.offset + global.size > bytes)
    throw BpfError(env, "global", EFAULT, "section " + global.section + " holds no accessible data");
  return static_cast<char*>(const_cast<void*>(image)) + global.offset;
}

void BpfObject::SetGlobal(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::string name = Text(info, 0);
  const auto value = info[1].As<Napi::Uint8Array>();
  const Global global = GlobalNamed(env, name);
  if (value.ByteLength() != global.size)
    throw BpfError(env, "global", EINVAL,
                   "global " + name + " has " + std::to_string(global.size) + " bytes, not " +
                       std::to_string(value.ByteLength()));
  memcpy(GlobalMemory(env, global), value.Data(), global.size);
}

Napi::Value BpfObject::ReadGlobal(const Napi::CallbackInfo& info) {
  const Global global = GlobalNamed(info.Env(), Text(info, 0));
  return Napi::Buffer<char>::Copy(info.Env(), GlobalMemory(info.Env(), global), global.size);
}

void BpfObject::SetMapEntries(const Napi::CallbackInfo& info) {
  const std::string name = Text(info, 0);
  const int error = bpf_map__set_max_entries(Map(info.Env(), name, "map"), Number(info, 1));
  if (error < 0) throw BpfError(info.Env(), "map", error, "cannot set the size of map " + name);
}

void BpfObject::SetAutoload(const Napi::CallbackInfo& info) {
  const std::string name = Text(info, 0);
  const bool on = info[1].As<Napi::Boolean>();
  const int error = bpf_program__set_autoload(Program(info.Env(), name, "load"), on);
  if (error < 0) throw BpfError(info.Env(), "load", error, "cannot choose whether program " + name + " is loaded");
}

void BpfObject::ReuseMap(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::string name = Text(info, 0);
  const std::string path = Text(info, 1);
  bpf_map* map = Map(env, name, "map");
  const PinnedMap pinned(env, path);
  // bpf_map__reuse_fd itself takes whatever it is given.
  const std::string expected = Shape(bpf_map__type(map), bpf_map__key_size(map), bpf_map__value_size(map));
  const std::string found = Shape(pinned.info().type, pinned.info().key_size, pinned.info().value_size);
  if (found != expected)
    throw BpfError(env, "map", EINVAL,
                   "the map pinned at " + path + " is " + found + "; map " + name + " needs " + expected);
  const int error = bpf_map__reuse_fd(map, pinned.fd());
  if (error < 0) throw BpfError(env, "map", error, "cannot use the map pinned at " + path + " as map " + name);
}

Napi::Value BpfObject::ProgramFd(const Napi::CallbackInfo& info) {
  const std::string name = Text(info, 0);
  const int fd = bpf_program__fd(Program(info.Env(), name, "load"));
  if (fd < 0) throw BpfError(info.Env(), "load", fd, "program " + name + " is not loaded");
  return Napi::Number::New(info.Env(), fd);
}

void BpfObject::Load(const Napi::CallbackInfo& info) {
  bpf_object* object = Object(info.Env(), "load");
  const int error = bpf_object__load(object);
  if (error < 0)
    throw BpfError(info.Env(), "load", error, std::string("cannot load the BPF object ") + bpf_object__name(object));
  MapSections(info.Env());
  // The kernel's type information, which libbpf read to relocate by, was several megabytes.
  malloc_trim(0);
}

// libbpf maps global variables only for skeletons. Our own mapping outlives the privilege to call bpf().
void BpfObject::MapSections(Napi::Env env) {
  const size_t page = PageSize();
  bpf_map* map = nullptr;
  bpf_object__for_each_map(map, object_) {
    const uint32_t flags = bpf_map__map_flags(map);
    if (!bpf_map__is_internal(map) || (flags & BPF_F_MMAPABLE) == 0) continue;
    const size_t bytes = (bpf_map__value_size(map) + page - 1) / page * page;
    const int access = (flags & BPF_F_RDONLY_PROG) != 0 ? PROT_READ : PROT_READ | PROT_WRITE;
    const auto section = sections_.try_emplace(map, bpf_map__fd(map), 0, bytes, access).first;
    if (section->second.data() != nullptr) continue;
    const int error = errno;
    sections_.erase(section);
    throw BpfError(env, "load", error, std::string("cannot map section ") + bpf_map__name(map));
  }
}
