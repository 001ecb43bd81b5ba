/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Finding the socket that accept() has just returned, where fexit programs are not allowed. */
#pragma once

#include <linux/bpf.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "kernel.h"
#include "tcp_event.h"

#if defined(__TARGET_ARCH_x86)
#define TS_COMPAT 2 /* arch/x86/include/asm/thread_info.h: a system call of 32 bits, whatever the program is */

/* Numbers of accept and accept4; i386 has the former only as a function of socketcall (include/uapi/linux/net.h). */
static __always_inline bool is_accept(struct pt_regs *plain)
{
	struct thread_info___x86 *info = (void *)&bpf_get_current_task_btf()->thread_info;
	struct pt_regs___x86 *regs = (void *)plain;
	unsigned long number = regs->orig_ax;

	if (BPF_CORE_READ(info, status) & TS_COMPAT)
		return number == 364 || (number == 102 && (regs->bx == 5 || regs->bx == 18));
	return number == 43 || number == 288;
}
#elif defined(__TARGET_ARCH_arm64)
#define TIF_32BIT 22 /* arch/arm64/include/asm/thread_info.h */

static __always_inline bool is_accept(struct pt_regs *plain)
{
	struct pt_regs___arm64 *regs = (void *)plain;
	int number = regs->syscallno;

	if (bpf_get_current_task_btf()->thread_info.flags & (1UL << TIF_32BIT))
		return number == 285 || number == 366;
	return number == 202 || number == 242;
}
#else
#error "name the register and the numbers of accept and accept4 for this architecture"
#endif

/* The socket behind a descriptor of the current task, or NULL. A plain address: it can be read, nothing else. */
static __always_inline struct sock *socket_of_fd(long fd)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct fdtable *table = BPF_CORE_READ(task, files, fdt);
	struct file **slots, *file = NULL;
	struct socket *socket;

	if (fd < 0 || fd >= BPF_CORE_READ(table, max_fds))
		return NULL;
	slots = BPF_CORE_READ(table, fd);
	bpf_probe_read_kernel(&file, sizeof(file), &slots[fd]);
	socket = BPF_CORE_READ(file, private_data);
	return BPF_CORE_READ(socket, sk);
}

/* What the events of a connection are about: for MPTCP its first subflow. */
static __always_inline struct sock *connection_of(struct sock *sk)
{
	if (sk && bpf_core_type_exists(struct mptcp_sock) && BPF_CORE_READ(sk, sk_protocol) == IPPROTO_MPTCP)
		return BPF_CORE_READ((struct mptcp_sock *)sk, first);
	return sk;
}

/* Of MPTCP's, which has a socket of its own for the application. */
static __always_inline bool is_subflow(struct sock *sk)
{
	return bpf_core_field_exists(((struct tcp_sock *)sk)->is_mptcp) &&
	       BPF_CORE_READ(sk, sk_protocol) == IPPROTO_TCP && BPF_CORE_READ((struct tcp_sock *)sk, is_mptcp);
}

/* What still has the ends of a connection: those of a subflow that was reset are gone, and MPTCP's own socket has them. */
static __always_inline struct sock *with_ends(struct sock *sk)
{
	void *context;

	if (!bpf_core_type_exists(struct mptcp_subflow_context) || !is_subflow(sk))
		return sk;
	context = BPF_CORE_READ((struct inet_connection_sock *)sk, icsk_ulp_data);
	return BPF_CORE_READ((struct mptcp_subflow_context *)context, conn) ?: sk;
}

/* read_socket for a plain address. False for what is no TCP connection. */
static __always_inline bool read_plain_socket(struct tcp_event *event, struct sock *sk)
{
	__u16 protocol = BPF_CORE_READ(sk, sk_protocol);

	event->family = BPF_CORE_READ(sk, __sk_common.skc_family);
	if (protocol != IPPROTO_TCP && protocol != IPPROTO_MPTCP)
		return false;
	event->netns = BPF_CORE_READ(sk, __sk_common.skc_net.net, ns.inum);
	/* Not skc_num: that is 0 once the connection is over, by a reset before it was accepted for one. */
	event->sport = bpf_ntohs(BPF_CORE_READ((struct inet_sock *)sk, inet_sport));
	event->dport = bpf_ntohs(BPF_CORE_READ(sk, __sk_common.skc_dport));
	event->cookie = BPF_CORE_READ(sk, __sk_common.skc_cookie.counter);
	if (event->family == AF_INET) {
		BPF_CORE_READ_INTO((__be32 *)event->saddr, sk, __sk_common.skc_rcv_saddr);
		BPF_CORE_READ_INTO((__be32 *)event->daddr, sk, __sk_common.skc_daddr);
	} else if (event->family == AF_INET6 && bpf_core_field_exists(sk->__sk_common.skc_v6_daddr)) {
		BPF_CORE_READ_INTO((struct in6_addr *)event->saddr, sk, __sk_common.skc_v6_rcv_saddr);
		BPF_CORE_READ_INTO((struct in6_addr *)event->daddr, sk, __sk_common.skc_v6_daddr);
	} else {
		return false; /* a Unix socket, for one */
	}
	return true;
}
