#pragma once

#include <napi.h>
#include <uv.h>

#include "callback.h"
#include "fd.h"

// A descriptor that the event loop watches for a function without staying alive for it. Asks for nothing that comes by itself:
// errors and hang-ups are reported whatever is asked for (poll(2)); libuv gives an error alone as a negative status, once.
class FdWatch {
 public:
  using OnPoll = void (*)(FdWatch* watch, int status);

  // Takes the descriptor. Null, and an error of libuv, where it cannot be watched. Lives until End() or the end of the
  // environment.
  static FdWatch* Start(Napi::Env env, int fd, Napi::Function function, OnPoll onPoll, int* error) {
    auto* watch = new FdWatch(env, fd, function, onPoll);
    uv_loop_t* loop = nullptr;
    *error = napi_get_uv_event_loop(env, &loop) == napi_ok ? uv_poll_init(loop, &watch->poll_, fd) : UV_EINVAL;
    if (*error < 0) {
      delete watch;
      return nullptr;
    }
    watch->poll_.data = watch;
    *error = uv_poll_start(&watch->poll_, UV_PRIORITIZED, [](uv_poll_t* handle, int status, int) {
      auto* polled = static_cast<FdWatch*>(handle->data);
      polled->onPoll_(polled, status);
    });
    if (*error < 0) {
      Close(watch);
      return nullptr;
    }
    uv_unref(reinterpret_cast<uv_handle_t*>(&watch->poll_));
    // Asynchronous: the environment waits for the handle to be closed, and is still there when the function is let go.
    napi_add_async_cleanup_hook(
        env, [](napi_async_cleanup_hook_handle, void* ended) { Close(static_cast<FdWatch*>(ended)); }, watch,
        &watch->cleanupHook_);
    return watch;
  }

  void End() { Close(this); }

  void Call() {
    const Napi::HandleScope scope(env_);
    CallBack(env_, nullptr, function_.Value(), 0, nullptr);
  }

  void EndAndCall() {
    const Napi::HandleScope scope(env_);
    const Napi::Env env = env_;
    const Napi::Function function = function_.Value();
    End();
    CallBack(env, nullptr, function, 0, nullptr);
  }

  int fd() const { return fd_.get(); }

 private:
  FdWatch(Napi::Env env, int fd, Napi::Function function, OnPoll onPoll)
      : fd_(fd), env_(env), function_(Napi::Persistent(function)), onPoll_(onPoll) {}

  static void Close(FdWatch* watch) {
    auto* handle = reinterpret_cast<uv_handle_t*>(&watch->poll_);
    if (uv_is_closing(handle)) return;
    uv_close(handle, [](uv_handle_t* closed) {
      auto* ended = static_cast<FdWatch*>(closed->data);
      const Napi::HandleScope scope(ended->env_);
      if (ended->cleanupHook_ != nullptr) napi_remove_async_cleanup_hook(ended->cleanupHook_);
      delete ended;
    });
  }

  const Fd fd_;
  const Napi::Env env_;
  Napi::FunctionReference function_;
  const OnPoll onPoll_;
  uv_poll_t poll_{};
  napi_async_cleanup_hook_handle cleanupHook_ = nullptr;
};
