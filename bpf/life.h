/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * What is remembered of a connect between its events, in the socket's own storage. Only where outcomes are asked
 * for, or several programs have to agree: else a connect event needs no memory at all.
 */
#pragma once

#include <linux/bpf.h>
#include <stdbool.h>
#include <bpf/bpf_helpers.h>

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
	__u32 seen; /* the state of the change that a program saw last, where several look on */
};

/* Inserted at the attempt, or at the start for what is older than the tracer; goes with the socket. */
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

static __always_inline struct life *life_of(struct sock *sk)
{
	return bpf_sk_storage_get(&lives, sk, NULL, 0);
}

/* Existing storage is used again: a socket can connect more than once. */
static __always_inline struct life *new_life(struct sock *sk)
{
	return bpf_sk_storage_get(&lives, sk, NULL, BPF_SK_STORAGE_GET_F_CREATE);
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
