/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Whose a DNS client's socket is, and where it lives. */
#pragma once

#include <linux/bpf.h>
#include <stdbool.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "dns_event.h"
#include "filter.h"
#include "kernel.h"
#include "owner.h"

/* What is remembered of a socket. */
struct dns_socket {
	struct owner owner; /* who asked last, or held it at the start */
	__u64 served_jiffies; /* when its owner was last said to answer others */
	__u32 syn_seq; /* TCP: where the stream of that owner begins */
	__u32 version; /* of the owner; odd while it is being changed */
};

/*
 * Inserted for sockets that exist at the start, that answer, of TCP, and of whose queries one was lost; for all that ask
 * or are answered where filters go by owner. Goes with the socket.
 */
struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct dns_socket);
} sockets SEC(".maps");

#ifndef READABLE_SOCKETS
#define READABLE_SOCKETS 0
#endif

/* Since Linux 6.2 (kernel/bpf/helpers.c). */
extern void *bpf_rdonly_cast(const void *object, __u32 btf_id) __ksym;

/* The same address, from which all fields may be read, without a call: calls are what these programs spend most time on. */
static __always_inline struct sock *readable(struct bpf_sock *sk)
{
	return bpf_rdonly_cast(sk, bpf_core_type_id_kernel(struct sock));
}

/*
 * Arithmetic on a bpf_sock is refused, so that what lies before the field (48 bytes, in the kernels seen) is read with it. In a
 * frame of its own, as there is little room on the stack.
 */
static __noinline struct net *probed_net_of(struct bpf_sock *sk)
{
	const __u32 at = bpf_core_field_offset(struct sock_common, skc_net);
	struct net *words[12];

	if (at > sizeof(words) - sizeof(*words) || bpf_probe_read_kernel(words, at + sizeof(*words), sk))
		return NULL;
	return *(struct net **)((void *)words + at);
}

/* Plain address of the network namespace. */
static __always_inline struct net *net_of(struct bpf_sock *sk)
{
	return READABLE_SOCKETS ? readable(sk)->__sk_common.skc_net.net : probed_net_of(sk);
}

/* Its inode number. */
static __always_inline __u32 inum_of(struct net *net)
{
	return READABLE_SOCKETS ? net->ns.inum : BPF_CORE_READ(net, ns.inum);
}

static __always_inline __u32 netns_of(struct bpf_sock *sk)
{
	return inum_of(net_of(sk));
}

/* The helper makes the cookie where there is none yet. */
static __always_inline __u64 cookie_of(struct __sk_buff *skb, struct bpf_sock *sk)
{
	__u64 cookie = READABLE_SOCKETS ? readable(sk)->__sk_common.skc_cookie.counter : 0;

	return cookie ? cookie : bpf_get_socket_cookie(skb);
}

static __always_inline bool is_same_owner(const struct owner *a, const struct owner *b)
{
	for (__u32 i = 0; i < sizeof(*a) / sizeof(__u64); i++)
		if (((const __u64 *)a)[i] != ((const __u64 *)b)[i])
			return false;
	return true;
}

/* False while another task that shares the socket does the same. */
static __always_inline bool begin_change(struct dns_socket *socket)
{
	__u32 version = socket->version;

	return !(version & 1) && __sync_val_compare_and_swap(&socket->version, version, version + 1) == version;
}

/* With the old value, which is not needed: only then is it ordered after what was written before, on arm64 too. */
static __always_inline void end_change(struct dns_socket *socket)
{
	__u32 before = __sync_fetch_and_add(&socket->version, 1);

	asm volatile("" : : "r"(before));
}

static __always_inline void set_owner(struct dns_socket *socket, const struct owner *owner)
{
	if (is_same_owner(&socket->owner, owner) || !begin_change(socket))
		return;
	socket->owner = *owner;
	end_change(socket);
}

static __always_inline void set_first_owner(struct dns_socket *socket, const struct owner *owner)
{
	if (!begin_change(socket))
		return;
	if (!socket->owner.pid)
		socket->owner = *owner;
	end_change(socket);
}

/* False, and nobody, while it is being changed. */
static __always_inline bool get_owner(struct dns_socket *socket, struct owner *owner)
{
	__u32 before = __sync_fetch_and_add(&socket->version, 0);

	*owner = socket->owner;
	if (!(before & 1) && __sync_fetch_and_add(&socket->version, 0) == before)
		return true;
	__builtin_memset(owner, 0, sizeof(*owner));
	return false;
}

#if READABLE_SOCKETS
/* A socket that is older than the tracer. */
struct older {
	struct owner owner; /* who held it then */
	__u64 inode; /* of its file, to tell it from another at this address in memory */
};

/*
 * By the socket's address: nothing can be stored with a socket that is found through a file, as some kernels do not trust
 * that pointer. Inserted at the start; deleted at the socket's first message, when it can be stored.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 65536);
	__type(key, __u64);
	__type(value, struct older);
} older_sockets SEC(".maps");

/* A plain address will do. */
static __always_inline __u64 inode_of(struct sock *sk)
{
	struct socket_alloc *both = (struct socket_alloc *)BPF_CORE_READ(sk, sk_socket);

	return BPF_CORE_READ(both, vfs_inode.i_ino);
}

static __always_inline struct older *older_of(struct bpf_sock *sk)
{
	__u64 key = (__u64)readable(sk);
	struct older *older = bpf_map_lookup_elem(&older_sockets, &key);

	return older && older->inode == inode_of(readable(sk)) ? older : NULL;
}

/* False where there is no room for it. Of several tasks that hold it the first is taken. One without a port awaits no answer. */
static __always_inline bool remember_first_owner(struct sock *sk, const struct owner *owner)
{
	struct older older = { .owner = *owner, .inode = inode_of(sk) };
	__u64 key = (__u64)sk;

	if (!sk->__sk_common.skc_num || bpf_map_lookup_elem(&older_sockets, &key))
		return true;
	return bpf_map_update_elem(&older_sockets, &key, &older, BPF_NOEXIST) == 0;
}

static __always_inline void adopt(struct dns_socket *socket, struct bpf_sock *sk)
{
	struct older *older = older_of(sk);
	__u64 key = (__u64)readable(sk);

	if (!older)
		return;
	set_first_owner(socket, &older->owner);
	bpf_map_delete_elem(&older_sockets, &key);
}

static __always_inline bool is_older(struct bpf_sock *sk)
{
	return older_of(sk) != NULL;
}
#else
static __always_inline bool remember_first_owner(struct sock *sk, const struct owner *owner)
{
	struct dns_socket *socket = bpf_sk_storage_get(&sockets, sk, NULL, BPF_SK_STORAGE_GET_F_CREATE);

	if (socket)
		set_first_owner(socket, owner);
	return socket != NULL;
}

/* Its owner is stored already. */
static __always_inline void adopt(struct dns_socket *socket, struct bpf_sock *sk)
{
}

static __always_inline bool is_older(struct bpf_sock *sk)
{
	return false;
}
#endif

/* NULL where nothing is stored with it. */
static __always_inline struct dns_socket *stored_socket_of(struct bpf_sock *sk)
{
	if (READABLE_SOCKETS && !readable(sk)->sk_bpf_storage)
		return NULL;
	return bpf_sk_storage_get(&sockets, sk, NULL, 0);
}

/* Made where there is none; NULL where there is no memory for it. */
static __always_inline struct dns_socket *socket_of(struct bpf_sock *sk)
{
	struct dns_socket *socket = stored_socket_of(sk);

	if (socket)
		return socket;
	socket = bpf_sk_storage_get(&sockets, sk, NULL, BPF_SK_STORAGE_GET_F_CREATE);
	if (socket)
		adopt(socket, sk);
	return socket;
}

/*
 * NULL where nothing is remembered of a client's socket, as of most: user space knows from the queries whose it is. Only
 * filters by owner need to know it here, of every socket; to make the memory takes longer than all the rest.
 */
static __always_inline struct dns_socket *client_socket_of(struct bpf_sock *sk)
{
	struct dns_socket *socket = stored_socket_of(sk);

	return !socket && (filters_owner() || is_older(sk)) ? socket_of(sk) : socket;
}
