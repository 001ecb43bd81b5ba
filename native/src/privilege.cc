#include "privilege.h"

#include <linux/capability.h>
#include <linux/prctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include "error.h"

namespace {

std::atomic<int> answered;
std::atomic<int> failure;

// Both are attributes of a thread, and the kernel has no call that sets them for all threads of a process. Only
// async-signal-safe calls (signal-safety(7)), as this runs in a signal handler.
int GiveUpHere() {
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return errno;
  if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0) return errno;
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  const __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {};
  return syscall(SYS_capset, &header, none) == 0 ? 0 : errno;
}

void OnSignal(int) {
  const int saved = errno;
  const int error = GiveUpHere();
  if (error != 0) failure = error;
  answered++;
  errno = saved;
}

// Node has a thread that blocks all signals, waits for a debugger to be asked for and does nothing else.
bool Blocks(pid_t thread, int signal) {
  std::ifstream status("/proc/self/task/" + std::to_string(thread) + "/status");
  const std::string key = "SigBlk:";
  for (std::string line; std::getline(status, line);)
    if (line.compare(0, key.size(), key) == 0)
      return (std::stoull(line.substr(key.size()), nullptr, 16) >> (signal - 1) & 1) != 0;
  return true;  // it has gone
}

std::set<pid_t> OtherThreads(int signal) {
  std::set<pid_t> threads;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/task")) {
    const pid_t thread = std::stoi(entry.path().filename());
    if (thread != syscall(SYS_gettid) && !Blocks(thread, signal)) threads.insert(thread);
  }
  return threads;
}

// False when they did not all answer within a second.
bool WaitForAnswers(int expected) {
  const timespec pause{0, 100'000};
  for (int i = 0; i < 10'000 && answered < expected; i++) nanosleep(&pause, nullptr);
  return answered >= expected;
}

// Signals every other thread until there is none that was not asked; new ones have it from their makers.
int GiveUpElsewhere(int signal) {
  std::set<pid_t> asked;
  for (;;) {
    int expected = 0;
    answered = 0;
    for (const pid_t thread : OtherThreads(signal))
      if (asked.insert(thread).second && syscall(SYS_tgkill, getpid(), thread, signal) == 0) expected++;
    if (expected == 0) return failure;
    if (!WaitForAnswers(expected)) return ETIMEDOUT;
  }
}

}  // namespace

void DropCapabilities(Napi::Env env) {
  const int signal = SIGRTMIN + 7;
  struct sigaction action{}, before{};
  action.sa_handler = OnSignal;
  action.sa_flags = SA_RESTART;
  sigaction(signal, &action, &before);
  failure = 0;
  int error = GiveUpElsewhere(signal);
  if (error == 0) error = GiveUpHere();
  sigaction(signal, &before, nullptr);
  if (error != 0) throw BpfError(env, "privilege", error, "cannot give up capabilities in every thread");
}
