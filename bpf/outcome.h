/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* What becomes of connects, by the changes of their sockets' state. */
#pragma once

#include <linux/bpf.h>
#include <stdbool.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "kernel.h"
#include "life.h"
#include "passive.h"
#include "tcp_emit.h"

/* Whether attempts are to be remembered: false where connect events are all that is asked for. */
const volatile __u8 follows_lives = 0;
/* Whether the state change stands for sockops_connect, which could not be attached. */
const volatile __u8 connect_from_state = 0;

/* An attempt begins. Its owner is whoever runs this; a socket may have had another life before. NULL: no memory. */
static __always_inline struct life *begin_life(struct sock *sk, struct tcp_event *event, bool wanted, __u32 stage)
{
	struct life *life = new_life(sk);

	if (!life)
		return NULL;
	life->owner = event->owner;
	life->since_ns = event->time_ns;
	life->stage = wanted ? stage : LIFE_UNWANTED;
	life->passive = 0;
	return life;
}

/* Whether something that is asked for is missing where an attempt is not remembered. A close can be told without owner. */
static __always_inline bool needs_life(void)
{
	return wants_kind(TCP_EVENT_ESTABLISHED) || wants_kind(TCP_EVENT_FAILED) ||
	       (wants_kind(TCP_EVENT_CLOSE) && filters_owner());
}

/*
 * CLOSE -> SYN_SENT: connect() has found a route; a local port comes next, or EADDRNOTAVAIL. Where sockops_connect is
 * not attached this stands for the connect itself; the port is then not known, and on a reused socket a stale one.
 */
static __always_inline void on_attempt(struct sock *sk)
{
	struct life *life = NULL;
	struct tcp_event event = {};
	bool wanted;

	read_socket(&event, sk);
	event.sport = 0;
	owner_of_current(&event.owner);
	wanted = wants_socket(&event, false) && wants_owner(&event.owner);
	event.time_ns = bpf_ktime_get_boot_ns();
	if (follows_lives)
		life = begin_life(sk, &event, wanted, connect_from_state ? LIFE_SYN : LIFE_ATTEMPT);
	if (life) {
		life->txhash = sk->sk_txhash;
		life->bound = sk->__sk_common.skc_num > 0;
	} else if (follows_lives) {
		/* Nor can it be when the SYN leaves: it is counted once. */
		if (wanted && needs_life())
			count_no_memory();
		forget_passive(sk); /* of another socket at this address whose end was not seen */
	}
	if (wanted && connect_from_state) {
		event.cookie = bpf_get_socket_cookie(sk);
		send(&event, TCP_EVENT_CONNECT);
	}
}

/*
 * The SYN, or connect() itself, came to nothing. Without a local port (tcp_v4_connect in net/ipv4/tcp_ipv4.c) none was free,
 * or what is bound is connected to that peer already, or the socket used to listen. With one but without a SYN there was no
 * route for it, or the SYN was to leave with the first data and never did. Some reasons connect() alone returns.
 */
static __always_inline void on_failure(struct sock *sk, struct life *life)
{
	struct tcp_event event = { .owner = life->owner, .since_ns = life->since_ns };
	bool has_port = sk->sk_txhash != life->txhash;
	bool sent = has_port && life->stage == LIFE_SYN;

	life->stage = LIFE_NEW;
	if (has_port && !sent && BPF_CORE_READ_BITFIELD((struct tcp_sock *)sk, fastopen_connect))
		return;
	read_socket(&event, sk);
	if (!has_port && !life->bound)
		event.sport = 0; /* of another attempt */
	if (sent)
		event.error = sk->sk_err ?: ECANCELED;
	else if (!has_port && !sk->sk_max_ack_backlog)
		event.error = EADDRNOTAVAIL;
	event.cookie = bpf_get_socket_cookie(sk);
	send(&event, TCP_EVENT_FAILED);
}

static __always_inline bool is_attempt(const struct life *life)
{
	return life && (life->stage == LIFE_ATTEMPT || life->stage == LIFE_SYN);
}

static __always_inline void on_established(struct sock *sk)
{
	struct life *life = life_of(sk);
	struct tcp_event event = {};

	if (!is_attempt(life))
		return;
	event.time_ns = bpf_ktime_get_boot_ns();
	event.cookie = bpf_get_socket_cookie(sk);
	event.owner = life->owner;
	event.since_ns = life->since_ns;
	life->stage = LIFE_ESTABLISHED;
	life->attempt_ns = life->since_ns;
	life->since_ns = event.time_ns;
	read_socket(&event, sk);
	send(&event, TCP_EVENT_ESTABLISHED);
}

/*
 * The connection of a connect is over, or one that is older than the tracer or could not be remembered; the application
 * may have closed long ago, or not yet.
 */
static __always_inline void on_end(struct sock *sk, struct life *life)
{
	struct tcp_event event = {};

	read_socket(&event, sk);
	if (life && life->stage == LIFE_ESTABLISHED) {
		event.owner = life->owner;
		event.since_ns = life->since_ns;
		event.attempt_ns = life->attempt_ns;
		event.passive = life->passive;
		life->stage = LIFE_NEW;
	} else if (is_attempt(life)) { /* it was not seen to be established, as at the start */
		event.owner = life->owner;
		life->stage = LIFE_NEW;
	} else if (was_held(sk)) {
		event.passive = sk->sk_max_ack_backlog > 0;
	} else {
		bpf_get_socket_cookie(sk); /* waits to be accepted: who does so now can only read it */
		return;
	}
	if (!wants_socket(&event, event.passive) || !wants_owner(&event.owner))
		return;
	read_bytes(&event, sk);
	event.cookie = bpf_get_socket_cookie(sk);
	send(&event, TCP_EVENT_CLOSE);
}

static __always_inline void on_close(struct sock *sk, int oldstate)
{
	struct life *life = life_of(sk);
	bool remembered = life && life->stage != LIFE_NEW;
	bool established = oldstate != BPF_TCP_SYN_SENT && oldstate != BPF_TCP_SYN_RECV;
	struct passive *passive = remembered ? NULL : passive_of(sk);

	if (remembered && follows_passives() && !accepts_before_held)
		forget_passive(sk); /* of an accept() that was none: a system call can be made to say anything (seccomp) */
	if (remembered && life->stage == LIFE_UNWANTED)
		return;
	if (passive)
		on_passive_end(sk, passive, true);
	else if (established && wants_kind(TCP_EVENT_CLOSE))
		on_end(sk, life);
	else if (!established && is_attempt(life))
		on_failure(sk, life);
}
