#pragma once

#include <napi.h>

// (steps, texts, bytes of a struct): a function that writes lines of structs; lines.ts documents it. Throws a RangeError.
Napi::Value CreateLineWriter(const Napi::CallbackInfo& info);
