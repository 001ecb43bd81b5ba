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
 * Marks what was remembered of the socket at this address, and returns what was known before: as if its end had been seen
 * where it is forgotten, as it is then.
 */
static __always_inline __u64 mark(struct sock *address, __u64 bits)
{
	struct passive *passive = passive_of(address);
	__u64 seen = passive ? passive->progress : 0;

	for (int i = 0; passive && i < 4; i++) { /* each of the others can come once meanwhile */
		__u64 before;

		if (!is_of(seen, (__u64)address))
			break;
		before = __sync_val_compare_and_swap(&passive->progress, seen, seen | bits);
		if (before == seen)
			return before;
		seen = before;
	}
	return PASSIVE_OVER | PASSIVE_ESTABLISHED;
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
	__u64 seen = passive->progress;

	for (int i = 0; i < 3; i++) { /* it can become established meanwhile, and over */
		__u64 before;

		if (!is_of(seen, address) || seen & (PASSIVE_CLAIMED | PASSIVE_LEFT))
			return false;
		before = __sync_val_compare_and_swap(&passive->progress, seen, seen | PASSIVE_CLAIMED);
		if (before == seen)
			return true;
		seen = before;
	}
	return false;
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
