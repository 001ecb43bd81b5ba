/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * DNS as it passes a client's socket: responses on their way in, before any receive call, so that every kind of socket
 * is covered; queries on their way out, in the sender's task, which names the owner. User space matches them, and puts
 * TCP streams together.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "dns_emit.h"
#include "dns_event.h"
#include "dns_socket.h"
#include "filter.h"
#include "kernel.h"
#include "packet.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

#define MAX_SERVER_PORTS 16
#define DNS_HEADER_BYTES 12
#define DNS_QR 0x80 /* in the third byte: this is a response (RFC 1035, section 4.1.1) */
/* A query matters up to the end of its question: 12 + 255 + 4 bytes. */
#define QUERY_BYTES 288
/* Offloading joins TCP segments to packets of up to 64 KiB. */
#define MAX_FULL_PIECES 15

const volatile __u32 server_ports_wanted = 1;
const volatile __u16 server_ports[MAX_SERVER_PORTS] = { 53 };

static __always_inline bool is_server_port(__u16 port)
{
	for (__u32 i = 0; i < MAX_SERVER_PORTS && i < server_ports_wanted; i++)
		if (server_ports[i] == port)
			return true;
	return false;
}

static __always_inline bool wants(const struct dns_socket *socket)
{
	return wants_netns(socket->netns) && wants_owner(&socket->owner);
}

static __always_inline bool read_dns_flags(struct __sk_buff *skb, const struct packet *packet, __u8 *flags)
{
	return packet->bytes >= DNS_HEADER_BYTES && load(skb, packet->payload + 2, flags, 1);
}

static __always_inline void emit_message(struct __sk_buff *skb, struct bpf_sock *sk, const struct packet *packet,
					 const struct dns_socket *socket, __u64 cookie, __u8 kind, __u32 most)
{
	struct piece piece = {
		.kind = kind,
		.offset = packet->payload,
		.message_bytes = packet->bytes,
		.captured = packet->bytes > most ? most : packet->bytes,
	};

	emit(skb, sk, packet, socket, cookie, &piece);
}

static __always_inline void udp_egress(struct __sk_buff *skb, struct bpf_sock *sk)
{
	__u64 cookie = bpf_get_socket_cookie(skb);
	struct dns_socket *socket;
	struct packet packet;
	bool asks, answers;
	__u8 flags;

	if (!read_udp(skb, &packet))
		return;
	asks = is_server_port(packet.dport) || (sk->dst_port && is_server_port(bpf_ntohs(sk->dst_port)));
	answers = is_server_port(packet.sport);
	if ((!asks && !answers) || !read_dns_flags(skb, &packet, &flags))
		return;
	asks = asks && !(flags & DNS_QR);
	answers = answers && flags & DNS_QR;
	if (!asks && !answers)
		return;
	socket = socket_of(sk, cookie);
	if (!socket)
		return;
	remember_asker(socket, cookie);
	socket = bpf_map_lookup_elem(&sockets, &cookie);
	if (!socket)
		return;
	if (answers)
		emit_message(skb, sk, &packet, socket, cookie, DNS_EVENT_SERVED, DNS_HEADER_BYTES);
	else if (wants(socket))
		emit_message(skb, sk, &packet, socket, cookie, DNS_EVENT_QUERY, QUERY_BYTES);
}

static __always_inline void udp_ingress(struct __sk_buff *skb, struct bpf_sock *sk)
{
	__u64 cookie = bpf_get_socket_cookie(skb);
	struct dns_socket *socket;
	struct packet packet;
	__u8 flags;

	if (!read_udp(skb, &packet) || !is_server_port(packet.sport))
		return;
	if (!read_dns_flags(skb, &packet, &flags) || !(flags & DNS_QR))
		return;
	socket = socket_of(sk, cookie);
	if (socket && wants(socket))
		emit_message(skb, sk, &packet, socket, cookie, DNS_EVENT_RESPONSE, DNS_MAX_BYTES);
}

/*
 * A TCP stream in pieces; one without bytes marks its beginning. Its owner is the task that sends the SYN, as later
 * segments may leave from softirq. A stream whose beginning was not seen cannot be cut into messages.
 */
static __always_inline void tcp_stream(struct __sk_buff *skb, struct bpf_sock *sk, __u8 kind)
{
	__u64 cookie = bpf_get_socket_cookie(skb);
	struct piece piece = { .kind = kind };
	struct dns_socket *socket;
	struct packet packet;

	if (!read_tcp(skb, &packet))
		return;
	piece.tcp_seq = packet.tcp_seq;
	if (packet.tcp_flags & TCP_SYN)
		piece.tcp_seq++; /* the SYN itself takes one number */
	else if (packet.bytes == 0)
		return;
	socket = socket_of(sk, cookie);
	if (!socket)
		return;
	if (packet.tcp_flags & TCP_SYN && kind == DNS_EVENT_TCP_OUT && !socket->owner.pid) {
		remember_asker(socket, cookie);
		socket = bpf_map_lookup_elem(&sockets, &cookie);
	}
	if (!socket || !wants(socket))
		return;
	if (packet.tcp_flags & TCP_SYN)
		emit(skb, sk, &packet, socket, cookie, &piece);
	piece.offset = packet.payload;
	for (int i = 0; i < MAX_FULL_PIECES && packet.bytes > DNS_MAX_BYTES; i++) {
		piece.captured = DNS_MAX_BYTES;
		emit_in(skb, sk, &packet, socket, cookie, &piece, DNS_MAX_BYTES);
		piece.offset += DNS_MAX_BYTES;
		piece.tcp_seq += DNS_MAX_BYTES;
		packet.bytes -= DNS_MAX_BYTES;
	}
	piece.captured = packet.bytes;
	if (packet.bytes > 0 && packet.bytes <= DNS_MAX_BYTES)
		emit(skb, sk, &packet, socket, cookie, &piece);
}

static __always_inline struct bpf_sock *full_socket(struct __sk_buff *skb)
{
	struct bpf_sock *sk = skb->sk;

	return sk ? bpf_sk_fullsock(sk) : NULL;
}

static __always_inline bool is_tcp_to_server(struct bpf_sock *sk)
{
	return sk->protocol == IPPROTO_TCP && is_server_port(bpf_ntohs(sk->dst_port));
}

SEC("cgroup_skb/egress")
int dns_egress(struct __sk_buff *skb)
{
	struct bpf_sock *sk = full_socket(skb);

	if (!sk)
		return 1;
	if (sk->protocol == IPPROTO_UDP)
		udp_egress(skb, sk);
	else if (is_tcp_to_server(sk))
		tcp_stream(skb, sk, DNS_EVENT_TCP_OUT);
	return 1;
}

SEC("cgroup_skb/ingress")
int dns_ingress(struct __sk_buff *skb)
{
	struct bpf_sock *sk = full_socket(skb);

	if (!sk)
		return 1;
	if (sk->protocol == IPPROTO_UDP)
		udp_ingress(skb, sk);
	else if (is_tcp_to_server(sk))
		tcp_stream(skb, sk, DNS_EVENT_TCP_IN);
	return 1;
}

/* The owner of a socket until it asks something. Other UDP sockets pass here too: no more than a look at the task. */
SEC("cgroup/sock_create")
int dns_sock_create(struct bpf_sock *sk)
{
	struct dns_socket created = { .owner_source = OWNER_CREATED };
	__u64 cookie;

	if (sk->protocol != IPPROTO_UDP)
		return 1;
	cookie = bpf_get_socket_cookie(sk);
	owner_of_current(&created.owner);
	bpf_map_update_elem(&sockets, &cookie, &created, BPF_ANY);
	return 1;
}

/* Sockets older than the tracer. Run once at the start; where several tasks hold one, the first of them is taken. */
SEC("iter/task_file")
int existing_sockets(struct bpf_iter__task_file *ctx)
{
	struct dns_socket held = { .owner_source = OWNER_CREATED };
	struct task_struct *task = ctx->task;
	struct file *file = ctx->file;
	struct socket *socket;
	struct sock *sk;
	__u64 cookie;

	if (!file || !task)
		return 0;
	socket = bpf_sock_from_file(file);
	sk = socket ? socket->sk : NULL;
	if (!sk || sk->sk_protocol != IPPROTO_UDP)
		return 0;
	cookie = bpf_get_socket_cookie(sk);
	held.netns = sk->__sk_common.skc_net.net->ns.inum;
	read_owner(&held.owner, task);
	bpf_map_update_elem(&sockets, &cookie, &held, BPF_NOEXIST);
	return 0;
}
