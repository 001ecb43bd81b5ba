/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Who answers queries of others: resolver daemons of this host. */
#pragma once

#include <linux/bpf.h>
#include <stdbool.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "dns_event.h"
#include "dns_socket.h"
#include "kernel.h"
#include "ring.h"

/* How long what was said of an owner need not be said again. */
#define SERVED_EVERY_NS 1000000000ull

const volatile __u32 own_netns = 0; /* inode number, of the tracer */

/*
 * Anybody may make a network namespace (in a user namespace of his own) and answer on port 53 in it, and so may who
 * got into a container: who believes the host's daemons must not believe those. The host's are outside of containers
 * (in the initial pid namespace) and in a network namespace that the host has made; or beside the tracer.
 */
static __always_inline bool serves_host(struct task_struct *task, struct sock *sk, __u32 netns)
{
	if (netns == own_netns)
		return true;
	return BPF_CORE_READ(task, thread_pid, level) == 0 &&
	       BPF_CORE_READ(sk, __sk_common.skc_net.net, user_ns, level) == 0;
}

/* Whether there was room to say it: where there is none, a later answer says it. */
static __always_inline bool emit_served(const struct owner *owner, __u32 netns, __u64 now)
{
	struct dns_event served = { .kind = DNS_EVENT_SERVED, .netns = netns, .time_ns = now, .owner = *owner };
	__u64 flags = wake_flags(sizeof(served));

	if (bpf_ringbuf_output(&ring, &served, sizeof(served), flags))
		return false;
	wake_if_it_fell_asleep(flags);
	return true;
}

/* In the task that sends an answer. */
static __always_inline void served(struct bpf_sock *sk)
{
	struct task_struct *task = bpf_get_current_task_btf();
	__u64 now = bpf_ktime_get_boot_ns();
	struct dns_socket *socket = socket_of(sk);
	struct owner owner;

	if (!socket)
		return;
	if (socket->owner.tid == (__u32)task->pid && now - socket->served_ns < SERVED_EVERY_NS)
		return;
	if (!serves_host(task, sock_of(sk, socket), socket->netns))
		return;
	read_owner(&owner, task);
	set_owner(socket, &owner);
	if (emit_served(&owner, socket->netns, now))
		socket->served_ns = now;
}
