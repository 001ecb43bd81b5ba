/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* TCP events. Which hook serves what is decided in user space: programs that are not asked for are not loaded. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "filter.h"
#include "kernel.h"
#include "ring.h"
#include "socket.h"
#include "tcp_event.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

static __always_inline bool wants(const struct tcp_event *event)
{
	return wants_family(event) && wants_port(event->dport) && wants_netns(event->netns) && wants_owner(&event->owner);
}

/* Filters come before the ring: what is not wanted takes no room and is not counted as lost. */
static __always_inline void emit_connect(struct sock *sk, __u64 cookie, bool port_is_known)
{
	struct tcp_event event = { .kind = TCP_EVENT_CONNECT };

	read_socket(&event, sk);
	if (!port_is_known)
		event.sport = 0;
	owner_of_current(&event.owner);
	if (!wants(&event))
		return;
	event.cookie = cookie;
	event.time_ns = bpf_ktime_get_boot_ns();
	ring_send(&event, sizeof(event));
}

/*
 * Once per attempt, just before the SYN leaves (tcp_connect in net/ipv4/tcp_output.c), in the connecting task, the
 * local port chosen. For MPTCP this is the first subflow.
 */
SEC("sockops")
int sockops_connect(struct bpf_sock_ops *ops)
{
	struct bpf_sock *sk = ops->sk;
	struct tcp_sock *tcp;

	if (ops->op != BPF_SOCK_OPS_TCP_CONNECT_CB || !sk)
		return 1;
	tcp = bpf_skc_to_tcp_sock(sk);
	if (tcp)
		emit_connect((struct sock *)tcp, bpf_get_socket_cookie(ops), true);
	return 1;
}

/*
 * The same moment a little earlier, for hosts whose cgroup v2 root cannot be attached to: the local port is not
 * chosen yet, and on a reused socket it is a stale one. MPTCP's own socket changes state too; only its subflow
 * has the protocol TCP.
 */
SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(state_connect, struct sock *sk, int oldstate, int newstate)
{
	if (oldstate == BPF_TCP_CLOSE && newstate == BPF_TCP_SYN_SENT && sk->sk_protocol == IPPROTO_TCP)
		emit_connect(sk, bpf_get_socket_cookie(sk), false);
	return 0;
}
