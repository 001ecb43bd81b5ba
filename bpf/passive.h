/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Connections that come through a listening socket. Their socket exists before anybody owns it: it is made in softirq,
 * waits in the listener's queue, and may be over, or not yet established (fast open; accept() takes no lock that would
 * make it wait), when accept() returns it.
 */
#pragma once

#include <linux/bpf.h>
#include <stdbool.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "accept.h"
#include "kernel.h"
#include "life.h"
#include "tcp_emit.h"

/* Bits, each set by one atomic operation that also says which were set before: so exactly one side tells each event. */
enum passive_progress {
	PASSIVE_ESTABLISHED = 1, /* since_ns is set and the socket has a cookie */
	PASSIVE_ACCEPTED = 2, /* owner and accepted_ns are set */
	PASSIVE_OVER = 4,
};

struct passive {
	struct owner owner;
	__u64 accepted_ns;
	__u64 since_ns; /* 0: not known */
	__u32 progress;
	__u32 pad;
};

/*
 * By the socket's address, as that is all that the end of a system call shows of it. Inserted when the socket is made,
 * where its address may have been another's before; deleted when the connection is over.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 262144); /* user space makes it 1 where it is not used */
	__type(key, __u64);
	__type(value, struct passive);
} passives SEC(".maps");

/*
 * Which socket a thread accepted last: where several programs see an accept(), the connection may be over, and
 * forgotten, before the second one runs. Not read otherwise.
 */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, __u64);
} last_accepts SEC(".maps");

static __always_inline bool follows_passives(void)
{
	return wants_kind(TCP_EVENT_ACCEPT) || wants_kind(TCP_EVENT_CLOSE);
}

static __always_inline struct passive *passive_of(struct sock *sk)
{
	__u64 key = (__u64)sk;

	return follows_passives() ? bpf_map_lookup_elem(&passives, &key) : NULL;
}

static __always_inline void forget_passive(struct sock *sk)
{
	__u64 key = (__u64)sk;

	bpf_map_delete_elem(&passives, &key);
}

/* The peer is not known yet, nor whether it is IPv4. Where there is no room accept() makes up for it. */
static __always_inline void on_arrival(struct sock *sk)
{
	struct passive fresh = {};
	__u64 key = (__u64)sk;

	if (follows_passives() && wants_netns(sk->__sk_common.skc_net.net->ns.inum) &&
	    wants_port(bpf_ntohs(((struct inet_sock *)sk)->inet_sport)))
		bpf_map_update_elem(&passives, &key, &fresh, BPF_ANY);
}

/* Tells accept and close of one socket, in so far as they are wanted. `event` has socket and owner. */
static __always_inline void tell_accept(struct tcp_event *event, __u64 accepted_ns)
{
	event->time_ns = accepted_ns;
	if (wants_socket(event, true) && wants_owner(&event->owner))
		send(event, TCP_EVENT_ACCEPT);
}

static __always_inline void tell_accepted_close(struct tcp_event *event, struct sock *sk, __u64 since_ns)
{
	event->time_ns = bpf_ktime_get_boot_ns();
	event->since_ns = since_ns;
	event->passive = 1;
	read_bytes(event, sk);
	if (wants_socket(event, true) && wants_owner(&event->owner))
		send(event, TCP_EVENT_CLOSE);
}

static __always_inline void on_passive_established(struct sock *sk)
{
	struct passive *passive = passive_of(sk);
	struct tcp_event event = {};

	if (!follows_passives())
		return;
	event.cookie = bpf_get_socket_cookie(sk); /* made now, as accept() can only read it */
	if (!passive)
		return;
	passive->since_ns = bpf_ktime_get_boot_ns();
	if (!(__sync_fetch_and_or(&passive->progress, PASSIVE_ESTABLISHED) & PASSIVE_ACCEPTED))
		return;
	read_socket(&event, sk);
	event.owner = passive->owner;
	tell_accept(&event, passive->accepted_ns);
}

static __always_inline void on_passive_end(struct sock *sk, struct passive *passive)
{
	struct tcp_event event = { .cookie = bpf_get_socket_cookie(sk) };
	__u32 before = __sync_fetch_and_or(&passive->progress, PASSIVE_OVER);
	__u64 accepted_ns = passive->accepted_ns;
	__u64 since_ns = passive->since_ns;

	event.owner = passive->owner;
	forget_passive(sk);
	if (!(before & PASSIVE_ACCEPTED))
		return; /* nobody has accepted it; who does now finds it over */
	read_socket(&event, sk);
	if (!(before & PASSIVE_ESTABLISHED))
		tell_accept(&event, accepted_ns);
	tell_accepted_close(&event, sk, since_ns);
}

/*
 * Nothing is remembered: its end has been seen; or it is older than the tracer; or there was no room. The error that ends a
 * connection is set before its state changes (tcp_reset in net/ipv4/tcp_input.c, tcp_done_with_error in net/ipv4/tcp.c).
 */
static __always_inline void on_unknown_accept(struct tcp_event *event, struct sock *address)
{
	bool over = BPF_CORE_READ(address, __sk_common.skc_state) == BPF_TCP_CLOSE || BPF_CORE_READ(address, sk_err);
	struct passive passive = {
		.owner = event->owner,
		.accepted_ns = event->time_ns,
		.progress = PASSIVE_ESTABLISHED | PASSIVE_ACCEPTED,
	};
	__u64 key = (__u64)address;

	tell_accept(event, passive.accepted_ns);
	if (over)
		tell_accepted_close(event, address, 0);
	else if (bpf_map_update_elem(&passives, &key, &passive, BPF_ANY) && wants_kind(TCP_EVENT_CLOSE) &&
		 filters_owner() && wants_owner(&event->owner))
		count_no_memory(); /* without a filter by owner its close is told all the same */
}

/* Whether the current thread has just accepted it, as another program has seen; remembers that it has now. */
static __always_inline bool is_accepted_again(__u32 tid, __u64 address, bool forgotten)
{
	__u64 *last;

	if (!many_look_on)
		return false;
	last = forgotten ? bpf_map_lookup_elem(&last_accepts, &tid) : NULL;
	if (last && *last == address)
		return true;
	bpf_map_update_elem(&last_accepts, &tid, &address, BPF_ANY);
	return false;
}

/* The current task has accepted the socket at this address, of which all can be read, and nothing else be done. */
static __always_inline void on_accept(struct sock *address)
{
	struct tcp_event event = {};
	struct passive *passive;
	__u32 before;

	if (!address || !read_plain_socket(&event, address) || !wants_socket(&event, true))
		return;
	passive = passive_of(address);
	if (passive && passive->progress & PASSIVE_ACCEPTED)
		return; /* another program has seen it */
	owner_of_current(&event.owner);
	if (is_accepted_again(event.owner.tid, (__u64)address, !passive))
		return;
	event.time_ns = bpf_ktime_get_boot_ns();
	if (!passive) {
		on_unknown_accept(&event, address);
		return;
	}
	passive->owner = event.owner;
	passive->accepted_ns = event.time_ns;
	before = __sync_fetch_and_or(&passive->progress, PASSIVE_ACCEPTED);
	if (!(before & (PASSIVE_ESTABLISHED | PASSIVE_OVER)))
		return; /* told when it is either: only then has the socket a cookie */
	event.cookie = BPF_CORE_READ(address, __sk_common.skc_cookie.counter);
	tell_accept(&event, event.time_ns);
	if (before & PASSIVE_OVER)
		tell_accepted_close(&event, address, passive->since_ns);
}
