/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The side of who accepts: in a task, without the socket's lock, while softirq may establish or end the connection; and more
 * than one program may see it.
 */
#pragma once

#include <linux/bpf.h>
#include <stdbool.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "accept.h"
#include "kernel.h"
#include "passive.h"

/* Whether more than one program sees an accept(). */
const volatile __u8 several_see_accepts = 0;

/* A connection, whichever has its socket's address next. */
struct identity {
	__u64 address;
	__u64 cookie; /* 0: it had none, as what is over or established has */
	__u64 peer;
};

/*
 * Which socket a thread accepted last: where several programs see an accept(), the connection may be over, and
 * forgotten, before the second one runs. Not used otherwise.
 */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, struct identity);
} last_accepts SEC(".maps");

/* Then all programs have seen it, or were skipped (inet_sk_state_store in net/ipv4/af_inet.c). */
static __always_inline bool is_closed(struct sock *address)
{
	return BPF_CORE_READ(address, __sk_common.skc_state) == BPF_TCP_CLOSE;
}

/* The error that ends a connection is set before its state (tcp_reset in net/ipv4/tcp_input.c, tcp_done_with_error in tcp.c). */
static __always_inline bool is_over(struct sock *address)
{
	return is_closed(address) || BPF_CORE_READ(address, sk_err);
}

static __always_inline bool is_of(__u64 progress, __u64 address)
{
	return (progress & ~(__u64)PASSIVE_BITS) == address;
}

/*
 * Adds bits to what is known of the socket at this address and returns what was known before; or adds nothing and returns 0,
 * where the element is another's or any of `unless` is known.
 */
static __always_inline __u64 add_unless(struct passive *passive, __u64 address, __u64 bits, __u64 unless)
{
	__u64 seen = passive->progress;

	for (int i = 0; i < 4; i++) { /* each of the other bits can come once meanwhile */
		__u64 before;

		if (!is_of(seen, address) || seen & unless)
			return 0;
		before = __sync_val_compare_and_swap(&passive->progress, seen, seen | bits);
		if (before == seen)
			return before;
		seen = before;
	}
	return 0;
}

/*
 * Marks what was remembered of the socket at this address, and returns what was known before: as if its end had been seen
 * where it is forgotten, as it is then.
 */
static __always_inline __u64 mark(struct sock *address, __u64 bits)
{
	struct passive *passive = passive_of(address);
	__u64 before = passive ? add_unless(passive, (__u64)address, bits, 0) : 0;

	return before ? before : PASSIVE_OVER | PASSIVE_ESTABLISHED;
}

/* Nothing is remembered: its end has been seen; or it is older than the tracer; or there was no room. */
static __always_inline void on_unknown_accept(struct tcp_event *event, struct sock *address, __u64 peer)
{
	bool early = BPF_CORE_READ(address, __sk_common.skc_state) == BPF_TCP_SYN_RECV;
	struct passive passive = {
		.progress = (__u64)address | PASSIVE_CLAIMED | PASSIVE_ACCEPTED | (early ? 0 : PASSIVE_ESTABLISHED),
		.accepted_ns = event->time_ns,
		.peer = peer,
		.owner = event->owner,
	};
	__u64 key = (__u64)address;
	bool remembered = bpf_map_update_elem(&passives, &key, &passive, BPF_NOEXIST) == 0;

	/* One that was established before it was remembered will not be told by who saw that; else, and at its end, it was. */
	if (early && remembered && BPF_CORE_READ(address, __sk_common.skc_state) != BPF_TCP_SYN_RECV)
		early = mark(address, PASSIVE_ESTABLISHED) & (PASSIVE_ESTABLISHED | PASSIVE_OVER);
	event->cookie = BPF_CORE_READ(address, __sk_common.skc_cookie.counter); /* it may have got one since */
	if (!early || !remembered)
		tell_accept(event, passive.accepted_ns);
	if (is_over(address)) {
		__u64 before = remembered ? mark(address, PASSIVE_OVER) : PASSIVE_ESTABLISHED;

		if (before & PASSIVE_OVER)
			return; /* its end has just been seen, and told */
		if (!(before & PASSIVE_ESTABLISHED))
			tell_accept(event, passive.accepted_ns);
		tell_accepted_close(event, address, 0);
		if (remembered && is_closed(address))
			forget_passive(address);
	} else if (!remembered && wants_kind(TCP_EVENT_CLOSE) && filters_owner() && wants_owner(&event->owner)) {
		count_no_memory(); /* without a filter by owner its close is told all the same */
	}
}

static __always_inline bool is_claimed(struct passive *passive, __u64 address)
{
	__u64 progress = passive->progress;

	return is_of(progress, address) && progress & PASSIVE_CLAIMED;
}

/* Whether the element is this socket's, and nobody else's to accept. What is left is about to be deleted. */
static __always_inline bool claim(struct passive *passive, __u64 address)
{
	return add_unless(passive, address, PASSIVE_CLAIMED, PASSIVE_CLAIMED | PASSIVE_LEFT) != 0;
}

/*
 * Whether the current thread has just accepted what is forgotten, as another program has seen; remembers what it has now. A
 * connection without a cookie then may have one now.
 */
static __always_inline bool is_accepted_again(__u32 tid, struct identity socket, bool forgotten)
{
	struct identity *last;

	if (!several_see_accepts)
		return false;
	last = forgotten ? bpf_map_lookup_elem(&last_accepts, &tid) : NULL;
	if (last && last->address == socket.address && last->peer == socket.peer &&
	    (last->cookie == socket.cookie || !last->cookie))
		return true;
	bpf_map_update_elem(&last_accepts, &tid, &socket, BPF_ANY);
	return false;
}

/* The lower part of an IPv6 address will do. */
static __always_inline __u64 peer_of(const struct tcp_event *event)
{
	return (__u64)event->dport << 32 | *(const __u32 *)(event->daddr + (event->family == AF_INET ? 0 : 12));
}

/* The current task has accepted the socket at this address, of which all can be read, and nothing else be done. */
static __always_inline void on_accept(struct sock *sk)
{
	struct sock *address = connection_of(sk);
	struct tcp_event event = {};
	__u64 since_ns, before, peer;
	struct passive *passive;
	struct identity socket;
	bool claimed;

	if (!address || !read_plain_socket(&event, with_ends(address)) || !wants_socket(&event, true))
		return;
	event.cookie = BPF_CORE_READ(address, __sk_common.skc_cookie.counter);
	passive = passive_of(address);
	peer = peer_of(&event);
	if (passive && is_claimed(passive, (__u64)address)) {
		if (!(passive->progress & PASSIVE_ACCEPTED) || passive->peer == peer)
			return; /* another program has seen it */
		forget_passive(address); /* of a socket whose end nobody saw, as at the start */
		passive = NULL;
	}
	event.time_ns = bpf_ktime_get_boot_ns();
	owner_of_current(&event.owner);
	claimed = passive && claim(passive, (__u64)address);
	socket = (struct identity){ .address = (__u64)address, .cookie = event.cookie, .peer = peer };
	if (is_accepted_again(event.owner.tid, socket, !claimed))
		return;
	if (!claimed) {
		on_unknown_accept(&event, address, peer);
		return;
	}
	passive->owner = event.owner;
	passive->peer = peer;
	passive->accepted_ns = event.time_ns;
	since_ns = passive->since_ns; /* once it is accepted its end may delete it */
	before = __sync_fetch_and_or(&passive->progress, PASSIVE_ACCEPTED);
	if (!(before & (PASSIVE_ESTABLISHED | PASSIVE_OVER)))
		return; /* told when it is either: only then has the socket a cookie */
	event.cookie = BPF_CORE_READ(address, __sk_common.skc_cookie.counter);
	tell_accept(&event, event.time_ns);
	if (before & PASSIVE_OVER)
		tell_accepted_close(&event, address, since_ns);
	if (before & PASSIVE_LEFT || (before & PASSIVE_OVER && is_closed(address)))
		forget_passive(address);
}
