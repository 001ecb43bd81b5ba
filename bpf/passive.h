/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Connections that come through a listening socket. Their socket exists before anybody owns it: it is made in softirq,
 * waits in the listener's queue, and may be over, or not yet established (fast open; accept() takes no lock that would
 * make it wait), when accept() returns it.
 */
#pragma once

#include <linux/bpf.h>
#include <stdbool.h>
#include <bpf/bpf_helpers.h>

#include "kernel.h"
#include "life.h"
#include "tcp_emit.h"

/*
 * Bits of `progress`, each set by one atomic operation that also says which were set before: so exactly one side tells each
 * event, however many programs look on. An element may become another socket's as soon as it is deleted, also while somebody
 * holds a pointer to it. Changes of state hold the socket; at its end the last program that looks on deletes. Who accepts
 * claims the element first, by the address in it: from then on until it is accepted nobody else deletes it.
 */
enum passive_progress {
	PASSIVE_CLAIMED = 1,
	PASSIVE_ACCEPTED = 2, /* owner and accepted_ns are set */
	PASSIVE_ESTABLISHED = 4, /* since_ns is set and the socket has a cookie */
	PASSIVE_OVER = 8,
	PASSIVE_LEFT = 16, /* the end is seen by all, and left to who has claimed it to delete */
	PASSIVE_BITS = 31, /* a socket's address has none of them: its slab is aligned to cache lines (SLAB_HWCACHE_ALIGN) */
};

struct passive {
	__u64 progress; /* the socket's address, and bits */
	__u64 accepted_ns;
	__u64 since_ns; /* 0: not known */
	__u64 peer; /* of what was accepted: port and address, to tell it from another's at this address in memory */
	struct owner owner;
};

/*
 * By the socket's address, as that is all that the end of a system call shows of it. Inserted when the socket is made,
 * in place of what an earlier one at this address may have left there; deleted when the connection is over.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 262144); /* user space makes it 1 where it is not used */
	__type(key, __u64);
	__type(value, struct passive);
} passives SEC(".maps");

/*
 * Whether an accept() is seen before its socket has a file. What has one then and was not seen to be accepted came another way
 * (further subflows of MPTCP), or the program was skipped.
 */
const volatile __u8 accepts_before_held = 0;

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

/* The peer is not known yet, nor the port where that is not the listener's (TPROXY). Without room accept() makes up for it. */
static __always_inline void on_arrival(struct sock *sk)
{
	struct passive fresh = { .progress = (__u64)sk };
	struct passive *known = passive_of(sk);
	__u64 key = (__u64)sk;

	if (known) { /* by another program, or of another socket at this address, whose end was not seen */
		__builtin_memset(&known->owner, 0, sizeof(known->owner));
		known->since_ns = 0;
		known->progress = fresh.progress;
	} else if (follows_passives() && wants_netns(sk->__sk_common.skc_net.net->ns.inum)) {
		bpf_map_update_elem(&passives, &key, &fresh, BPF_NOEXIST);
	}
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

/* Whether the file of an application has, or had, the socket. */
static __always_inline bool was_held(struct sock *sk)
{
	return sk->sk_socket || has_flag(sk, SOCK_DEAD);
}

static __always_inline void on_passive_established(struct sock *sk)
{
	struct passive *passive = passive_of(sk);
	struct tcp_event event = {};
	__u64 before;

	if (!follows_passives())
		return;
	event.cookie = bpf_get_socket_cookie(sk); /* made now, as accept() can only read it */
	if (!passive || passive->progress & PASSIVE_ESTABLISHED)
		return;
	passive->since_ns = bpf_ktime_get_boot_ns();
	before = __sync_fetch_and_or(&passive->progress, PASSIVE_ESTABLISHED);
	if (!(before & PASSIVE_ACCEPTED) || before & PASSIVE_ESTABLISHED)
		return;
	read_socket(&event, sk);
	event.owner = passive->owner;
	tell_accept(&event, passive->accepted_ns);
}

/*
 * Whether the connection was accepted without a program seeing it: a further subflow of MPTCP. What is refused before it is
 * established is marked as dead too (inet_csk_prepare_for_destroy_sock).
 */
static __always_inline bool is_held_unseen(struct sock *sk, __u64 progress)
{
	return accepts_before_held && progress & PASSIVE_ESTABLISHED && was_held(sk);
}

/* `is_last`: of the program after which no other looks on. */
static __always_inline void on_passive_end(struct sock *sk, struct passive *passive, bool is_last)
{
	bool in_accept;
	__u64 before;

	if (!(passive->progress & PASSIVE_ESTABLISHED))
		bpf_get_socket_cookie(sk); /* who accepts it now can only read it */
	before = __sync_fetch_and_or(&passive->progress, PASSIVE_OVER | (is_last ? PASSIVE_LEFT : 0));
	in_accept = before & PASSIVE_CLAIMED && !(before & PASSIVE_ACCEPTED);
	if (in_accept)
		return; /* who accepts it finds it over */
	/* What is neither accepted nor held now will be found to be over by who accepts it. */
	if (!(before & PASSIVE_OVER) && (before & PASSIVE_ACCEPTED || is_held_unseen(sk, before))) {
		struct tcp_event event = { .cookie = bpf_get_socket_cookie(sk), .owner = passive->owner };

		read_socket(&event, sk);
		if ((before & (PASSIVE_ACCEPTED | PASSIVE_ESTABLISHED)) == PASSIVE_ACCEPTED)
			tell_accept(&event, passive->accepted_ns);
		tell_accepted_close(&event, sk, passive->since_ns);
	}
	if (is_last)
		forget_passive(sk);
}
