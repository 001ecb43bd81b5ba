/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Who lets go of which socket: the context of a cgroup/sock program does not show the ends of a connection, and a
 * process that ends has no mount namespace any more.
 */
#pragma once

#include <linux/bpf.h>
#include <stdbool.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "accept.h"
#include "kernel.h"
#include "owner.h"
#include "tcp_event.h"

/*
 * The context is a struct sock, which the verifier hides: through a map its address comes back as a number. By socket
 * cookie, as a slot per CPU could be overwritten by a task that preempts. Inserted and deleted by address_of.
 */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, __u64);
	__type(value, __u64);
} detours SEC(".maps");

/* NULL where other CPUs have taken its place at once. */
static __always_inline struct sock *address_of(struct bpf_sock *ctx, __u64 cookie)
{
	__u64 address = 0;
	__u64 *slot;

	bpf_map_update_elem(&detours, &cookie, &address, BPF_ANY);
	slot = bpf_map_lookup_elem(&detours, &cookie);
	if (!slot)
		return NULL;
	*(struct bpf_sock *volatile *)slot = ctx;
	address = *(volatile __u64 *)slot;
	bpf_map_delete_elem(&detours, &cookie);
	return (struct sock *)address;
}

/* Not one whose connect() did not wait, and which was reset before anything was read, on later kernels. */
static __always_inline bool mptcp_was_connected(struct sock *sk)
{
	struct mptcp_sock *msk = (struct mptcp_sock *)sk;

	if (BPF_CORE_READ(sk, sk_socket, state) == SS_CONNECTED)
		return true;
	return bpf_core_field_exists(msk->rcvq_space.space) && BPF_CORE_READ(msk, rcvq_space.space) != 0;
}

/*
 * Whether there has been a connection: not where connect() never succeeded, failed, or is still under way. By the
 * time of a close the state may be CLOSE in either case; what tells them apart is what is set when a connection is
 * established: the time of the last data (tcp_finish_connect(), and the creation of a passive socket). MPTCP's own socket
 * does not keep that time.
 */
static __always_inline bool was_connected(struct sock *sk)
{
	__u8 state = BPF_CORE_READ(sk, __sk_common.skc_state);

	if (state == BPF_TCP_SYN_SENT || state == BPF_TCP_SYN_RECV || state == BPF_TCP_LISTEN)
		return false;
	if (state != BPF_TCP_CLOSE)
		return true;
	if (BPF_CORE_READ(sk, sk_protocol) != IPPROTO_MPTCP)
		return BPF_CORE_READ((struct inet_connection_sock *)sk, icsk_ack.lrcvtime) != 0;
	return mptcp_was_connected(sk);
}

static __always_inline bool is_zero(const __u8 *address)
{
	const __u64 *half = (const __u64 *)address;

	return half[0] == 0 && half[1] == 0;
}

/* A socket of TCP that was disconnected again (connect() with AF_UNSPEC) has lost its peer. */
static __always_inline bool has_both_ends(const struct tcp_event *event)
{
	return event->sport && event->dport && !is_zero(event->saddr) && !is_zero(event->daddr);
}

/*
 * Mount namespaces of tasks that end, by thread id: the kernel takes the namespaces before it closes the descriptors
 * (do_exit in kernel/exit.c). An id that is used again is written again when that task ends.
 */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, __u32);
} last_mntns SEC(".maps");

static __always_inline void remember_mntns(struct task_struct *task)
{
	struct nsproxy *nsproxy = task->nsproxy;
	__u32 tid = task->pid;
	__u32 mntns = nsproxy ? nsproxy->mnt_ns->ns.inum : 0;

	bpf_map_update_elem(&last_mntns, &tid, &mntns, BPF_ANY);
}

static __always_inline void owner_that_may_end(struct owner *owner)
{
	__u32 *mntns;

	owner_of_current(owner);
	if (owner->mntns)
		return;
	mntns = bpf_map_lookup_elem(&last_mntns, &owner->tid);
	if (mntns)
		owner->mntns = *mntns;
}
