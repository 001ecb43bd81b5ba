/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Finding the socket that accept() has just returned, where fexit programs are not allowed. */
#pragma once

#include <linux/bpf.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "kernel.h"
#include "tcp_event.h"

#define IPPROTO_MPTCP 262

#if defined(__TARGET_ARCH_x86)
#define SYSCALL_NUMBER(regs) (((struct pt_regs___x86 *)(regs))->orig_ax)
#define NR_ACCEPT 43
#define NR_ACCEPT4 288
#elif defined(__TARGET_ARCH_arm64)
#define SYSCALL_NUMBER(regs) (((struct pt_regs___arm64 *)(regs))->syscallno)
#define NR_ACCEPT 202
#define NR_ACCEPT4 242
#else
#error "name the register and the numbers of accept and accept4 for this architecture"
#endif

static __always_inline bool is_accept(struct pt_regs *regs)
{
	unsigned long number = SYSCALL_NUMBER(regs);

	return number == NR_ACCEPT || number == NR_ACCEPT4;
}

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
	} else if (event->family == AF_INET6) {
		BPF_CORE_READ_INTO((struct in6_addr *)event->saddr, sk, __sk_common.skc_v6_rcv_saddr);
		BPF_CORE_READ_INTO((struct in6_addr *)event->daddr, sk, __sk_common.skc_v6_daddr);
	} else {
		return false; /* a Unix socket, for one */
	}
	return true;
}
