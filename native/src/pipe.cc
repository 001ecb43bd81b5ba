// What Node cannot do with a pipe by itself. An addon of its own: filters use it, and they do without libbpf.
#include <fcntl.h>
#include <napi.h>
#include <poll.h>
#include <unistd.h>
#include <uv.h>

#include <cerrno>
#include <cstring>
#include <memory>

namespace {

// Waits for the reader of a pipe or socket to go: the kernel then reports an error or a hang-up (poll(2)).
struct ReaderWatch {
  Napi::Env env;
  Napi::FunctionReference onGone;
  uv_poll_t poll;
  int fd;  // a duplicate: the loop may watch the descriptor itself already
};

void CloseWatch(void* data) {
  auto* watch = static_cast<ReaderWatch*>(data);
  uv_close(reinterpret_cast<uv_handle_t*>(&watch->poll), [](uv_handle_t* handle) {
    auto* closed = static_cast<ReaderWatch*>(handle->data);
    close(closed->fd);
    delete closed;
  });
}

// A socket whose peer only stopped sending is still read; a pipe or socket that nobody holds any more is not.
bool HasHungUp(int fd) {
  pollfd state{fd, 0, 0};
  return poll(&state, 1, 0) > 0 && (state.revents & (POLLERR | POLLHUP | POLLNVAL)) != 0;
}

void OnPoll(uv_poll_t* handle, int, int) {
  auto* watch = static_cast<ReaderWatch*>(handle->data);
  if (!HasHungUp(watch->fd)) return;
  const Napi::HandleScope scope(watch->env);
  const Napi::Function onGone = watch->onGone.Value();
  napi_remove_env_cleanup_hook(watch->env, CloseWatch, watch);
  const Napi::Env env = watch->env;
  CloseWatch(watch);
  // The plain C calls, because at the end of a process, when JavaScript cannot run any more, there is no error to wrap.
  napi_value thrown = nullptr;
  if (napi_make_callback(env, nullptr, env.Global(), onGone, 0, nullptr, nullptr) == napi_pending_exception &&
      napi_get_and_clear_last_exception(env, &thrown) == napi_ok)
    napi_fatal_exception(env, thrown);
}

Napi::Value WatchReader(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  uv_loop_t* loop = nullptr;
  if (napi_get_uv_event_loop(env, &loop) != napi_ok) throw Napi::Error::New(env);
  const int fd = fcntl(info[0].As<Napi::Number>(), F_DUPFD_CLOEXEC, 0);
  if (fd < 0) throw Napi::Error::New(env, std::string("cannot watch the pipe: ") + strerror(errno));
  auto watch = std::make_unique<ReaderWatch>(
      ReaderWatch{env, Napi::Persistent(info[1].As<Napi::Function>()), uv_poll_t{}, fd});
  const int error = uv_poll_init(loop, &watch->poll, fd);
  if (error < 0) {
    close(fd);
    throw Napi::Error::New(env, std::string("cannot watch the pipe: ") + uv_strerror(error));
  }
  watch->poll.data = watch.get();
  // Asks for something that does not come; errors and hang-ups are reported whatever is asked for.
  uv_poll_start(&watch->poll, UV_PRIORITIZED, OnPoll);
  uv_unref(reinterpret_cast<uv_handle_t*>(&watch->poll));
  napi_add_env_cleanup_hook(env, CloseWatch, watch.release());
  return env.Undefined();
}

Napi::Value WidenPipe(const Napi::CallbackInfo& info) {
  const int fd = info[0].As<Napi::Number>();
  const int64_t bytes = info[1].As<Napi::Number>().Int64Value();
  const int before = fcntl(fd, F_GETPIPE_SZ);
  if (before < 0) return Napi::Number::New(info.Env(), 0);
  if (before >= bytes) return Napi::Number::New(info.Env(), before);
  const int after = fcntl(fd, F_SETPIPE_SZ, static_cast<unsigned>(bytes));
  return Napi::Number::New(info.Env(), after < 0 ? before : after);
}

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  exports.Set("watchReader", Napi::Function::New(env, WatchReader));
  exports.Set("widenPipe", Napi::Function::New(env, WidenPipe));
  return exports;
}

}  // namespace

NODE_API_MODULE(pipe, Init)
