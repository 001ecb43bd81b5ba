#include "privilege.h"

#include <linux/capability.h>
#include <linux/prctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <ctime>
#include <filesystem>
#include <set>
#include <string>
#include <system_error>

#include "error.h"

namespace {

// The C library's own signal for setuid(2) in all threads (nptl(7)). No thread blocks it; others are blocked by a thread of
// Node's that waits for a debugger.
constexpr int kSignal = 33;
constexpr size_t kSignalSetBytes = 8;

// struct sigaction as the kernel has it, which differs between machines; this is room for any.
struct KernelAction {
  uint64_t words[8];
};

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

// All but this one. Returns an errno.
int OtherThreads(std::set<pid_t>* threads) {
  std::error_code error;
  for (std::filesystem::directory_iterator entry("/proc/self/task", error), end; !error && entry != end;
       entry.increment(error))
    threads->insert(std::stoi(entry->path().filename()));
  threads->erase(static_cast<pid_t>(syscall(SYS_gettid)));
  return error.value();
}

// False when they did not all answer within a second.
bool WaitForAnswers(int expected) {
  const timespec pause{0, 100'000};
  for (int i = 0; i < 10'000 && answered < expected; i++) nanosleep(&pause, nullptr);
  return answered >= expected;
}

// Signals every other thread until there is none that was not asked; new ones have it from their makers.
int GiveUpElsewhere() {
  std::set<pid_t> asked;
  for (;;) {
    std::set<pid_t> threads;
    if (const int error = OtherThreads(&threads); error != 0) return error;
    int expected = 0;
    answered = 0;
    for (const pid_t thread : threads)
      if (asked.insert(thread).second && syscall(SYS_tgkill, getpid(), thread, kSignal) == 0) expected++;
    if (expected == 0) return failure;
    if (!WaitForAnswers(expected)) return ETIMEDOUT;
  }
}

// Sets how the kernel is to deliver kSignal, which the C library's sigaction refuses. Returns an errno.
int SetAction(const KernelAction& action, KernelAction* before) {
  return syscall(SYS_rt_sigaction, kSignal, &action, before, kSignalSetBytes) == 0 ? 0 : errno;
}

// The action that calls OnSignal, as the C library would have it: it knows how a handler returns on this machine. Returns an
// errno.
int OurAction(KernelAction* ours) {
  struct sigaction action{}, before{};
  action.sa_handler = OnSignal;
  action.sa_flags = SA_RESTART;
  if (sigaction(SIGRTMAX, &action, &before) != 0) return errno;
  const int error = syscall(SYS_rt_sigaction, SIGRTMAX, nullptr, ours, kSignalSetBytes) == 0 ? 0 : errno;
  sigaction(SIGRTMAX, &before, nullptr);
  return error;
}

// Without the action in place the signal would end the process.
int GiveUpEverywhere() {
  KernelAction ours{}, before{};
  int error = OurAction(&ours);
  if (error == 0) error = SetAction(ours, &before);
  if (error != 0) return error;
  error = GiveUpElsewhere();
  if (error == 0) error = GiveUpHere();
  SetAction(before, nullptr);
  return error;
}

}  // namespace

void DropCapabilities(Napi::Env env) {
  failure = 0;
  const int error = GiveUpEverywhere();
  if (error != 0) throw BpfError(env, "privilege", error, "cannot give up capabilities in every thread");
}
