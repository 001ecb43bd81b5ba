#pragma once

#include <napi.h>

#include <string>

// What every environment (main thread or worker) keeps: the JavaScript class its errors are made of.
struct AddonData {
  Napi::FunctionReference errorClass;
};

// From now on libbpf's messages go to a bounded buffer of the calling thread instead of stderr.
void CaptureLibbpfLog();

// Forgets what libbpf said so far, so that an error shows only the messages of its own step.
void ClearLibbpfLog();

// A JavaScript BpfError. `error` is an errno, positive or negative; `what` says which action failed.
Napi::Error BpfError(Napi::Env env, const char* step, int error, const std::string& what);
