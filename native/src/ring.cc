#include "ring.h"

#include <sys/epoll.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <string>
#include <utility>

#include "error.h"

namespace {

size_t PageSize() { return sysconf(_SC_PAGESIZE); }

Ring* RingOf(const void* handle) { return static_cast<Ring*>(static_cast<const uv_handle_t*>(handle)->data); }

}  // namespace

Ring::Ring(Napi::Env env, const RingSource& source) : env_(env), source_(source) {}

void Ring::UnmapPositions::operator()(const char* positions) const {
  munmap(const_cast<char*>(positions), 2 * PageSize());
}

std::shared_ptr<Ring> Ring::Open(Napi::Env env, Napi::Object owner, const RingSource& source, const RingSink& sink) {
  auto ring = std::make_shared<Ring>(env, source);
  ring->buffer_.reset(ring_buffer__new(source.mapFd, OnRecord, ring.get(), nullptr));
  if (!ring->buffer_) throw BpfError(env, "ring", errno, "cannot open the ring buffer");
  void* positions = mmap(nullptr, 2 * PageSize(), PROT_READ, MAP_SHARED, source.mapFd, 0);
  if (positions == MAP_FAILED) throw BpfError(env, "ring", errno, "cannot map the positions in the ring buffer");
  ring->positions_.reset(static_cast<const char*>(positions));
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
  const int epollFd = ring_buffer__epoll_fd(buffer_.get());
  // Edge-triggered: while awake, records that came without a wake-up must not look like one, or the loop
  // would spin on batches of a few records instead of waiting for the timer.
  epoll_event edge{};
  edge.events = EPOLLIN | EPOLLET;
  if (epoll_ctl(epollFd, EPOLL_CTL_MOD, source_.mapFd, &edge) < 0)
    throw BpfError(env_, "ring", errno, "cannot watch the ring buffer");
  const int error = uv_poll_init(loop, &poll_, epollFd);
  if (error < 0) throw BpfError(env_, "ring", error, "cannot watch the ring buffer");
  uv_timer_init(loop, &timer_);
  uv_idle_init(loop, &again_);
  openHandles_ = 3;
  poll_.data = timer_.data = again_.data = this;
  self_ = shared_from_this();
  napi_add_async_cleanup_hook(
      env_, [](napi_async_cleanup_hook_handle, void* self) { static_cast<Ring*>(self)->Close(); }, this,
      &cleanupHook_);
  WaitForWakeUp();
  WorkSoon();  // records may wait already
}

void Ring::WaitForWakeUp() {
  uv_poll_start(&poll_, UV_READABLE, [](uv_poll_t* handle, int status, int) {
    Ring* ring = RingOf(handle);
    if (status < 0) return ring->Report(status, "cannot wait for the ring buffer");
    epoll_event seen;  // takes the edge, so that the descriptor is quiet until the next wake-up
    epoll_wait(ring_buffer__epoll_fd(ring->buffer_.get()), &seen, 1, 0);
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
  // Its only error is OnRecord's own.
  ring_buffer__consume(buffer_.get());
  return !batch_.empty();
}

// libbpf counts the record for which this returns an error as consumed, too: the batch keeps it.
int Ring::OnRecord(void* self, void* record, size_t bytes) {
  return static_cast<Ring*>(self)->batch_.Add(record, bytes) ? 0 : -ENOBUFS;
}

// Not so while a record is being written, nor are those behind it to be had until it is.
bool Ring::IsEmpty() const {
  const auto at = [this](size_t offset) {
    return __atomic_load_n(reinterpret_cast<const unsigned long*>(positions_.get() + offset), __ATOMIC_ACQUIRE);
  };
  return at(0) == at(PageSize());
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
    if (IsEmpty()) {
      uv_timer_stop(&timer_);
      return;
    }
    Fill();
  }
  SetAwake(true);
  Deliver();
  if (paused_ || !buffer_) return;
  if (batch_.full())
    WorkSoon();
  else if (uv_is_active(reinterpret_cast<uv_handle_t*>(&timer_)) == 0)
    uv_timer_start(&timer_, [](uv_timer_t* handle) { RingOf(handle)->Work(); }, source_.drainMs, source_.drainMs);
}

void Ring::Deliver() {
  if (batch_.used() > 0) Call(onBatch_, Napi::Number::New(env_, static_cast<double>(batch_.used())));
  const size_t oversized = batch_.TakeOversized();
  if (oversized == 0) return;
  Report(EMSGSIZE, std::to_string(oversized) + " records larger than a batch of " +
                       std::to_string(batch_.capacity()) + " bytes were skipped");
}

void Ring::Report(int error, const std::string& what) {
  const Napi::HandleScope scope(env_);
  if (buffer_) Call(onError_, BpfError(env_, "ring", error, what).Value());
}

// The plain C calls, because during the end of a worker JavaScript cannot run and there is no error to wrap.
void Ring::Call(const Napi::FunctionReference& callback, napi_value argument) {
  const napi_status status =
      napi_make_callback(env_, *context_, env_.Global(), callback.Value(), 1, &argument, nullptr);
  napi_value thrown = nullptr;
  if (status != napi_pending_exception || napi_get_and_clear_last_exception(env_, &thrown) != napi_ok) return;
  napi_fatal_exception(env_, thrown);
}

void Ring::Pause() {
  if (!buffer_) return;
  paused_ = true;
  SetAwake(true);  // nobody reads: the program need not wake anybody
  uv_poll_stop(&poll_);
  uv_timer_stop(&timer_);
  uv_idle_stop(&again_);
}

void Ring::Resume() {
  if (!buffer_ || !paused_) return;
  paused_ = false;
  WaitForWakeUp();
  WorkSoon();
}

// Whatever waited at the call is at most one full ring and one kept record. The bound matters where records
// come faster than JavaScript takes them.
void Ring::Drain() {
  const Napi::HandleScope scope(env_);
  size_t delivered = 0;
  while (buffer_ && delivered <= source_.ringBytes && Fill()) {
    delivered += batch_.used();
    Deliver();
  }
  if (buffer_ && !paused_) WorkSoon();  // the bound may have left a kept record, which no wake-up announces
}

void Ring::Close() {
  if (!buffer_) return;
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
  buffer_.reset();
  positions_.reset();
  onBatch_.Reset();
  onError_.Reset();
  memory_.Reset();
  owner_.Reset();
}

Napi::Object Ring::Face(Napi::Env env, std::shared_ptr<Ring> ring) {
  const Napi::Object face = Napi::Object::New(env);
  face.Set("pause", Napi::Function::New(env, [ring](const Napi::CallbackInfo&) { ring->Pause(); }));
  face.Set("resume", Napi::Function::New(env, [ring](const Napi::CallbackInfo&) { ring->Resume(); }));
  face.Set("drain", Napi::Function::New(env, [ring](const Napi::CallbackInfo&) { ring->Drain(); }));
  return face;
}
