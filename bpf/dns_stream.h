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

/* How far from what is next a segment may lie to be believed: more than any window. */
#define FARTHEST (1 << 24)

/*
 * The owner of a stream is the task that sends its SYN, as later segments may leave from softirq. So may a SYN that is sent
 * again, and one that is older than the tracer: only a task has the socket locked for itself.
 */
static __always_inline void set_stream_owner(struct dns_socket *socket, struct sock *sk, __u32 syn_seq)
{
	struct owner owner;

	if (!sk->sk_lock.owned || (socket->owner.pid && socket->syn_seq == syn_seq))
		return;
	socket->syn_seq = syn_seq;
	owner_of_current(&owner);
	set_owner(socket, &owner);
}

/*
 * Whether TCP will take a segment that comes in, about: it is seen before it is checked, and anybody may send one with the
 * ports of another's connection. A SYN makes a stream, so that it has to answer one (RFC 9293, section 3.10.7.3).
 */
static __always_inline bool is_believable(const struct tcp_sock *tcp, const struct packet *packet)
{
	__s32 unacknowledged = tcp->write_seq - packet->tcp_ack;
	__s32 acknowledged = packet->tcp_ack - tcp->snd_una;
	__s32 ahead = packet->tcp_seq - tcp->rcv_nxt;
	bool is_connecting = ((struct sock *)tcp)->__sk_common.skc_state == BPF_TCP_SYN_SENT;

	if (packet->tcp_flags & TCP_SYN)
		return is_connecting && unacknowledged >= 0 && acknowledged > 0;
	if (is_connecting)
		return true; /* nothing is known yet of its numbers: its SYN waits until a task lets go of the socket */
	return unacknowledged >= 0 && acknowledged > -FARTHEST && ahead < FARTHEST && ahead > -FARTHEST;
}

/* What came through a listening socket is a connection to a service of this host, by whoever chose to come from that port. */
static __always_inline bool is_of_listener(struct sock *sk)
{
	return sk->sk_max_ack_backlog > 0;
}

/*
 * A TCP stream in pieces; one without bytes marks its beginning. A stream whose beginning was not seen cannot be cut
 * into messages.
 */
static __noinline void tcp_stream(struct __sk_buff *skb, struct bpf_sock *sk, struct packet *packet, __u8 kind)
{
	struct tcp_sock *tcp = bpf_skc_to_tcp_sock(sk);
	struct piece piece = { .kind = kind };
	struct dns_socket *socket;

	if (!tcp || is_of_listener((struct sock *)tcp) || !read_tcp(skb, packet))
		return;
	if (kind == DNS_EVENT_TCP_IN && !is_believable(tcp, packet))
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
		set_stream_owner(socket, (struct sock *)tcp, packet->tcp_seq);
	if (!get_owner(socket, &piece.owner) && filters_owner())
		return lose(kind, &lost_unreadable);
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
	if (packet->bytes > DNS_MAX_BYTES)
		lose(kind, &lost_unreadable);
	else if (packet->bytes > 0)
		emit(skb, sk, packet, &piece);
}
