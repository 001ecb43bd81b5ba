#pragma once

#include <napi.h>
#include <uv.h>

#include <cstdint>
#include <memory>
#include <string>

#include "batch.h"
#include "fd.h"
#include "ring-view.h"

struct RingSource {
  int mapFd;
  uint32_t ringBytes;
  uint32_t* awake;   // shared with the program; see the protocol in README.md
  uint64_t drainMs;
};

struct RingSink {
  Napi::Uint8Array batch;   // reused for every batch
  Napi::Function onBatch;   // (bytes used)
  Napi::Function onError;   // (BpfError)
};

// Reads a BPF ring buffer on the environment's event loop. Lives until its libuv handles are closed.
class Ring : public std::enable_shared_from_this<Ring> {
 public:
  // `owner` is kept from garbage collection while the ring is open. Throws a BpfError.
  static std::shared_ptr<Ring> Open(Napi::Env env, Napi::Object owner, const RingSource& source,
                                    const RingSink& sink);
  // The ring's methods as a JavaScript object.
  static Napi::Object Face(Napi::Env env, std::shared_ptr<Ring> ring);

  Ring(Napi::Env env, const RingSource& source);
  void Pause();
  void Resume();
  // Gives what waits, at most about so many bytes; returns how many.
  size_t Drain(size_t most);
  size_t CountAbove(size_t bytes) const;
  void Close();

 private:
  void StartHandles(uv_loop_t* loop);
  int WaitForWakeUp();
  void WorkSoon();
  bool Fill();
  void SetAwake(bool awake);
  void Work();
  void Deliver();
  void Report(int error, const std::string& what);
  void Call(const Napi::FunctionReference& callback, napi_value argument);

  const Napi::Env env_;
  const RingSource source_;
  std::unique_ptr<RingView> view_;     // null once closed
  std::unique_ptr<const Fd> wakeUps_;  // an epoll descriptor, readable after a wake-up of the program
  Napi::ObjectReference owner_;
  Napi::Reference<Napi::Uint8Array> memory_;
  Napi::FunctionReference onBatch_;
  Napi::FunctionReference onError_;
  std::unique_ptr<Napi::AsyncContext> context_;

  Batch batch_;                        // lies in memory_
  bool full_ = false;                  // the batch had no room for a record that waits
  size_t oversized_ = 0;               // records since the last report that no batch can hold; they are skipped
  bool paused_ = false;

  uv_poll_t poll_{};                   // the program's wake-ups
  uv_timer_t timer_{};                 // own polling while awake
  uv_idle_t again_{};                  // go on in the next turn of the loop
  int openHandles_ = 0;
  napi_async_cleanup_hook_handle cleanupHook_ = nullptr;
  std::shared_ptr<Ring> self_;         // while libuv holds a pointer to this
};
