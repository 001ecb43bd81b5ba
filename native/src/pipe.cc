// What Node cannot do with a pipe by itself. An addon of its own: filters use it, and they do without libbpf.
#include <fcntl.h>
#include <napi.h>
#include <poll.h>
#include <uv.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "fd-watch.h"

namespace {

// A socket whose peer only stopped sending is still read; a pipe or socket that nobody holds any more is not.
bool HasHungUp(int fd) {
  pollfd state{fd, 0, 0};
  return poll(&state, 1, 0) > 0 && (state.revents & (POLLERR | POLLHUP | POLLNVAL)) != 0;
}

// Waits for the reader of a pipe or socket to go: the kernel then reports an error or a hang-up (poll(2)).
Napi::Value WatchReader(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  // A duplicate: the loop may watch the descriptor itself already.
  const int fd = fcntl(info[0].As<Napi::Number>(), F_DUPFD_CLOEXEC, 0);
  if (fd < 0) throw Napi::Error::New(env, std::string("cannot watch the pipe: ") + strerror(errno));
  int error = 0;
  const auto onPoll = [](FdWatch* polled, int) {
    if (HasHungUp(polled->fd())) polled->EndAndCall();
  };
  if (FdWatch::Start(env, fd, info[1].As<Napi::Function>(), onPoll, &error) == nullptr)
    throw Napi::Error::New(env, std::string("cannot watch the pipe: ") + uv_strerror(error));
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
