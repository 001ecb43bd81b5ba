/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Whose a DNS client's socket is, and where it lives. */
#pragma once

#include <linux/bpf.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "dns_event.h"
#include "kernel.h"
#include "owner.h"

/* What is known of a client's socket. */
struct dns_socket {
	struct owner owner;
	__u32 owner_source; /* enum owner_source */
	__u32 netns; /* inode number; 0: not read yet */
	__u64 detour; /* see netns_of */
};

/* By socket cookie. Inserted and updated when a UDP socket is made, asks, or is answered; the least recent goes. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16384);
	__type(key, __u64);
	__type(value, struct dns_socket);
} sockets SEC(".maps");

/*
 * Arithmetic on a bpf_sock is refused, so the pointer takes a detour through the map's memory and comes back as a
 * number to read at. The memory is the socket's own: a slot per CPU could be overwritten by a task that preempts.
 */
static __always_inline __u32 netns_of(struct bpf_sock *sk, struct dns_socket *socket)
{
	struct sock *address;

	*(struct bpf_sock *volatile *)&socket->detour = sk;
	address = (struct sock *)*(volatile __u64 *)&socket->detour;
	socket->detour = 0;
	return BPF_CORE_READ(address, __sk_common.skc_net.net, ns.inum);
}

static __always_inline struct dns_socket *socket_of(struct bpf_sock *sk, __u64 cookie)
{
	struct dns_socket *socket = bpf_map_lookup_elem(&sockets, &cookie);

	if (!socket) {
		struct dns_socket unknown = {};

		bpf_map_update_elem(&sockets, &cookie, &unknown, BPF_NOEXIST);
		socket = bpf_map_lookup_elem(&sockets, &cookie);
	}
	if (socket && !socket->netns)
		socket->netns = netns_of(sk, socket);
	return socket;
}

static __always_inline void remember_asker(struct dns_socket *socket, __u64 cookie)
{
	struct dns_socket asked = { .owner_source = OWNER_ASKED, .netns = socket->netns };

	owner_of_current(&asked.owner);
	bpf_map_update_elem(&sockets, &cookie, &asked, BPF_ANY);
}
