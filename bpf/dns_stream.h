/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* DNS over TCP, as the segments of a client's socket. */
#pragma once

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "dns_emit.h"
#include "dns_event.h"
#include "dns_socket.h"
#include "packet.h"

/* Offloading joins TCP segments to packets of up to 64 KiB. */
#define MAX_FULL_PIECES 15

/*
 * The owner of a stream is the task that sends its SYN, as later segments may leave from softirq. A SYN that is sent
 * again has the number of the first.
 */
static __always_inline void set_stream_owner(struct dns_socket *socket, __u32 syn_seq)
{
	struct owner owner;

	if (socket->owner.pid && socket->syn_seq == syn_seq)
		return;
	socket->syn_seq = syn_seq;
	owner_of_current(&owner);
	set_owner(socket, &owner);
}

/*
 * A TCP stream in pieces; one without bytes marks its beginning. A stream whose beginning was not seen cannot be cut
 * into messages.
 */
static __always_inline void tcp_stream(struct __sk_buff *skb, struct bpf_sock *sk, struct packet *packet, __u8 kind)
{
	struct piece piece = { .kind = kind };
	struct dns_socket *socket;

	if (!read_tcp(skb, packet))
		return;
	piece.tcp_seq = packet->tcp_seq;
	if (packet->tcp_flags & TCP_SYN)
		piece.tcp_seq++; /* the SYN itself takes one number */
	else if (packet->bytes == 0)
		return;
	socket = socket_of(sk);
	if (!socket)
		return lose(kind, &lost_no_memory);
	if (packet->tcp_flags & TCP_SYN && kind == DNS_EVENT_TCP_OUT)
		set_stream_owner(socket, packet->tcp_seq);
	get_owner(socket, &piece.owner);
	piece.netns = netns_of(sk);
	if (!wants_netns(piece.netns) || !wants_owner(&piece.owner))
		return;
	piece.cookie = cookie_of(skb, sk);
	if (packet->tcp_flags & TCP_SYN)
		emit(skb, sk, packet, &piece);
	piece.offset = packet->payload;
	for (int i = 0; i < MAX_FULL_PIECES && packet->bytes > DNS_MAX_BYTES; i++) {
		piece.captured = DNS_MAX_BYTES;
		emit_in(skb, sk, packet, &piece, DNS_MAX_BYTES);
		piece.offset += DNS_MAX_BYTES;
		piece.tcp_seq += DNS_MAX_BYTES;
		packet->bytes -= DNS_MAX_BYTES;
	}
	piece.captured = packet->bytes;
	if (packet->bytes > 0 && packet->bytes <= DNS_MAX_BYTES)
		emit(skb, sk, packet, &piece);
}
