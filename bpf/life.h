/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * What is remembered of a connect between its events, in the socket's own storage. Only where outcomes are asked
 * for, or several programs have to agree: else a connect event needs no memory at all.
 */
#pragma once

#include <linux/bpf.h>
#include <stdbool.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "filter.h"
#include "kernel.h"
#include "owner.h"
#include "ring.h"

enum life_stage {
	LIFE_NEW = 0, /* storage just made */
	LIFE_UNWANTED = 1, /* a filter said no at the attempt */
	LIFE_ATTEMPT = 2, /* connect() has begun */
	LIFE_SYN = 3, /* the SYN has left: a connect event exists */
	LIFE_ESTABLISHED = 4,
};

struct life {
	struct owner owner;
	__u64 since_ns; /* of the attempt; once established, of that */
	__u64 attempt_ns; /* of the attempt, once established; 0: older than the tracer */
	__u32 stage; /* enum life_stage */
	__u32 passive; /* 1: came through a listening socket, before there was a tracer */
	__u32 txhash; /* the socket's before the attempt */
	__u32 bound; /* 1: it had a local port before the attempt */
	__u32 seen; /* the state of the change that a program saw last, where several look on */
};

/* Inserted at the attempt, or at the first change of what is older than the tracer; goes with the socket. */
struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct life);
} lives SEC(".maps");

/* How many programs see each change. */
const volatile __u32 programs_on_changes = 1;

/* Connections of which something that is asked for cannot be told (net.core.optmem_max is small). */
__u64 lost_no_memory = 0;

static __always_inline void count_no_memory(void)
{
	count_beside_ring(&lost_no_memory);
}

/* Existing storage is used again: a socket can connect more than once. */
static __always_inline struct life *new_life(struct sock *sk)
{
	return bpf_sk_storage_get(&lives, sk, NULL, BPF_SK_STORAGE_GET_F_CREATE);
}

/* A connection that is older than the tracer. */
struct older {
	struct owner owner; /* who held it at the start */
	__u64 ends; /* to tell it from another's at this address in memory */
	__u64 passive; /* as in struct life; wide, as before Linux 6.3 no byte of a map's value may be left unset */
};

/*
 * By the socket's address: nothing can be stored with a socket that is found through a file, as some kernels do not trust
 * that pointer. Inserted at the start; deleted at the socket's first change, when it can be stored.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 262144);
	__type(key, __u64);
	__type(value, struct older);
} older_connections SEC(".maps");

/* How many of them are left. */
__u32 older_left = 0;

/* Both ports, and the peer's IPv4 address; they outlive the connection. A plain address will do. */
static __always_inline __u64 ends_of(struct sock *sk)
{
	__u64 ports = (__u64)BPF_CORE_READ((struct inet_sock *)sk, inet_sport) << 16 |
		      BPF_CORE_READ(sk, __sk_common.skc_dport);

	return ports << 32 | BPF_CORE_READ(sk, __sk_common.skc_daddr);
}

/* False where there is no room for it. */
static __always_inline bool remember_older(struct sock *sk, const struct owner *owner)
{
	struct older older = { .owner = *owner, .ends = ends_of(sk), .passive = sk->sk_max_ack_backlog > 0 };
	__u64 key = (__u64)sk;

	if (bpf_map_lookup_elem(&older_connections, &key))
		return true; /* of several tasks that hold it the first is taken */
	if (bpf_map_update_elem(&older_connections, &key, &older, BPF_NOEXIST))
		return false;
	__sync_fetch_and_add(&older_left, 1);
	return true;
}

/* `life` is what is stored with the socket, if anything is; returns that, with what was known at the start. */
static __always_inline struct life *with_older(struct sock *sk, struct life *life)
{
	__u64 key = (__u64)sk;
	struct older *older = bpf_map_lookup_elem(&older_connections, &key);

	if (!older)
		return life;
	if (older->ends == ends_of(sk)) {
		life = new_life(sk);
		if (life) {
			life->owner = older->owner;
			life->passive = older->passive;
			life->stage = LIFE_ESTABLISHED;
		} else if (filters_owner() && wants_owner(&older->owner)) {
			count_no_memory();
		}
	}
	if (bpf_map_delete_elem(&older_connections, &key) == 0)
		__sync_fetch_and_sub(&older_left, 1);
	return life;
}

/* NULL where nothing is known. */
static __always_inline struct life *life_of(struct sock *sk)
{
	struct life *life = bpf_sk_storage_get(&lives, sk, NULL, 0);

	return older_left && (!life || life->stage == LIFE_NEW) ? with_older(sk, life) : life;
}

/* The same as life.seen, by the socket's address, of sockets that there is no memory to store anything with. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, __u64);
	__type(value, __u32);
} seen_without_life SEC(".maps");

static __always_inline __u32 *last_seen_of(struct sock *sk)
{
	struct life *life = new_life(sk);
	__u64 key = (__u64)sk;
	__u32 nothing = 0;
	__u32 *seen;

	if (life)
		return &life->seen;
	seen = bpf_map_lookup_elem(&seen_without_life, &key);
	if (seen)
		return seen;
	bpf_map_update_elem(&seen_without_life, &key, &nothing, BPF_ANY);
	return bpf_map_lookup_elem(&seen_without_life, &key);
}

/*
 * Whether no other program has seen this change yet. Two changes that are looked at never lead to the same state one after
 * the other, and those of one socket come under its lock. `order`: the program's among them; where the change cannot be
 * noted at all, the first sees it.
 */
static __always_inline bool is_first_to_see(struct sock *sk, __u32 newstate, __u32 order)
{
	__u32 *seen;

	if (programs_on_changes == 1)
		return true;
	seen = last_seen_of(sk);
	if (!seen)
		return order == 0;
	if (*seen == newstate)
		return false;
	*seen = newstate;
	return true;
}
