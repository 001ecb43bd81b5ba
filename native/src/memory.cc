// What Node itself does not ask for: of the C library's allocator, and of the kernel.
#include <malloc.h>
#include <napi.h>

#include "node-file.h"

namespace {

constexpr int kLargeBytes = 128 * 1024;  // what glibc itself begins with (mallopt(3))

void MapLargeBlocks(const Napi::CallbackInfo& info) {
  if (mallopt(M_MMAP_THRESHOLD, kLargeBytes) != 1) throw Napi::Error::New(info.Env(), "cannot set the allocator");
}

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  exports.Set("mapLargeBlocks", Napi::Function::New(env, MapLargeBlocks));
  exports.Set("unmapNodeFile", Napi::Function::New(env, [](const Napi::CallbackInfo&) { UnmapNodeFile(); }));
  return exports;
}

}  // namespace

NODE_API_MODULE(memory, Init)
