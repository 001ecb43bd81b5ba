#pragma once

#include <napi.h>

// Empties the capability sets of all threads of this process and sets no_new_privs. Throws a BpfError.
void DropCapabilities(Napi::Env env);
