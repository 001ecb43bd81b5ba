/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The kernel fields relied on, and no others. Offsets are relocated at load time (CO-RE) against the running
 * kernel's BTF, so only names and types have to be right here, not layout.
 */
#pragma once

#include <linux/types.h>
#include <stdbool.h>
#include <bpf/bpf_helpers.h>

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct ns_common {
	unsigned int inum;
};

struct user_namespace {
	int level; /* 0: the initial one */
};

struct net {
	struct ns_common ns;
	struct user_namespace *user_ns;
};

typedef struct {
	struct net *net;
} possible_net_t;

struct in6_addr {
	union {
		__u8 u6_addr8[16];
		__be32 u6_addr32[4];
	} in6_u;
};

typedef struct {
	__s64 counter;
} atomic64_t;

struct sock_common {
	__be32 skc_daddr;
	__be32 skc_rcv_saddr;
	__be16 skc_dport;
	__u16 skc_num; /* local port, host byte order; 0 once the socket is unbound */
	unsigned short skc_family;
	volatile unsigned char skc_state;
	unsigned long skc_flags;
	atomic64_t skc_cookie; /* 0 until somebody asks for it */
	possible_net_t skc_net;
	struct in6_addr skc_v6_daddr;
	struct in6_addr skc_v6_rcv_saddr;
};

typedef struct {
	int owned; /* 1: a task works on the socket, and not softirq */
} socket_lock_t;

struct socket;

struct sock {
	struct sock_common __sk_common;
	socket_lock_t sk_lock;
	__u16 sk_protocol;
	int sk_err;
	__u32 sk_txhash; /* drawn anew for each connect that has got its local port; never 0 after that */
	__u32 sk_max_ack_backlog; /* of a listener; its connections inherit it, also 0, which tells nothing */
	struct socket *sk_socket; /* NULL before accept() and after close() */
	void *sk_bpf_storage; /* NULL where no program has stored anything with the socket */
};

struct inet_sock {
	struct sock sk;
	__be16 inet_sport; /* local port; stays when skc_num is gone */
};

struct inet_connection_sock {
	void *icsk_ulp_data; /* of a subflow of MPTCP: its context */
	struct {
		__u32 lrcvtime; /* time of the last data; set when a connection is established, 0 before */
	} icsk_ack;
};

/* Each of these begins with the one before: sock, inet_sock, inet_connection_sock, tcp_sock. */
struct tcp_sock {
	__u32 snd_una; /* the first of what is sent and not acknowledged */
	__u32 write_seq; /* behind what is to be sent; snd_nxt, behind what is sent, is written only after that */
	__u32 rcv_nxt; /* what is to come next; 0 before the peer's SYN is taken */
	__u64 bytes_sent; /* payload, retransmissions included */
	__u64 bytes_retrans;
	__u64 bytes_received; /* payload, and one for a FIN */
	bool is_mptcp; /* a subflow */
	__u8 fastopen_connect : 1; /* TCP_FASTOPEN_CONNECT: connect() waits for the first send */
};

struct mptcp_subflow_context {
	struct sock *conn; /* the mptcp_sock */
};

/* IPPROTO_MPTCP; its subflows are sockets of TCP */
struct mptcp_sock {
	struct sock *first;
	struct {
		int space; /* set when a connection is established, in later kernels when it is read first; 0 before */
	} rcvq_space;
};

typedef enum {
	SS_CONNECTED = 3, /* connect() has succeeded, or accept() */
} socket_state;

struct socket {
	socket_state state;
	struct sock *sk;
};

struct inode {
	unsigned long i_ino;
};

/* What a socket of an application is made in. */
struct socket_alloc {
	struct inode vfs_inode;
};

struct file {
	void *private_data;
};

struct fdtable {
	unsigned int max_fds;
	struct file **fd;
};

struct files_struct {
	struct fdtable *fdt;
};

struct bpf_iter__task_file {
	struct task_struct *task;
	struct file *file;
};

struct kernfs_node {
	__u64 id;
};

struct cgroup {
	struct kernfs_node *kn;
};

struct css_set {
	struct cgroup *dfl_cgrp;
};

struct mnt_namespace {
	struct ns_common ns;
};

struct nsproxy {
	struct mnt_namespace *mnt_ns;
};

typedef struct {
	__u32 val;
} kuid_t;

struct cred {
	kuid_t uid;
};

struct pid {
	unsigned int level; /* of its namespace; 0: the initial one */
};

struct thread_info {
	unsigned long flags;
};

struct thread_info___x86 {
	__u32 status;
};

struct task_struct {
	unsigned int flags;
	struct thread_info thread_info;
	int pid;
	int tgid;
	struct task_struct *group_leader;
	__u64 start_boottime;
	char comm[16];
	const struct cred *cred;
	struct nsproxy *nsproxy;
	struct css_set *cgroups;
	struct files_struct *files;
	struct pid *thread_pid;
};

/* Registers of a system call; the part after ___ is not part of the name (CO-RE). */
struct pt_regs___x86 {
	unsigned long orig_ax;
	unsigned long bx;
};

struct pt_regs___arm64 {
	int syscallno;
};

#pragma clang attribute pop

/* NULL where the file is none, or no socket. */
static __always_inline struct sock *sock_of_file(struct file *file)
{
	struct socket *socket = file ? bpf_sock_from_file(file) : NULL;

	return socket ? socket->sk : NULL;
}

#define SOCK_RAW 3 /* linux/net.h, enum sock_type */
#define IPPROTO_TCP 6
#define IPPROTO_UDP 17
#define IPPROTO_MPTCP 262
#define EADDRNOTAVAIL 99
#define ECANCELED 125

/* include/linux/sched.h: a worker thread of io_uring, named iou-wrk-… after the thread it works for */
#define PF_IO_WORKER 0x00000010

/* include/net/sock.h, enum sock_flags */
#define SOCK_DEAD 0 /* no file has it any more */
#define SOCK_DONE 1 /* the peer's FIN has come: tcp_fin() sets it */

#define AF_INET 2
#define AF_INET6 10
