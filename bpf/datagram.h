/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Where the UDP payload of a packet lies, and between whom it goes. Offsets count from the network header. */
#pragma once

#include <linux/bpf.h>
#include <stdbool.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "kernel.h"

#define IPPROTO_UDP 17
#define MAX_EXTENSION_HEADERS 4

struct datagram {
	__u8 family;
	__u16 sport; /* host byte order */
	__u16 dport;
	__u32 payload; /* offset */
	__u32 bytes; /* length of the payload */
};

struct udp_ports {
	__be16 source;
	__be16 dest;
	__be16 length;
	__be16 checksum;
};

static __always_inline bool load(struct __sk_buff *skb, __u32 offset, void *to, __u32 size)
{
	return bpf_skb_load_bytes_relative(skb, offset, to, size, BPF_HDR_START_NET) == 0;
}

/* Offset of the UDP header, or 0. RFC 791: the header length is in words of 4 bytes. */
static __always_inline __u32 udp_offset_v4(struct __sk_buff *skb)
{
	__u8 first, protocol;

	if (!load(skb, 9, &protocol, 1) || protocol != IPPROTO_UDP || !load(skb, 0, &first, 1))
		return 0;
	return (first & 0x0f) * 4;
}

/* RFC 8200, section 4: hop-by-hop (0), routing (43) and destination (60) options may stand before UDP. */
static __always_inline __u32 udp_offset_v6(struct __sk_buff *skb)
{
	__u32 offset = 40;
	__u8 next;

	if (!load(skb, 6, &next, 1))
		return 0;
	for (int i = 0; i < MAX_EXTENSION_HEADERS; i++) {
		__u8 header[2];

		if (next == IPPROTO_UDP)
			return offset;
		if (next != 0 && next != 43 && next != 60)
			return 0;
		if (!load(skb, offset, header, sizeof(header)))
			return 0;
		next = header[0];
		offset += (header[1] + 1) * 8;
	}
	return next == IPPROTO_UDP ? offset : 0;
}

static __always_inline bool read_datagram(struct __sk_buff *skb, struct datagram *datagram)
{
	bool is_v4 = skb->protocol == bpf_htons(0x0800);
	__u32 offset = is_v4 ? udp_offset_v4(skb) : udp_offset_v6(skb);
	struct udp_ports udp;
	__u16 length;

	if (!offset || !load(skb, offset, &udp, sizeof(udp)))
		return false;
	length = bpf_ntohs(udp.length);
	if (length < sizeof(udp))
		return false;
	datagram->family = is_v4 ? AF_INET : AF_INET6;
	datagram->sport = bpf_ntohs(udp.source);
	datagram->dport = bpf_ntohs(udp.dest);
	datagram->payload = offset + sizeof(udp);
	datagram->bytes = length - sizeof(udp);
	return true;
}
