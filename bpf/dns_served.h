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

/* How long what was said of an owner need not be said again: 0.3 to 2.6 s, as the kernel's HZ is 1000 to 100. */
#define SERVED_EVERY_JIFFIES 256

const volatile __u32 own_netns = 0; /* inode number, of the tracer */

/*
 * Anybody may make a network namespace (in a user namespace of his own) and answer on port 53 in it, and so may who
 * got into a container: who believes the host's daemons must not believe those. The host's are outside of containers
 * (in the initial pid namespace) and in a network namespace that the host has made; or beside the tracer.
 */
static __always_inline bool serves_host(struct task_struct *task, struct net *net, __u32 netns)
{
	if (netns == own_netns)
		return true;
	return net && task->thread_pid->level == 0 && BPF_CORE_READ(net, user_ns, level) == 0;
}

/* Whether there was room to say it: where there is none, a later answer says it. */
static __always_inline bool emit_served(const struct owner *owner, __u32 netns)
{
	struct dns_event served = {
		.kind = DNS_EVENT_SERVED,
		.netns = netns,
		.time_ns = bpf_ktime_get_boot_ns(),
		.owner = *owner,
	};
	__u64 flags = wake_flags(sizeof(served));

	if (bpf_ringbuf_output(&ring, &served, sizeof(served), flags))
		return false;
	wake_if_it_fell_asleep(flags);
	return true;
}

/* In the task that sends an answer. */
static __noinline void served(struct bpf_sock *sk)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct dns_socket *socket = socket_of(sk);
	__u64 now = bpf_jiffies64();
	struct owner owner;
	struct net *net;
	__u32 netns;

	if (!socket)
		return;
	if (socket->owner.tid == (__u32)task->pid && now - socket->served_jiffies < SERVED_EVERY_JIFFIES)
		return;
	net = net_of(sk);
	netns = inum_of(net);
	if (!serves_host(task, net, netns))
		return;
	read_owner(&owner, task);
	set_owner(socket, &owner);
	if (emit_served(&owner, netns))
		socket->served_jiffies = now;
}
