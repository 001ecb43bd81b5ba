/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * What is remembered of a connection between its events, in the socket's own storage. Only where outcomes are asked
 * for: without, a connect event needs no memory at all.
 */
#pragma once

#include <linux/bpf.h>
#include <stdbool.h>
#include <bpf/bpf_helpers.h>

#include "owner.h"

enum life_stage {
	LIFE_NEW = 0, /* storage just made */
	LIFE_UNWANTED = 1, /* a filter said no at the attempt */
	LIFE_ATTEMPT = 2, /* connect() has begun */
	LIFE_SYN = 3, /* the SYN has left: a connect event exists */
	LIFE_ESTABLISHED = 4,
	LIFE_WAITING = 5, /* passive, not yet accepted by anybody */
};

struct life {
	struct owner owner;
	__u64 since_ns; /* of the attempt; once established, of that */
	__u64 attempt_ns; /* of the attempt, once established; 0: passive */
	__u32 stage; /* enum life_stage */
	__u32 passive; /* 1: came through a listening socket */
	__u32 seen; /* the state of the change that a program saw last, where several look on */
};

/* Inserted at the attempt, or when a passive connection is established; goes with the socket. */
struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct life);
} lives SEC(".maps");

/* Attempts that could not be remembered (net.core.optmem_max is small): their outcomes are missing. */
__u64 lost_no_memory = 0;

static __always_inline struct life *life_of(struct sock *sk)
{
	return bpf_sk_storage_get(&lives, sk, NULL, 0);
}

/* Existing storage is used again: a socket can connect more than once. NULL is counted. */
static __always_inline struct life *new_life(struct sock *sk)
{
	struct life *life = bpf_sk_storage_get(&lives, sk, NULL, BPF_SK_STORAGE_GET_F_CREATE);

	if (!life)
		__sync_fetch_and_add(&lost_no_memory, 1);
	return life;
}
