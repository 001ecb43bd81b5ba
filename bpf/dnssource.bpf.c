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
#include "dns_served.h"
#include "dns_socket.h"
#include "dns_stream.h"
#include "filter.h"
#include "kernel.h"
#include "packet.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

#define MAX_SERVER_PORTS 16
#define DNS_PORT 53
#define DNS_HEADER_BYTES 12
#define DNS_QR 0x80 /* in the third byte: this is a response (RFC 1035, section 4.1.1) */
/* A query matters up to the end of its question: 12 + 255 + 4 bytes. */
#define QUERY_BYTES 288

const volatile __u32 server_ports_wanted = 1;
const volatile __u16 server_ports[MAX_SERVER_PORTS] = { DNS_PORT };

static __always_inline bool is_server_port(__u16 port)
{
	for (__u32 i = 0; i < MAX_SERVER_PORTS && i < server_ports_wanted; i++)
		if (server_ports[i] == port)
			return true;
	return false;
}

static __always_inline bool is_dns_message(struct __sk_buff *skb, const struct packet *packet, __u8 qr)
{
	__u8 flags;

	return packet->bytes >= DNS_HEADER_BYTES && load(skb, packet->payload + 2, &flags, 1) && (flags & DNS_QR) == qr;
}

/* piece->owner is the caller's. */
static __always_inline void emit_message(struct __sk_buff *skb, struct bpf_sock *sk, const struct packet *packet,
					 const struct dns_socket *socket, struct piece *piece, __u32 most)
{
	if (!wants(socket, &piece->owner))
		return;
	piece->cookie = bpf_get_socket_cookie(skb);
	piece->netns = socket->netns;
	piece->offset = packet->payload;
	piece->message_bytes = packet->bytes;
	piece->captured = packet->bytes > most ? most : packet->bytes;
	emit(skb, sk, packet, piece);
}

static __always_inline void udp_egress(struct __sk_buff *skb, struct bpf_sock *sk)
{
	struct piece query = { .kind = DNS_EVENT_QUERY };
	struct dns_socket *socket;
	struct packet packet;

	if (!read_udp(skb, &packet))
		return;
	if (is_server_port(packet.sport) && is_dns_message(skb, &packet, DNS_QR))
		return served(sk);
	if (!is_server_port(packet.dport) && !is_server_port(bpf_ntohs(sk->dst_port)))
		return;
	if (!is_dns_message(skb, &packet, 0))
		return;
	socket = socket_of(sk);
	if (!socket)
		return lose(query.kind, &lost_no_memory);
	owner_of_current(&query.owner);
	set_owner(socket, &query.owner);
	emit_message(skb, sk, &packet, socket, &query, QUERY_BYTES);
}

static __always_inline void udp_ingress(struct __sk_buff *skb, struct bpf_sock *sk)
{
	struct piece response = { .kind = DNS_EVENT_RESPONSE };
	struct dns_socket *socket;
	struct packet packet;

	if (!read_udp(skb, &packet) || !is_server_port(packet.sport) || !is_dns_message(skb, &packet, DNS_QR))
		return;
	socket = socket_of(sk);
	if (!socket)
		return lose(response.kind, &lost_no_memory);
	get_owner(socket, &response.owner);
	emit_message(skb, sk, &packet, socket, &response, DNS_MAX_BYTES);
}

/* Nearly all packets are rejected here, by ports that need no look at the packet: that of a connected socket's peer. */
static __always_inline struct bpf_sock *dns_socket_of(struct __sk_buff *skb, bool also_servers)
{
	struct bpf_sock *sk = skb->sk;

	if (!sk)
		return NULL;
	if (sk->dst_port && !is_server_port(bpf_ntohs(sk->dst_port)) && !(also_servers && is_server_port(sk->src_port)))
		return NULL;
	return bpf_sk_fullsock(sk);
}

/* A segment with data that a task is sending, as its answer leaves while it is at work on the socket. */
static __always_inline void tcp_served(struct __sk_buff *skb, struct bpf_sock *sk)
{
	struct dns_socket *socket;
	struct packet packet;

	if (!read_tcp(skb, &packet) || packet.bytes == 0)
		return;
	socket = socket_of(sk);
	if (socket && BPF_CORE_READ(sock_of(sk, socket), sk_lock.owned))
		served(sk);
}

SEC("cgroup_skb/egress")
int dns_egress(struct __sk_buff *skb)
{
	struct bpf_sock *sk = dns_socket_of(skb, true);

	if (!sk)
		return 1;
	if (sk->protocol == IPPROTO_UDP)
		udp_egress(skb, sk);
	else if (sk->protocol == IPPROTO_TCP && is_server_port(bpf_ntohs(sk->dst_port)))
		tcp_stream(skb, sk, DNS_EVENT_TCP_OUT);
	else if (sk->protocol == IPPROTO_TCP && is_server_port(sk->src_port))
		tcp_served(skb, sk);
	return 1;
}

SEC("cgroup_skb/ingress")
int dns_ingress(struct __sk_buff *skb)
{
	struct bpf_sock *sk = dns_socket_of(skb, false);

	if (!sk)
		return 1;
	if (sk->protocol == IPPROTO_UDP)
		udp_ingress(skb, sk);
	else if (sk->protocol == IPPROTO_TCP && is_server_port(bpf_ntohs(sk->dst_port)))
		tcp_stream(skb, sk, DNS_EVENT_TCP_IN);
	return 1;
}

static __always_inline bool awaits_queries(struct sock *sk)
{
	return sk->__sk_common.skc_num == DNS_PORT &&
	       (sk->sk_protocol == IPPROTO_UDP || sk->__sk_common.skc_state == TCP_LISTEN);
}

/* Sockets older than the tracer. Run once at the start; where several tasks hold one, the first of them is taken. */
SEC("iter/task_file")
int existing_sockets(struct bpf_iter__task_file *ctx)
{
	struct task_struct *task = ctx->task;
	struct file *file = ctx->file;
	struct dns_socket *known;
	struct socket *socket;
	struct owner owner;
	struct sock *sk;
	__u32 netns;

	if (!file || !task)
		return 0;
	socket = bpf_sock_from_file(file);
	sk = socket ? socket->sk : NULL;
	if (!sk || (sk->sk_protocol != IPPROTO_UDP && sk->sk_protocol != IPPROTO_TCP))
		return 0;
	netns = sk->__sk_common.skc_net.net->ns.inum;
	read_owner(&owner, task);
	if (awaits_queries(sk) && serves_host(task, sk, netns))
		emit_served(&owner, netns, bpf_ktime_get_boot_ns());
	if (sk->sk_protocol != IPPROTO_UDP)
		return 0;
	known = bpf_sk_storage_get(&sockets, sk, NULL, BPF_SK_STORAGE_GET_F_CREATE);
	if (!known || known->owner.pid)
		return 0;
	known->netns = netns;
	known->owner = owner;
	return 0;
}
