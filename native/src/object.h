#pragma once

#include <bpf/libbpf.h>
#include <napi.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "btf.h"
#include "mapping.h"
#include "ring.h"

inline std::string Text(const Napi::CallbackInfo& info, size_t index) { return info[index].As<Napi::String>(); }

inline uint32_t Number(const Napi::CallbackInfo& info, size_t index) { return info[index].As<Napi::Number>(); }

// One BPF object file with everything that was made from it: programs, maps, links, mapped globals, rings.
// The TypeScript face checks arguments and the order of calls.
class BpfObject : public Napi::ObjectWrap<BpfObject> {
 public:
  static Napi::Function Define(Napi::Env env);
  explicit BpfObject(const Napi::CallbackInfo& info);
  ~BpfObject() override;

 private:
  Napi::Value Struct(const Napi::CallbackInfo& info);
  void SetGlobal(const Napi::CallbackInfo& info);
  void SetMapEntries(const Napi::CallbackInfo& info);
  void SetAutoload(const Napi::CallbackInfo& info);
  void ReuseMap(const Napi::CallbackInfo& info);
  void Load(const Napi::CallbackInfo& info);
  void Attach(const Napi::CallbackInfo& info);
  void AttachCgroup(const Napi::CallbackInfo& info);
  Napi::Value ReadGlobal(const Napi::CallbackInfo& info);
  Napi::Value OpenRing(const Napi::CallbackInfo& info);
  void RunIter(const Napi::CallbackInfo& info);
  Napi::Value ProgramFd(const Napi::CallbackInfo& info);
  void Detach(const Napi::CallbackInfo& info);
  void Close(const Napi::CallbackInfo& info);

  void DestroyLinks();
  void Release();
  void MapSections(Napi::Env env);
  Global GlobalNamed(Napi::Env env, const std::string& name);
  char* GlobalMemory(Napi::Env env, const Global& global);
  bpf_object* Object(Napi::Env env, const char* step);
  bpf_map* Map(Napi::Env env, const std::string& name, const char* step);
  bpf_program* Program(Napi::Env env, const std::string& name, const char* step);

  bpf_object* object_ = nullptr;
  std::vector<bpf_link*> links_;
  std::map<const bpf_map*, Mapping> sections_;
  std::vector<std::shared_ptr<Ring>> rings_;
};
