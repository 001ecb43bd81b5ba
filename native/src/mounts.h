#pragma once

#include <napi.h>

// Calls a function whenever the mounts of this process's namespace have changed. Returns a function that ends it, to be
// called at most once. Does not keep the event loop alive.
Napi::Value WatchMounts(const Napi::CallbackInfo& info);
