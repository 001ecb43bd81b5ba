#pragma once

#include <napi.h>

// Calls a function from the event loop; what it throws is an uncaught exception there. The plain C calls, because at the end of
// a process or worker, when JavaScript cannot run any more, there is no error to wrap.
inline void CallBack(Napi::Env env, napi_async_context context, napi_value function, size_t count,
                     const napi_value* arguments) {
  napi_value thrown = nullptr;
  if (napi_make_callback(env, context, env.Global(), function, count, arguments, nullptr) == napi_pending_exception &&
      napi_get_and_clear_last_exception(env, &thrown) == napi_ok)
    napi_fatal_exception(env, thrown);
}
