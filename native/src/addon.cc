#include <napi.h>

#include "clock.h"
#include "error.h"
#include "lines.h"
#include "map.h"
#include "mounts.h"
#include "object.h"
#include "privilege.h"

namespace {

Napi::Value SetErrorClass(const Napi::CallbackInfo& info) {
  info.Env().GetInstanceData<AddonData>()->errorClass = Napi::Persistent(info[0].As<Napi::Function>());
  return info.Env().Undefined();
}

Napi::Value GetBootOffsetUs(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), BootOffsetUs());
}

void GiveUpCapabilities(const Napi::CallbackInfo& info) { DropCapabilities(info.Env()); }

Napi::Value GetPinnedMapInfo(const Napi::CallbackInfo& info) {
  ClearLibbpfLog();
  return PinnedMapInfo(info.Env(), info[0].As<Napi::String>());
}

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  CaptureLibbpfLog();
  env.SetInstanceData(new AddonData());
  exports.Set("setErrorClass", Napi::Function::New(env, SetErrorClass));
  exports.Set("bootOffsetUs", Napi::Function::New(env, GetBootOffsetUs));
  exports.Set("dropCapabilities", Napi::Function::New(env, GiveUpCapabilities));
  exports.Set("pinnedMapInfo", Napi::Function::New(env, GetPinnedMapInfo));
  exports.Set("createLineWriter", Napi::Function::New(env, CreateLineWriter));
  exports.Set("watchMounts", Napi::Function::New(env, WatchMounts));
  exports.Set("BpfObject", BpfObject::Define(env));
  return exports;
}

}  // namespace

NODE_API_MODULE(bpf, Init)
