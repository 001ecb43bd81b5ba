#include "mounts.h"

#include <fcntl.h>
#include <unistd.h>
#include <uv.h>

#include <cerrno>
#include <memory>

#include "error.h"

namespace {

struct MountWatch {
  Napi::Env env;
  Napi::FunctionReference onChange;
  uv_poll_t poll;
  int fd;
};

void CloseWatch(void* data) {
  uv_close(static_cast<uv_handle_t*>(data), [](uv_handle_t* handle) {
    auto* closed = static_cast<MountWatch*>(handle->data);
    close(closed->fd);
    delete closed;
  });
}

// proc(5): poll(2) marks the file with POLLERR and POLLPRI once for changes since the last look.
void OnPoll(uv_poll_t* handle, int status, int) {
  auto* watch = static_cast<MountWatch*>(handle->data);
  if (status < 0) return;
  const Napi::HandleScope scope(watch->env);
  napi_value thrown = nullptr;
  if (napi_make_callback(watch->env, nullptr, watch->env.Global(), watch->onChange.Value(), 0, nullptr, nullptr) ==
          napi_pending_exception &&
      napi_get_and_clear_last_exception(watch->env, &thrown) == napi_ok)
    napi_fatal_exception(watch->env, thrown);
}

void EndWatch(const Napi::CallbackInfo& info) {
  napi_remove_env_cleanup_hook(info.Env(), CloseWatch, info.Data());
  CloseWatch(info.Data());
}

}  // namespace

Napi::Value WatchMounts(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  uv_loop_t* loop = nullptr;
  if (napi_get_uv_event_loop(env, &loop) != napi_ok) throw Napi::Error::New(env);
  const int fd = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
  if (fd < 0) throw BpfError(env, "mounts", errno, "cannot read /proc/self/mountinfo");
  auto watch =
      std::make_unique<MountWatch>(MountWatch{env, Napi::Persistent(info[0].As<Napi::Function>()), uv_poll_t{}, fd});
  const int error = uv_poll_init(loop, &watch->poll, fd);
  if (error < 0) {
    close(fd);
    throw BpfError(env, "mounts", error, "cannot watch /proc/self/mountinfo");
  }
  watch->poll.data = watch.get();
  uv_poll_start(&watch->poll, UV_PRIORITIZED, OnPoll);
  uv_handle_t* handle = reinterpret_cast<uv_handle_t*>(&watch.release()->poll);
  uv_unref(handle);
  napi_add_env_cleanup_hook(env, CloseWatch, handle);
  return Napi::Function::New(env, EndWatch, "endWatch", handle);
}
