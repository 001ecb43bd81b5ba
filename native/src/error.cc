#include "error.h"

#include <bpf/libbpf.h>

#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

// The end of a verifier log is the part that says what is wrong.
constexpr size_t kLogBytes = 4096;

// ENOTSUPP: the kernel returns it from bpf(), but keeps it out of the user-space headers.
constexpr int kKernelNotSupported = 524;

thread_local std::string libbpfLog;

int KeepMessage(libbpf_print_level level, const char* format, va_list arguments) {
  if (level == LIBBPF_DEBUG) return 0;
  char* message = nullptr;
  const int length = vasprintf(&message, format, arguments);
  if (length < 0) return length;
  libbpfLog.append(message, static_cast<size_t>(length));
  free(message);
  if (libbpfLog.size() > kLogBytes) libbpfLog.erase(0, libbpfLog.size() - kLogBytes);
  return length;
}

std::string ErrorCode(int error) {
  if (error == kKernelNotSupported) return "ENOTSUPP";
  if (error >= __LIBBPF_ERRNO__START) return "ELIBBPF";
  const char* name = strerrorname_np(error);
  return name != nullptr ? name : "E" + std::to_string(error);
}

std::string ErrorText(int error) {
  if (error == kKernelNotSupported) return "Operation is not supported by this kernel";
  char text[128];
  libbpf_strerror(error, text, sizeof text);
  return text;
}

}  // namespace

void CaptureLibbpfLog() { libbpf_set_print(KeepMessage); }

void ClearLibbpfLog() { libbpfLog.clear(); }

Napi::Error BpfError(Napi::Env env, const char* step, int error, const std::string& what) {
  const int positive = std::abs(error);
  const Napi::Function errorClass = env.GetInstanceData<AddonData>()->errorClass.Value();
  const Napi::Object value = errorClass.New({
      Napi::String::New(env, what + ": " + ErrorText(positive)),
      Napi::String::New(env, ErrorCode(positive)),
      Napi::String::New(env, step),
      Napi::String::New(env, libbpfLog),
  });
  return Napi::Error(env, value);
}
