/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* The wire struct of tcpsource. User space reads its layout from this object's BTF. No implicit padding. */
#pragma once

#include "owner.h"

enum tcp_event_kind {
	TCP_EVENT_CONNECT = 1,
	TCP_EVENT_ESTABLISHED = 2,
	TCP_EVENT_FAILED = 3,
	TCP_EVENT_ACCEPT = 4,
	TCP_EVENT_CLOSE = 5,
	TCP_EVENT_RELEASE = 6, /* the application let go of the socket; the connection may live on */
};

struct tcp_event {
	__u64 time_ns; /* CLOCK_BOOTTIME */
	__u64 cookie; /* socket cookie; 0: not known */
	__u64 since_ns; /* established, failed: time of the connect; close: of the establishment; 0: not known */
	__u64 attempt_ns; /* close: time of the connect; 0: not known, or passive */
	__u64 tx_bytes; /* close: payload sent */
	__u64 rx_bytes; /* close: payload received */
	struct owner owner;
	__u32 netns; /* inode number */
	__u16 sport; /* local port, host byte order; 0: not known */
	__u16 dport; /* peer port, host byte order */
	__u32 error; /* failed: errno, ECANCELED where the application gave up; 0: not known */
	__u8 kind; /* enum tcp_event_kind */
	__u8 family; /* AF_INET or AF_INET6, of the socket */
	__u8 passive; /* close: 1 if it came through a listening socket */
	__u8 pad;
	__u8 saddr[16]; /* local address, network byte order; IPv4 in the first 4 bytes */
	__u8 daddr[16]; /* peer address, likewise */
};

_Static_assert(sizeof(struct owner) == 48, "owner has no implicit padding");
_Static_assert(sizeof(struct tcp_event) == 6 * 8 + 48 + 4 + 2 + 2 + 4 + 1 + 1 + 1 + 1 + 16 + 16, "nor has tcp_event");

/* Puts the struct into this object's BTF. */
const struct tcp_event *tcp_event_layout __attribute__((unused));
