#include "mounts.h"

#include <fcntl.h>

#include <cerrno>

#include "error.h"
#include "fd-watch.h"

Napi::Value WatchMounts(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const int fd = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
  if (fd < 0) throw BpfError(env, "mounts", errno, "cannot read /proc/self/mountinfo");
  int error = 0;
  // proc(5): poll(2) marks the file with POLLERR and POLLPRI once for changes since the last look.
  const auto onPoll = [](FdWatch* polled, int status) {
    if (status >= 0) polled->Call();
  };
  FdWatch* watch = FdWatch::Start(env, fd, info[0].As<Napi::Function>(), onPoll, &error);
  if (watch == nullptr) throw BpfError(env, "mounts", error, "cannot watch /proc/self/mountinfo");
  return Napi::Function::New(
      env, [](const Napi::CallbackInfo& end) { static_cast<FdWatch*>(end.Data())->End(); }, "endWatch", watch);
}
