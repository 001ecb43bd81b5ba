/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * TCP events. Which hooks serve what is decided in user space: programs that are not asked for are not loaded.
 * Filters come before the ring: what is not wanted takes no room and is not counted as lost.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "accept.h"
#include "acceptor.h"
#include "kernel.h"
#include "life.h"
#include "outcome.h"
#include "passive.h"
#include "release.h"
#include "socket.h"
#include "tcp_emit.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/*
 * Once per attempt, just before the SYN leaves (tcp_connect in net/ipv4/tcp_output.c), in the connecting task, the
 * local port chosen. For MPTCP this is a subflow: the first in the task, later ones in a worker of the kernel.
 */
SEC("sockops")
int sockops_connect(struct bpf_sock_ops *ops)
{
	struct bpf_sock *bpf_sk = ops->sk;
	struct tcp_event event = {};
	struct sock *sk;
	bool wanted;

	if (ops->op != BPF_SOCK_OPS_TCP_CONNECT_CB || !bpf_sk)
		return 1;
	sk = (struct sock *)bpf_skc_to_tcp_sock(bpf_sk);
	if (!sk)
		return 1;
	read_socket(&event, sk);
	owner_of_current(&event.owner);
	wanted = wants_socket(&event, false) && wants_owner(&event.owner);
	event.time_ns = bpf_ktime_get_boot_ns();
	if (follows_lives)
		begin_life(sk, &event, wanted, LIFE_SYN);
	if (wanted) {
		event.cookie = bpf_get_socket_cookie(ops);
		send(&event, TCP_EVENT_CONNECT);
	}
	return 1;
}

/* Which of the programs on changes are under way on a CPU, a bit each: there they are skipped until they have ended. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} under_way SEC(".maps");

/*
 * Whether no program looks at this change after the one of this order: there is none, or all of them are under way, having been
 * interrupted by this. Should one run after all, as where this task is preempted and the other ends, it finds what is noted.
 */
static __always_inline bool is_last_to_see(struct sock *sk, __u32 newstate, __u32 order, __u32 busy)
{
	__u32 later = ((1u << programs_on_changes) - 1) & ~((2u << order) - 1);

	return !later || ((busy & later) == later && is_first_to_see(sk, newstate, order) && life_of(sk));
}

static __always_inline void on_relevant_change(struct sock *sk, int oldstate, int newstate, __u32 order, __u32 busy)
{
	struct life *life = life_of(sk);
	struct passive *passive = newstate == BPF_TCP_CLOSE && !life ? passive_of(sk) : NULL;

	if (newstate == BPF_TCP_SYN_RECV)
		on_arrival(sk);
	else if (newstate == BPF_TCP_ESTABLISHED && !life)
		on_passive_established(sk);
	else if (passive)
		on_passive_end(sk, passive, is_last_to_see(sk, newstate, order, busy));
	else if (newstate == BPF_TCP_CLOSE && !life && !wants_kind(TCP_EVENT_CLOSE))
		return; /* there is nothing else that could be told of what is not remembered */
	else if (!is_first_to_see(sk, newstate, order))
		return;
	else if (newstate == BPF_TCP_SYN_SENT)
		on_attempt(sk);
	else if (newstate == BPF_TCP_CLOSE)
		on_close(sk, oldstate);
	else if (is_attempt(life))
		on_established(sk);
	else
		on_passive_established(sk);
}

/*
 * Runs in whatever context the change comes from, softirq too. MPTCP's own socket passes here besides its subflows. What
 * came through a listening socket has no storage, and needs none for the programs to agree.
 */
static __always_inline int on_change(struct sock *any_sk, int oldstate, int newstate, __u32 order)
{
	struct sock *sk = (struct sock *)bpf_skc_to_tcp_sock(any_sk);
	bool arrival = follows_lives && oldstate == BPF_TCP_LISTEN && newstate == BPF_TCP_SYN_RECV;
	bool attempt = oldstate == BPF_TCP_CLOSE && newstate == BPF_TCP_SYN_SENT;
	bool established = follows_lives && newstate == BPF_TCP_ESTABLISHED;
	/* Where several programs agree by the state seen last, also the end between two attempts of one socket. */
	bool closed = (follows_lives || programs_on_changes > 1) && newstate == BPF_TCP_CLOSE &&
		      oldstate != BPF_TCP_LISTEN && oldstate != BPF_TCP_CLOSE;
	__u32 zero = 0, busy = 0, *bits;

	if (!sk || !(arrival || attempt || established || closed))
		return 0;
	bits = programs_on_changes > 1 ? bpf_map_lookup_elem(&under_way, &zero) : NULL;
	if (bits)
		busy = __sync_fetch_and_or(bits, 1u << order);
	on_relevant_change(sk, oldstate, newstate, order, busy);
	if (bits)
		__sync_fetch_and_and(bits, ~(1u << order));
	return 0;
}

/*
 * The kernel skips a program of which another run has not ended on the same CPU (__bpf_trace_run in
 * kernel/trace/bpf_trace.c). A softirq can meet one of a task, and then handle the changes of hundreds of sockets: it takes
 * two programs for one of them to see each. Where tracepoints leave preemption on (Linux 7.0) any task can meet one of
 * another, and it takes several. The first that is not skipped handles the change. They run in the order in which they were
 * attached (func_add in kernel/tracepoint.c).
 */
#define STATE_CHANGE(name, order)                                                        \
	SEC("tp_btf/inet_sock_set_state")                                                \
	int BPF_PROG(name, struct sock *sk, int oldstate, int newstate)                  \
	{                                                                                \
		return on_change(sk, oldstate, newstate, order);                         \
	}

STATE_CHANGE(state_change, 0)
STATE_CHANGE(state_change_2, 1)
STATE_CHANGE(state_change_3, 2)
STATE_CHANGE(state_change_4, 3)

/* Several for the same reason. */
#define ACCEPT_RETURN(name)                                                              \
	SEC("fexit/inet_csk_accept")                                                     \
	int name(__u64 *ctx)                                                             \
	{                                                                                \
		__u64 address = 0;                                                       \
                                                                                         \
		bpf_get_func_ret(ctx, &address);                                         \
		on_accept((struct sock *)address);                                       \
		return 0;                                                                \
	}

ACCEPT_RETURN(accept_return)
ACCEPT_RETURN(accept_return_2)
ACCEPT_RETURN(accept_return_3)

/*
 * What was waiting in accept() when the one above was attached does not pass it, but this, which comes after the wait
 * (sock_graft in include/net/sock.h). Where LSM hooks for sockets are compiled in.
 */
SEC("fentry/security_sock_graft")
int accept_graft(__u64 *ctx)
{
	__u64 address = 0;

	bpf_get_func_arg(ctx, 0, &address); /* as a number, as accept_return has it */
	if (!is_subflow((struct sock *)address))
		on_accept((struct sock *)address);
	return 0;
}

/* Where fexit is not allowed: costs every system call of the host some 80 ns, so only when accepts are asked for. */
#define ACCEPT_EXIT(name)                                                                \
	SEC("tp_btf/sys_exit")                                                           \
	int BPF_PROG(name, struct pt_regs *regs, long fd)                                \
	{                                                                                \
		if (fd >= 0 && is_accept(regs))                                          \
			on_accept(socket_of_fd(fd));                                     \
		return 0;                                                                \
	}

ACCEPT_EXIT(accept_exit)
ACCEPT_EXIT(accept_exit_2)

/*
 * The application lets go of a socket: the last descriptor of it is closed, by close() or by the end of the process
 * (inet_release in net/ipv4/af_inet.c). The connection may live on, or be over already. Not run for sockets of the
 * kernel itself, MPTCP's subflows among them.
 */
SEC("cgroup/sock_release")
int sock_release(struct bpf_sock *ctx)
{
	struct tcp_event event = {};
	struct sock *sk;

	if (ctx->protocol != IPPROTO_TCP && ctx->protocol != IPPROTO_MPTCP)
		return 1;
	event.cookie = bpf_get_socket_cookie(ctx);
	owner_that_may_end(&event.owner);
	sk = address_of(ctx, event.cookie);
	if (!sk && wants_owner(&event.owner))
		count_no_memory();
	if (!sk || !was_connected(sk) || !read_plain_socket(&event, sk))
		return 1;
	if (has_both_ends(&event) && wants_family(&event) && wants_netns(event.netns) && wants_owner(&event.owner))
		send(&event, TCP_EVENT_RELEASE);
	return 1;
}

/* The last moment at which a task has its mount namespace. */
SEC("tp_btf/sched_process_exit")
int BPF_PROG(process_exit, struct task_struct *task)
{
	remember_mntns(task);
	return 0;
}

/* Connections older than the tracer: who holds them. Run once at the start, when the other programs already see. */
SEC("iter/task_file")
int existing_sockets(struct bpf_iter__task_file *ctx)
{
	struct sock *sk = sock_of_file(ctx->file);
	struct task_struct *task = ctx->task;
	struct owner owner;
	__u8 state;

	if (!task || !sk || sk->sk_protocol != IPPROTO_TCP)
		return 0;
	state = sk->__sk_common.skc_state;
	if (state == BPF_TCP_CLOSE || state == BPF_TCP_LISTEN || passive_of(sk))
		return 0;
	read_owner(&owner, task);
	if (!remember_older(sk, &owner) && filters_owner() && wants_owner(&owner))
		count_no_memory();
	return 0;
}
