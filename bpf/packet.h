/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Where the payload of a UDP or TCP packet lies, and between whom it goes. Offsets count from the network header. */
#pragma once

#include <linux/bpf.h>
#include <stdbool.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "kernel.h"

#define MAX_EXTENSION_HEADERS 4
/* RFC 8200, section 4: the length of an extension header is in words of 8 bytes, the first not counted. */
#define MAX_TRANSPORT_OFFSET (40 + MAX_EXTENSION_HEADERS * 256 * 8)
#define TCP_SYN 0x02

struct packet {
	__u8 family;
	__u8 protocol; /* 0: what cannot be told */
	__u8 tcp_flags;
	__u16 sport; /* host byte order */
	__u16 dport;
	__u32 tcp_seq; /* host byte order */
	__u32 transport; /* offset */
	__u32 payload; /* offset; at a multiple of 8 bytes here, as the verifier knows bounds only of such */
	__u32 bytes; /* length of the payload */
	__u32 tcp_ack; /* host byte order */
};

/*
 * A header; NULL where the packet ends before it does. cgroup_skb programs run with skb->data at the network header
 * (kernel/bpf/cgroup.c), and headers lie in the linear part: the kernel's own protocols have read or written them there.
 */
static __always_inline void *header_at(struct __sk_buff *skb, __u32 offset, const __u32 size)
{
	void *header = (void *)(long)skb->data + offset;

	return header + size > (void *)(long)skb->data_end ? NULL : header;
}

/* Any bytes: the payload need not be linear. */
static __always_inline bool load(struct __sk_buff *skb, __u32 offset, void *to, __u32 size)
{
	return bpf_skb_load_bytes(skb, offset, to, size) == 0;
}

/* RFC 791: the header length is in words of 4 bytes. */
static __always_inline void read_ipv4(struct __sk_buff *skb, struct packet *packet)
{
	__u8 *header = header_at(skb, 0, 20);

	if (!header)
		return;
	packet->protocol = header[9];
	packet->transport = (header[0] & 0x0f) * 4;
}

/*
 * RFC 8200, section 4: hop-by-hop (0), routing (43) and destination (60) options may stand before the payload, and a fragment
 * header (44), whose second byte is 0, in a packet that is its only fragment (RFC 6946).
 */
static __noinline void read_ipv6(struct __sk_buff *skb, struct packet *packet)
{
	__u8 *header = header_at(skb, 0, 40);
	__u32 offset = 40;
	__u8 next;

	if (!header)
		return;
	next = header[6];
	for (int i = 0; i < MAX_EXTENSION_HEADERS && (next == 0 || next == 43 || next == 44 || next == 60); i++) {
		header = header_at(skb, offset, 2);
		if (!header)
			return;
		next = header[0];
		offset += (header[1] + 1) * 8;
	}
	packet->protocol = next;
	packet->transport = offset;
}

static __always_inline void read_network(struct __sk_buff *skb, struct packet *packet)
{
	bool is_v4 = skb->protocol == bpf_htons(0x0800);

	packet->family = is_v4 ? AF_INET : AF_INET6;
	if (is_v4)
		read_ipv4(skb, packet);
	else
		read_ipv6(skb, packet);
}

static __always_inline bool read_udp(struct __sk_buff *skb, struct packet *packet)
{
	__be16 *header; /* source, destination, length, checksum */
	__u16 length;

	if (packet->transport > MAX_TRANSPORT_OFFSET)
		return false;
	header = header_at(skb, packet->transport, 4 * sizeof(*header));
	if (!header)
		return false;
	length = bpf_ntohs(header[2]);
	if (length < 4 * sizeof(*header))
		return false;
	packet->sport = bpf_ntohs(header[0]);
	packet->dport = bpf_ntohs(header[1]);
	packet->payload = packet->transport + 4 * sizeof(*header);
	packet->bytes = length - 4 * sizeof(*header);
	return true;
}

/* RFC 9293, section 3.1 */
static __always_inline bool read_tcp(struct __sk_buff *skb, struct packet *packet)
{
	struct {
		__be16 source, dest;
		__be32 seq, ack;
		__u8 data_offset, flags; /* the offset is in words of 4 bytes, in the upper half */
		__be16 window;
	} *header;

	if (packet->transport > MAX_TRANSPORT_OFFSET)
		return false;
	header = header_at(skb, packet->transport, sizeof(*header));
	if (!header)
		return false;
	packet->sport = bpf_ntohs(header->source);
	packet->dport = bpf_ntohs(header->dest);
	packet->tcp_seq = bpf_ntohl(header->seq);
	packet->tcp_ack = bpf_ntohl(header->ack);
	packet->tcp_flags = header->flags;
	packet->payload = packet->transport + (header->data_offset >> 4) * 4;
	packet->bytes = skb->len > packet->payload ? skb->len - packet->payload : 0;
	return true;
}
