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

enum owner_source {
	OWNER_UNKNOWN = 0,
	OWNER_ASKED = 1, /* the task that sent the socket's latest message, or the SYN */
	OWNER_CREATED = 2, /* the task that created the socket, or held it at the start; a child may use it by now */
};

struct dns_event {
	__u64 time_ns; /* CLOCK_BOOTTIME */
	__u64 cookie; /* socket cookie of the client's socket */
	struct owner owner;
	__u32 netns; /* inode number, of the socket */
	__u32 tcp_seq; /* TCP: sequence number of the first byte, host byte order */
	__u16 server_port; /* host byte order */
	__u16 message_bytes; /* UDP: length of the DNS message on the wire */
	__u16 captured_bytes; /* how much of it, or of the TCP stream, follows */
	__u8 kind; /* enum dns_event_kind */
	__u8 family; /* AF_INET or AF_INET6, of the packet */
	__u8 owner_source; /* enum owner_source */
	__u8 pad[7];
	__u8 server[16]; /* network byte order; IPv4 in the first 4 bytes */
	/* captured_bytes follow */
};

_Static_assert(sizeof(struct dns_event) == 8 + 8 + 48 + 4 + 4 + 2 + 2 + 2 + 3 + 7 + 16, "no implicit padding");

/* Puts the struct into this object's BTF. */
const struct dns_event *dns_event_layout __attribute__((unused));
