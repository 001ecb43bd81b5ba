/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* What becomes of connections, by the changes of their sockets' state. */
#pragma once

#include <linux/bpf.h>
#include <stdbool.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "kernel.h"
#include "life.h"
#include "tcp_emit.h"

/* Whether attempts are to be remembered: false where connect events are all that is asked for. */
const volatile __u8 follows_lives = 0;
/* Whether the state change stands for sockops_connect, which could not be attached. */
const volatile __u8 connect_from_state = 0;

struct accepted {
	struct owner owner;
	__u64 cookie; /* another socket may have had the same address */
};

/* Owner of an accepted socket by its address. Inserted by accept, read and deleted when the connection is over. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536); /* user space makes it 1 where it is not used */
	__type(key, __u64);
	__type(value, struct accepted);
} acceptors SEC(".maps");

/* Whether more than one program sees the changes. */
const volatile __u8 many_look_on = 0;

/*
 * Whether no other program has seen this change yet. Two changes that are looked at never lead to the same state one after
 * the other, and those of one socket come under its lock. `leads`: of the one that sees what cannot be noted.
 */
static __always_inline bool is_first_to_see(struct sock *sk, __u32 newstate, bool leads)
{
	struct life *life;

	if (!many_look_on)
		return true;
	life = bpf_sk_storage_get(&lives, sk, NULL, BPF_SK_STORAGE_GET_F_CREATE);
	if (!life)
		return leads;
	if (life->seen == newstate)
		return false;
	life->seen = newstate;
	return true;
}

/* An attempt begins. Its owner is whoever runs this; a socket may have had another life before. */
static __always_inline void begin_life(struct sock *sk, struct tcp_event *event, bool wanted, __u32 stage)
{
	struct life *life = new_life(sk);

	if (!life)
		return;
	life->owner = event->owner;
	life->since_ns = event->time_ns;
	life->stage = wanted ? stage : LIFE_UNWANTED;
	life->passive = 0;
}

/*
 * CLOSE -> SYN_SENT: connect() has found a route; a local port comes next, or EADDRNOTAVAIL. Where sockops_connect is
 * not attached this stands for the connect itself; the port is then not known, and on a reused socket a stale one.
 */
static __always_inline void on_attempt(struct sock *sk)
{
	struct tcp_event event = {};
	bool wanted;

	read_socket(&event, sk);
	event.sport = 0;
	owner_of_current(&event.owner);
	wanted = wants_socket(&event, false) && wants_owner(&event.owner);
	event.time_ns = bpf_ktime_get_boot_ns();
	if (follows_lives)
		begin_life(sk, &event, wanted, connect_from_state ? LIFE_SYN : LIFE_ATTEMPT);
	if (wanted && connect_from_state) {
		event.cookie = bpf_get_socket_cookie(sk);
		send(&event, TCP_EVENT_CONNECT);
	}
}

/* The SYN, or connect() itself, came to nothing. */
static __always_inline void on_failure(struct sock *sk, struct life *life)
{
	struct tcp_event event = { .owner = life->owner, .since_ns = life->since_ns };
	bool sent = life->stage == LIFE_SYN;

	life->stage = LIFE_NEW;
	/* Without a SYN there was no free port, unless it was to leave with the first data and never did. */
	if (!sent && BPF_CORE_READ_BITFIELD((struct tcp_sock *)sk, fastopen_connect))
		return;
	read_socket(&event, sk);
	event.error = sent ? sk->sk_err : EADDRNOTAVAIL;
	event.cookie = bpf_get_socket_cookie(sk);
	send(&event, TCP_EVENT_FAILED);
}

static __always_inline void on_established(struct sock *sk, int oldstate)
{
	struct life *life = life_of(sk);
	struct tcp_event event = {};

	if (life && life->stage == LIFE_UNWANTED)
		return;
	event.time_ns = bpf_ktime_get_boot_ns();
	event.cookie = bpf_get_socket_cookie(sk);
	if (life && !life->passive && life->stage != LIFE_NEW) {
		event.owner = life->owner;
		event.since_ns = life->since_ns;
		life->stage = LIFE_ESTABLISHED;
		life->attempt_ns = life->since_ns;
		life->since_ns = event.time_ns;
		read_socket(&event, sk);
		send(&event, TCP_EVENT_ESTABLISHED);
		return;
	}
	if (oldstate != BPF_TCP_SYN_RECV || !(wants_kind(TCP_EVENT_ACCEPT) || wants_kind(TCP_EVENT_CLOSE)))
		return;
	/* Somebody will accept it. The cookie is made now, as accept can only read it. */
	life = new_life(sk);
	if (!life)
		return;
	life->since_ns = event.time_ns;
	life->attempt_ns = 0;
	life->stage = LIFE_WAITING;
	life->passive = 1;
}

/* The connection is over; the application may have closed long ago, or not yet. */
static __always_inline void on_end(struct sock *sk, struct life *life)
{
	__u64 address = (__u64)sk;
	struct accepted *acceptor = NULL;
	struct tcp_event event = {};
	bool passive = life && life->passive;

	read_socket(&event, sk);
	if (life) {
		event.owner = life->owner;
		event.since_ns = life->since_ns;
		event.attempt_ns = life->attempt_ns;
	}
	event.passive = passive;
	if (passive) {
		acceptor = bpf_map_lookup_elem(&acceptors, &address);
		if (!acceptor)
			return; /* nobody accepted it */
		event.owner = acceptor->owner;
		bpf_map_delete_elem(&acceptors, &address);
	}
	if (life)
		life->stage = LIFE_NEW;
	if (!wants_socket(&event, passive) || !wants_owner(&event.owner))
		return;
	read_bytes(&event, sk);
	event.cookie = bpf_get_socket_cookie(sk);
	send(&event, TCP_EVENT_CLOSE);
}

static __always_inline void on_close(struct sock *sk, int oldstate)
{
	struct life *life = life_of(sk);
	bool attempt = life && (life->stage == LIFE_ATTEMPT || life->stage == LIFE_SYN);

	if (life && life->stage == LIFE_UNWANTED)
		return;
	if (attempt)
		on_failure(sk, life);
	else if (oldstate != BPF_TCP_SYN_SENT && oldstate != BPF_TCP_SYN_RECV && wants_kind(TCP_EVENT_CLOSE))
		on_end(sk, life);
}
