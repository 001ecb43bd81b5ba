/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* The facts of a TCP socket, and the filters on them. */
#pragma once

#include <linux/bpf.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "kernel.h"
#include "tcp_event.h"

#define MAX_PORTS 64

const volatile __u8 only_ip = 0; /* 4 or 6; 0: both. An IPv4-mapped connection is 4 */
const volatile __u32 ports_wanted = 0; /* how many of only_ports count; 0: any port */
const volatile __u16 only_ports[MAX_PORTS] = {};

static __always_inline bool has_flag(struct sock *sk, __u32 flag)
{
	return BPF_CORE_READ(sk, __sk_common.skc_flags) & (1UL << flag);
}

/* sk must be a pointer with BTF. event is zeroed; time, cookie, owner and kind are left to the caller. */
static __always_inline void read_socket(struct tcp_event *event, struct sock *sk)
{
	struct sock_common *common = &sk->__sk_common;

	event->netns = common->skc_net.net->ns.inum;
	event->sport = bpf_ntohs(((struct inet_sock *)sk)->inet_sport);
	event->dport = bpf_ntohs(common->skc_dport);
	event->family = common->skc_family;
	if (event->family == AF_INET) {
		*(__be32 *)event->saddr = common->skc_rcv_saddr;
		*(__be32 *)event->daddr = common->skc_daddr;
	} else if (bpf_core_field_exists(common->skc_v6_daddr)) {
		bpf_probe_read_kernel(event->saddr, sizeof(event->saddr), &common->skc_v6_rcv_saddr);
		bpf_probe_read_kernel(event->daddr, sizeof(event->daddr), &common->skc_v6_daddr);
	}
}

/* ::ffff:0:0/96 (RFC 4291, section 2.5.5.2) */
static __always_inline bool is_mapped(const struct tcp_event *event)
{
	const __be32 *word = (const __be32 *)event->daddr;

	return event->family == AF_INET6 && word[0] == 0 && word[1] == 0 && word[2] == bpf_htonl(0xffff);
}

/* Payload counts of a connection that is over (net/ipv4/tcp.c, tcp_get_info). A plain address will do. */
static __always_inline void read_bytes(struct tcp_event *event, struct sock *sk)
{
	struct tcp_sock *tcp = (struct tcp_sock *)sk;

	event->tx_bytes = BPF_CORE_READ(tcp, bytes_sent) - BPF_CORE_READ(tcp, bytes_retrans);
	event->rx_bytes = BPF_CORE_READ(tcp, bytes_received);
	if (event->rx_bytes > 0 && has_flag(sk, SOCK_DONE))
		event->rx_bytes--;
}

static __always_inline bool wants_family(const struct tcp_event *event)
{
	if (!only_ip)
		return true;
	return only_ip == (event->family == AF_INET || is_mapped(event) ? 4 : 6);
}

static __always_inline bool wants_port(__u16 port)
{
	if (!ports_wanted)
		return true;
	for (__u32 i = 0; i < MAX_PORTS && i < ports_wanted; i++)
		if (only_ports[i] == port)
			return true;
	return false;
}
