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

/* What is known of a socket. */
struct dns_socket {
	struct owner owner; /* who asked last, or held it at the start */
	__u64 address; /* of the struct sock, see sock_of */
	__u64 served_ns; /* when its owner was last said to answer others */
	__u32 netns; /* inode number */
	__u32 syn_seq; /* TCP: where the stream of that owner begins */
};

/* Inserted when a socket asks, answers or is answered on a server's port, or exists at the start; goes with the socket. */
struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct dns_socket);
} sockets SEC(".maps");

/*
 * Arithmetic on a bpf_sock is refused, so the pointer takes a detour through the map's memory and comes back as a
 * number to read at.
 */
static __always_inline struct sock *sock_of(struct bpf_sock *sk, struct dns_socket *socket)
{
	*(struct bpf_sock *volatile *)&socket->address = sk;
	return (struct sock *)*(volatile __u64 *)&socket->address;
}

/* NULL where there is no memory for it. */
static __always_inline struct dns_socket *socket_of(struct bpf_sock *sk)
{
	struct dns_socket *socket = bpf_sk_storage_get(&sockets, sk, NULL, BPF_SK_STORAGE_GET_F_CREATE);

	if (socket && !socket->netns)
		socket->netns = BPF_CORE_READ(sock_of(sk, socket), __sk_common.skc_net.net, ns.inum);
	return socket;
}

static __always_inline bool is_same_owner(const struct owner *a, const struct owner *b)
{
	for (__u32 i = 0; i < sizeof(*a) / sizeof(__u64); i++)
		if (((const __u64 *)a)[i] != ((const __u64 *)b)[i])
			return false;
	return true;
}

/* Tasks that share a socket may do this at once: while the other fields change, there is no owner. */
static __always_inline void set_owner(struct dns_socket *socket, const struct owner *owner)
{
	if (is_same_owner(&socket->owner, owner))
		return;
	__sync_lock_test_and_set(&socket->owner.pid, 0);
	socket->owner.start_ns = owner->start_ns;
	socket->owner.cgroup = owner->cgroup;
	socket->owner.tid = owner->tid;
	socket->owner.uid = owner->uid;
	socket->owner.mntns = owner->mntns;
	__builtin_memcpy(socket->owner.comm, owner->comm, sizeof(owner->comm));
	__sync_lock_test_and_set(&socket->owner.pid, owner->pid);
}

static __always_inline void get_owner(const struct dns_socket *socket, struct owner *owner)
{
	const volatile __u32 *pid = &socket->owner.pid;
	__u32 before = *pid;

	barrier();
	*owner = socket->owner;
	barrier();
	if (before != *pid)
		__builtin_memset(owner, 0, sizeof(*owner));
}

static __always_inline bool wants(const struct dns_socket *socket, const struct owner *owner)
{
	return wants_netns(socket->netns) && wants_owner(owner);
}
