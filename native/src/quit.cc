// The end of a process, without what Node does at the end of one.
#include <fcntl.h>
#include <napi.h>
#include <unistd.h>

#include <array>

namespace {

// File status flags of stdin, stdout and stderr, as they were given to us; -1 where there is none.
std::array<int, 3> inherited;

// What does not block belongs to all who have it open, and libuv made it so: another writer would fail for want of room.
// Never the other way round: where it did not block before, that may have been another stage's doing, which is over now.
void RestoreBlocking(int fd, int before) {
  const int now = fcntl(fd, F_GETFL);
  if (before >= 0 && (before & O_NONBLOCK) == 0 && now >= 0) fcntl(fd, F_SETFL, now & ~O_NONBLOCK);
}

void Quit(const Napi::CallbackInfo& info) {
  const int code = info[0].As<Napi::Number>();
  for (size_t fd = 0; fd < inherited.size(); fd++) RestoreBlocking(static_cast<int>(fd), inherited[fd]);
  _exit(code);
}

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  for (size_t fd = 0; fd < inherited.size(); fd++) inherited[fd] = fcntl(static_cast<int>(fd), F_GETFL);
  exports.Set("quit", Napi::Function::New(env, Quit));
  return exports;
}

}  // namespace

NODE_API_MODULE(quit, Init)
