#include "ring.h"

#include <sys/epoll.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <string>
#include <thread>
#include <utility>

#include "callback.h"
#include "error.h"

namespace {

// How long a call waits at most for what is still being written, and how long at a time.
constexpr std::chrono::milliseconds kPatience{100};
constexpr std::chrono::microseconds kMoment{100};

Ring* RingOf(const void* handle) { return static_cast<Ring*>(static_cast<const uv_handle_t*>(handle)->data); }

}  // namespace

Ring::Ring(Napi::Env env, const RingSource& source) : env_(env), source_(source) {}

std::shared_ptr<Ring> Ring::Open(Napi::Env env, Napi::Object owner, const RingSource& source, const RingSink& sink) {
  auto ring = std::make_shared<Ring>(env, source);
  ring->view_ = std::make_unique<RingView>(source.mapFd, source.ringBytes);
  if (!ring->view_->mapped()) throw BpfError(env, "ring", errno, "cannot map the ring buffer");
  uv_loop_t* loop = nullptr;
  if (napi_get_uv_event_loop(env, &loop) != napi_ok) throw Napi::Error::New(env);
  ring->owner_ = Napi::Persistent(owner);
  ring->memory_ = Napi::Persistent(sink.batch);
  ring->onBatch_ = Napi::Persistent(sink.onBatch);
  ring->onError_ = Napi::Persistent(sink.onError);
  ring->context_ = std::make_unique<Napi::AsyncContext>(env, "BpfRing");
  ring->StartHandles(loop);
  return ring;
}

void Ring::StartHandles(uv_loop_t* loop) {
  wakeUps_ = std::make_unique<Fd>(epoll_create1(EPOLL_CLOEXEC));
  // Edge-triggered: while awake, records that came without a wake-up must not look like one, or the loop
  // would spin on batches of a few records instead of waiting for the timer.
  epoll_event edge{};
  edge.events = EPOLLIN | EPOLLET;
  if (wakeUps_->get() < 0 || epoll_ctl(wakeUps_->get(), EPOLL_CTL_ADD, source_.mapFd, &edge) < 0)
    throw BpfError(env_, "ring", errno, "cannot watch the ring buffer");
  const int error = uv_poll_init(loop, &poll_, wakeUps_->get());
  if (error < 0) throw BpfError(env_, "ring", error, "cannot watch the ring buffer");
  uv_timer_init(loop, &timer_);
  uv_idle_init(loop, &again_);
  openHandles_ = 3;
  poll_.data = timer_.data = again_.data = this;
  self_ = shared_from_this();
  napi_add_async_cleanup_hook(
      env_, [](napi_async_cleanup_hook_handle, void* self) { static_cast<Ring*>(self)->Close(); }, this,
      &cleanupHook_);
  const int started = WaitForWakeUp();
  if (started < 0) {
    Close();
    throw BpfError(env_, "ring", started, "cannot wait for the ring buffer");
  }
  WorkSoon();  // records may wait already
}

// Returns an error of libuv.
int Ring::WaitForWakeUp() {
  return uv_poll_start(&poll_, UV_READABLE, [](uv_poll_t* handle, int status, int) {
    Ring* ring = RingOf(handle);
    if (status < 0) return ring->Report(status, "cannot wait for the ring buffer");
    epoll_event seen;  // takes the edge, so that the descriptor is quiet until the next wake-up
    epoll_wait(ring->wakeUps_->get(), &seen, 1, 0);
    ring->SetAwake(true);  // before the first look, so that records which come meanwhile do not wake us again
    ring->Work();
  });
}

// In the next turn of the loop, so that other input and output gets its share.
void Ring::WorkSoon() {
  uv_idle_start(&again_, [](uv_idle_t* handle) { RingOf(handle)->Work(); });
}

// Moves waiting records into the batch until either is exhausted. Returns whether there is anything to tell.
bool Ring::Fill() {
  Napi::Uint8Array memory = memory_.Value();
  batch_.Start(memory.Data(), memory.ByteLength());  // 0 bytes if JavaScript gave the memory away
  full_ = false;
  for (; view_->Find(); view_->Release()) {
    if (uint8_t* payload = batch_.Add(view_->found()); payload != nullptr) {
      view_->CopyFound(payload);
    } else if (batch_.CanHold(view_->found())) {
      full_ = true;
      break;
    } else {
      oversized_++;
    }
  }
  return batch_.used() > 0 || oversized_ > 0;
}

void Ring::SetAwake(bool awake) { __atomic_store_n(source_.awake, awake ? 1u : 0u, __ATOMIC_SEQ_CST); }

// One look at the ring in a turn of the loop.
void Ring::Work() {
  const Napi::HandleScope scope(env_);
  uv_idle_stop(&again_);
  if (!Fill()) {
    // Going to sleep. The program submits and then reads the mark; this clears the mark and then reads the
    // ring: whichever comes second sees what the other did. Who had been woken for a record behind one that was
    // still being written would not be woken again.
    SetAwake(false);
    std::atomic_thread_fence(std::memory_order_seq_cst);
    if (view_->IsEmpty()) {
      uv_timer_stop(&timer_);
      return;
    }
    Fill();
  }
  SetAwake(true);
  Deliver();
  if (paused_ || !view_) return;
  if (full_)
    WorkSoon();
  else if (uv_is_active(reinterpret_cast<uv_handle_t*>(&timer_)) == 0)
    uv_timer_start(&timer_, [](uv_timer_t* handle) { RingOf(handle)->Work(); }, source_.drainMs, source_.drainMs);
}

void Ring::Deliver() {
  if (batch_.used() > 0) Call(onBatch_, Napi::Number::New(env_, static_cast<double>(batch_.used())));
  const size_t oversized = std::exchange(oversized_, 0);
  if (oversized == 0) return;
  Report(EMSGSIZE, std::to_string(oversized) + " records larger than a batch of " +
                       std::to_string(batch_.capacity()) + " bytes were skipped");
}

void Ring::Report(int error, const std::string& what) {
  const Napi::HandleScope scope(env_);
  if (view_) Call(onError_, BpfError(env_, "ring", error, what).Value());
}

void Ring::Call(const Napi::FunctionReference& callback, napi_value argument) {
  CallBack(env_, *context_, callback.Value(), 1, &argument);
}

void Ring::Pause() {
  if (!view_) return;
  paused_ = true;
  SetAwake(true);  // nobody reads: the program need not wake anybody
  uv_poll_stop(&poll_);
  uv_timer_stop(&timer_);
  uv_idle_stop(&again_);
}

void Ring::Resume() {
  if (!view_ || !paused_) return;
  paused_ = false;
  if (const int error = WaitForWakeUp(); error < 0) return Report(error, "cannot wait for the ring buffer");
  WorkSoon();
}

// What was still being written at the call holds up what is behind it: a program may be kept from going on for a while. The
// bound matters where records come faster than JavaScript takes them: all that was there is at most one full ring.
size_t Ring::Drain(size_t most) {
  const Napi::HandleScope scope(env_);
  const size_t written = view_ ? view_->Written() : 0;
  auto patience = std::chrono::steady_clock::now() + kPatience;
  size_t delivered = 0;
  while (view_ && delivered <= std::min<size_t>(most, source_.ringBytes)) {
    if (Fill()) {
      delivered += batch_.used();
      Deliver();
      patience = std::chrono::steady_clock::now() + kPatience;
    } else if (view_->IsReadTo(written) || std::chrono::steady_clock::now() > patience) {
      break;
    } else {
      std::this_thread::sleep_for(kMoment);
    }
  }
  if (view_ && !paused_) WorkSoon();  // the bound may have left a record, which no wake-up announces
  return delivered;
}

size_t Ring::CountAbove(size_t bytes) const { return view_ ? view_->CountAbove(bytes) : 0; }

void Ring::Close() {
  if (!view_) return;
  const auto closed = [](uv_handle_t* handle) {
    Ring* ring = RingOf(handle);
    if (--ring->openHandles_ > 0) return;
    const Napi::HandleScope scope(ring->env_);
    ring->context_.reset();  // not earlier: Close() may have been called from inside a callback that uses it
    napi_remove_async_cleanup_hook(ring->cleanupHook_);
    ring->self_.reset();
  };
  uv_close(reinterpret_cast<uv_handle_t*>(&poll_), closed);
  uv_close(reinterpret_cast<uv_handle_t*>(&timer_), closed);
  uv_close(reinterpret_cast<uv_handle_t*>(&again_), closed);
  view_.reset();
  wakeUps_.reset();
  onBatch_.Reset();
  onError_.Reset();
  memory_.Reset();
  owner_.Reset();
}

Napi::Object Ring::Face(Napi::Env env, std::shared_ptr<Ring> ring) {
  const Napi::Object face = Napi::Object::New(env);
  face.Set("pause", Napi::Function::New(env, [ring](const Napi::CallbackInfo&) { ring->Pause(); }));
  face.Set("resume", Napi::Function::New(env, [ring](const Napi::CallbackInfo&) { ring->Resume(); }));
  face.Set("drain", Napi::Function::New(env, [ring](const Napi::CallbackInfo& info) {
             const double delivered = static_cast<double>(ring->Drain(info[0].As<Napi::Number>().Uint32Value()));
             return Napi::Number::New(info.Env(), delivered);
           }));
  face.Set("countAbove", Napi::Function::New(env, [ring](const Napi::CallbackInfo& info) {
             const double count = static_cast<double>(ring->CountAbove(info[0].As<Napi::Number>().Uint32Value()));
             return Napi::Number::New(info.Env(), count);
           }));
  return face;
}
