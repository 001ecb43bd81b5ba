/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* The wire struct of dnssource: DNS as it passed a client's socket. No implicit padding. */
#pragma once

#include "owner.h"

/* The largest answer that EDNS users ask for; longer ones are cut here and said to be truncated. */
#define DNS_MAX_BYTES 4096

enum dns_event_kind {
	DNS_EVENT_QUERY = 1, /* a UDP message on its way out */
	DNS_EVENT_RESPONSE = 2, /* a UDP message on its way in */
	DNS_EVENT_TCP_OUT = 3, /* a piece of a TCP stream, which begins with a piece of no bytes */
	DNS_EVENT_TCP_IN = 4,
	DNS_EVENT_SERVED = 5, /* the owner has answered somebody else's query */
};

struct dns_event {
	__u64 time_ns; /* CLOCK_BOOTTIME */
	struct owner owner; /* of a query: who sent it; else: who used the socket last, where the kernel program knows */
	/* Socket and server: the same bytes, up to and with family, in a query and its answer. */
	__u64 cookie; /* socket cookie of the client's socket */
	__u8 server[16]; /* network byte order; IPv4, mapped addresses too, in the first 4 bytes, the others 0 */
	__u16 server_port; /* host byte order */
	__u8 family; /* AF_INET or AF_INET6, of the server */
	__u8 kind; /* enum dns_event_kind */
	__u16 message_bytes; /* UDP: length of the DNS message on the wire */
	__u16 captured_bytes; /* how much of it, or of the TCP stream, follows */
	__u32 netns; /* inode number, of the socket; 0 in an answer to a connected socket that is known from its queries */
	__u32 tcp_seq; /* TCP: sequence number of the first byte, host byte order */
	/* captured_bytes follow */
};

_Static_assert(sizeof(struct dns_event) == 8 + 48 + 8 + 16 + 2 + 2 + 2 + 2 + 4 + 4, "no implicit padding");

/* Puts the struct into this object's BTF. */
const struct dns_event *dns_event_layout __attribute__((unused));
