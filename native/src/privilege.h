#pragma once

#include <napi.h>

// Empties the capability sets of the threads of this process and sets no_new_privs, but for a thread that blocks
// signals; where uid 0 has been given up before, that one has none either. Throws a BpfError.
void DropCapabilities(Napi::Env env);
