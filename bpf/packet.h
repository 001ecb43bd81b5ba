/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Where the payload of a UDP or TCP packet lies, and between whom it goes. Offsets count from the network header. */
#pragma once

#include <linux/bpf.h>
#include <stdbool.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "kernel.h"

#define MAX_EXTENSION_HEADERS 4
#define TCP_SYN 0x02

struct packet {
	__u8 family;
	__u8 tcp_flags;
	__u16 sport; /* host byte order */
	__u16 dport;
	__u32 tcp_seq; /* host byte order */
	__u32 payload; /* offset */
	__u32 bytes; /* length of the payload */
};

/*
 * cgroup_skb programs run with skb->data at the network header (kernel/bpf/cgroup.c), so these offsets are right; the
 * helper that counts from that header by itself reads no more than the linear part of a packet.
 */
static __always_inline bool load_any(struct __sk_buff *skb, __u32 offset, void *to, __u32 size)
{
	return bpf_skb_load_bytes(skb, offset, to, size) == 0;
}

/* The same for a constant size, without a call where the packet has these bytes in its linear part. */
static __always_inline bool load(struct __sk_buff *skb, __u32 offset, void *to, const __u32 size)
{
	void *from = (void *)(long)skb->data + offset;

	if (from + size > (void *)(long)skb->data_end)
		return load_any(skb, offset, to, size);
	__builtin_memcpy(to, from, size);
	return true;
}

/* Offset of the transport header, or 0. RFC 791: the header length is in words of 4 bytes. */
static __always_inline __u32 transport_offset_v4(struct __sk_buff *skb, __u8 protocol)
{
	__u8 first, found;

	if (!load(skb, 9, &found, 1) || found != protocol || !load(skb, 0, &first, 1))
		return 0;
	return (first & 0x0f) * 4;
}

/* RFC 8200, section 4: hop-by-hop (0), routing (43) and destination (60) options may stand before it. */
static __always_inline __u32 transport_offset_v6(struct __sk_buff *skb, __u8 protocol)
{
	__u32 offset = 40;
	__u8 next;

	if (!load(skb, 6, &next, 1))
		return 0;
	for (int i = 0; i < MAX_EXTENSION_HEADERS; i++) {
		__u8 header[2];

		if (next == protocol)
			return offset;
		if (next != 0 && next != 43 && next != 60)
			return 0;
		if (!load(skb, offset, header, sizeof(header)))
			return 0;
		next = header[0];
		offset += (header[1] + 1) * 8;
	}
	return next == protocol ? offset : 0;
}

static __always_inline __u32 transport_offset(struct __sk_buff *skb, struct packet *packet, __u8 protocol)
{
	bool is_v4 = skb->protocol == bpf_htons(0x0800);

	packet->family = is_v4 ? AF_INET : AF_INET6;
	return is_v4 ? transport_offset_v4(skb, protocol) : transport_offset_v6(skb, protocol);
}

static __always_inline bool read_udp(struct __sk_buff *skb, struct packet *packet)
{
	__u32 offset = transport_offset(skb, packet, IPPROTO_UDP);
	__be16 header[4]; /* source, destination, length, checksum */
	__u16 length;

	if (!offset || !load(skb, offset, header, sizeof(header)))
		return false;
	length = bpf_ntohs(header[2]);
	if (length < sizeof(header))
		return false;
	packet->sport = bpf_ntohs(header[0]);
	packet->dport = bpf_ntohs(header[1]);
	packet->payload = offset + sizeof(header);
	packet->bytes = length - sizeof(header);
	return true;
}

/* RFC 9293, section 3.1 */
static __always_inline bool read_tcp(struct __sk_buff *skb, struct packet *packet)
{
	__u32 offset = transport_offset(skb, packet, IPPROTO_TCP);
	struct {
		__be16 source, dest;
		__be32 seq, ack;
		__u8 data_offset, flags; /* the offset is in words of 4 bytes, in the upper half */
	} header;

	if (!offset || !load(skb, offset, &header, 14))
		return false;
	packet->sport = bpf_ntohs(header.source);
	packet->dport = bpf_ntohs(header.dest);
	packet->tcp_seq = bpf_ntohl(header.seq);
	packet->tcp_flags = header.flags;
	packet->payload = offset + (header.data_offset >> 4) * 4;
	packet->bytes = skb->len > packet->payload ? skb->len - packet->payload : 0;
	return true;
}
