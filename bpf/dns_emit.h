/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Sending bytes of a packet to user space, with what is known of their socket. */
#pragma once

#include <linux/bpf.h>
#include <stdbool.h>
#include <bpf/bpf_helpers.h>

#include "dns_event.h"
#include "packet.h"
#include "ring.h"

/* Packets whose bytes the kernel would not give. */
__u64 lost_unreadable = 0;

/* Messages of sockets for which there was no memory (net.core.optmem_max is small), where it was needed. */
__u64 lost_no_memory = 0;

/* Questions that did not get through: they are no records, but their answers count as unsolicited. */
__u64 lost_questions = 0;

static __always_inline void lose_questions(__u32 count)
{
	__sync_fetch_and_add(&lost_questions, count);
}

/* Counts what did not get through: an answer as `counter` does, anything else as a question. */
static __always_inline void lose(__u8 kind, __u64 *counter)
{
	if (kind == DNS_EVENT_RESPONSE || kind == DNS_EVENT_TCP_IN)
		count_beside_ring(counter);
	else
		lose_questions(1);
}

/*
 * Where a connected socket believes its server to be. Address translation (Docker's resolver is reached by one)
 * has changed the packet of a query by now, and will change the answer's back.
 */
static __always_inline void read_connected_server(struct dns_event *event, struct bpf_sock *sk)
{
	__u32 *server = (__u32 *)event->server;
	bool is_mapped = sk->family == AF_INET6 && sk->dst_ip6[0] == 0 && sk->dst_ip6[1] == 0 &&
			 sk->dst_ip6[2] == bpf_htonl(0xffff); /* RFC 4291, section 2.5.5.2 */

	event->server_port = bpf_ntohs(sk->dst_port);
	event->family = is_mapped ? AF_INET : sk->family;
	__builtin_memset(event->server, 0, sizeof(event->server));
	if (sk->family == AF_INET) {
		server[0] = sk->dst_ip4;
	} else if (is_mapped) {
		server[0] = sk->dst_ip6[3];
	} else {
		server[0] = sk->dst_ip6[0];
		server[1] = sk->dst_ip6[1];
		server[2] = sk->dst_ip6[2];
		server[3] = sk->dst_ip6[3];
	}
}

/* The server as the packet has it. */
static __always_inline bool read_packet_server(struct dns_event *event, struct __sk_buff *skb,
					       const struct packet *packet, bool outgoing)
{
	__u32 *server = (__u32 *)event->server, *address;

	event->server_port = outgoing ? packet->dport : packet->sport;
	event->family = packet->family;
	__builtin_memset(event->server, 0, sizeof(event->server));
	if (packet->family == AF_INET) {
		address = header_at(skb, outgoing ? 16 : 12, 4);
		if (!address)
			return false;
		server[0] = address[0];
		return true;
	}
	address = header_at(skb, outgoing ? 24 : 8, 16);
	if (!address)
		return false;
	for (int i = 0; i < 4; i++)
		server[i] = address[i];
	return true;
}

/* Which bytes of a packet are to be reported, as what and whose. */
struct piece {
	struct owner owner;
	__u64 cookie;
	__u32 netns;
	__u32 offset; /* from the network header */
	__u32 captured;
	__u32 message_bytes;
	__u32 tcp_seq;
	__u8 kind; /* enum dns_event_kind */
};

/*
 * False where it was lost. What goes out waits in the ring for its answer, as it makes no record, and to wake the reader
 * takes longer than all the rest. room is a constant for the verifier, and at least piece->captured.
 */
static __always_inline bool emit_in(struct __sk_buff *skb, struct bpf_sock *sk, const struct packet *packet,
				    const struct piece *piece, const __u32 room)
{
	bool outgoing = piece->kind == DNS_EVENT_QUERY || piece->kind == DNS_EVENT_TCP_OUT;
	__u64 flags = outgoing ? wake_flags_in_no_hurry(sizeof(struct dns_event) + room) :
				 wake_flags(sizeof(struct dns_event) + room);
	struct dns_event *event = bpf_ringbuf_reserve(&ring, sizeof(*event) + room, 0);
	__u32 captured = piece->captured, least = 1;
	bool complete = true;

	if (!event) {
		lose(piece->kind, &lost_ring_full);
		return false;
	}
	event->time_ns = bpf_ktime_get_boot_ns();
	event->cookie = piece->cookie;
	event->owner = piece->owner;
	event->netns = piece->netns;
	event->kind = piece->kind;
	event->tcp_seq = piece->tcp_seq;
	event->message_bytes = piece->message_bytes;
	event->captured_bytes = captured;
	if (outgoing && sk->dst_port)
		read_connected_server(event, sk);
	else
		complete = read_packet_server(event, skb, packet, outgoing);
	/*
	 * One register for both the checks and the call: the compiler would read it from memory twice otherwise. And it
	 * must not see that least is 1: it would compare with 0, from which older verifiers (6.1) learn no lower bound.
	 */
	asm volatile("" : "+r"(captured), "+r"(least));
	if (captured >= least)
		complete = complete && captured <= room && load(skb, piece->offset, event + 1, captured);
	if (!complete) {
		bpf_ringbuf_discard(event, BPF_RB_NO_WAKEUP);
		lose(piece->kind, &lost_unreadable);
		return false;
	}
	bpf_ringbuf_submit(event, flags);
	if (!outgoing)
		wake_if_it_fell_asleep(flags);
	return true;
}

/* Four sizes, so that a usual message takes little room, and the ring's memory less often comes from afar. */
static __always_inline bool emit(struct __sk_buff *skb, struct bpf_sock *sk, const struct packet *packet,
				 const struct piece *piece)
{
	if (piece->captured <= 64)
		return emit_in(skb, sk, packet, piece, 64);
	if (piece->captured <= 288)
		return emit_in(skb, sk, packet, piece, 288);
	if (piece->captured <= 1280)
		return emit_in(skb, sk, packet, piece, 1280);
	return emit_in(skb, sk, packet, piece, DNS_MAX_BYTES);
}
