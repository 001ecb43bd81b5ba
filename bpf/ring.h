/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The one way out of the kernel: a ring buffer whose reader is woken in batches, and a count of what did not fit.
 *
 * The reader sets reader_awake and polls on a short timer. When it finds nothing it clears the mark, looks once
 * more and sleeps. An event therefore wakes it only when it sleeps, or when the backlog crosses wake_bytes. The mark
 * is read again after the record is visible: one of the two sides always sees what the other one wrote. What may wait for
 * the next event leaves a reader asleep until there is a lot of it.
 */
#pragma once

#include <linux/bpf.h>
#include <stdbool.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4 * 1024 * 1024); /* the default; user space may set it before load */
} ring SEC(".maps");

/* Backlog at which the reader is woken even while it polls; user space sets it by the size of the ring. */
const volatile __u32 wake_bytes = 512 * 1024;

/* Written by user space only. */
volatile __u32 reader_awake = 0;

/* Events for which the ring had no room, since load. On a cache line of its own. */
__u64 lost_ring_full __attribute__((aligned(64))) = 0;

static __always_inline void count_lost(void)
{
	__sync_fetch_and_add(&lost_ring_full, 1);
}

/* Of an event of this size, before it is put into the ring. */
static __always_inline __u64 wake_flags(__u64 size)
{
	__u64 backlog;

	if (!reader_awake)
		return BPF_RB_FORCE_WAKEUP;
	backlog = bpf_ringbuf_query(&ring, BPF_RB_AVAIL_DATA);
	return backlog < wake_bytes && backlog + size >= wake_bytes ? BPF_RB_FORCE_WAKEUP : BPF_RB_NO_WAKEUP;
}

/* For what may wait for the next event. Asked with every one of them, so that nobody has to see the first that is too much. */
static __always_inline __u64 wake_flags_in_no_hurry(__u64 size)
{
	if (reader_awake)
		return wake_flags(size);
	return bpf_ringbuf_query(&ring, BPF_RB_AVAIL_DATA) < wake_bytes ? BPF_RB_NO_WAKEUP : BPF_RB_FORCE_WAKEUP;
}

static __always_inline void wake_if_it_fell_asleep(__u64 flags)
{
	void *nudge;

	if (flags != BPF_RB_NO_WAKEUP || reader_awake)
		return;
	nudge = bpf_ringbuf_reserve(&ring, 8, 0);
	if (nudge)
		bpf_ringbuf_discard(nudge, BPF_RB_FORCE_WAKEUP);
}

/*
 * Counts what is lost for another reason than a full ring, and sends a record of 8 bytes, shorter than any event: the
 * reader looks at the counters when something comes, and of this loss nothing else may.
 */
static __always_inline void count_beside_ring(__u64 *counter)
{
	__u64 mark = 0;
	__u64 flags = wake_flags(sizeof(mark));

	__sync_fetch_and_add(counter, 1);
	if (!bpf_ringbuf_output(&ring, &mark, sizeof(mark), flags))
		wake_if_it_fell_asleep(flags);
}

/* Copies one event out, or counts it as lost. */
static __always_inline void ring_send(void *event, __u64 size)
{
	__u64 flags = wake_flags(size);

	if (bpf_ringbuf_output(&ring, event, size, flags))
		count_lost();
	else
		wake_if_it_fell_asleep(flags);
}
