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
	const __u32 wanted = server_ports_wanted;

	for (__u32 i = 0; i < MAX_SERVER_PORTS && i < wanted; i++)
		if (server_ports[i] == port)
			return true;
	return false;
}

static __always_inline bool is_dns_message(struct __sk_buff *skb, const struct packet *packet, __u8 qr)
{
	__u8 *header = header_at(skb, packet->payload, DNS_HEADER_BYTES);
	__u8 flags;

	if (packet->bytes < DNS_HEADER_BYTES)
		return false;
	if (header)
		flags = header[2];
	else if (!load(skb, packet->payload + 2, &flags, 1))
		return false;
	return (flags & DNS_QR) == qr;
}

/* False where it was lost. The caller knows that it is wanted. */
static __always_inline bool emit_message(struct __sk_buff *skb, struct bpf_sock *sk, const struct packet *packet,
					 struct piece *piece, __u32 most)
{
	piece->cookie = cookie_of(skb, sk);
	piece->offset = packet->payload;
	piece->message_bytes = packet->bytes;
	piece->captured = packet->bytes > most ? most : packet->bytes;
	return emit(skb, sk, packet, piece);
}

static __always_inline bool wants_message(const struct piece *piece)
{
	return wants_netns(piece->netns) && wants_owner(&piece->owner);
}

/* How many messages the packet stands for: several at once go out by UDP_SEGMENT, or come in for a socket with UDP_GRO. */
static __always_inline __u32 messages_in(struct __sk_buff *skb)
{
	return skb->gso_segs > 1 ? skb->gso_segs : 1;
}

/* The packet becomes that of the first of them, which is all that is looked at. */
static __always_inline void take_first(struct __sk_buff *skb, struct packet *packet)
{
	if (packet->bytes > skb->gso_size)
		packet->bytes = skb->gso_size;
}

/* It receives a copy of what others receive. What is asked through one is left out, too. */
static __always_inline bool is_raw(struct bpf_sock *sk)
{
	struct bpf_sock *full = bpf_sk_fullsock(sk);

	return full && full->type == SOCK_RAW;
}

/* Where the query is lost, its owner is remembered here, as user space does not hear of it. */
static __always_inline void udp_query(struct __sk_buff *skb, struct bpf_sock *sk, struct packet *packet)
{
	struct piece query = { .kind = DNS_EVENT_QUERY, .netns = netns_of(sk) };
	struct dns_socket *socket = client_socket_of(sk);
	const __u32 queries = messages_in(skb);

	owner_of_current(&query.owner);
	if (socket)
		set_owner(socket, &query.owner);
	else if (filters_owner())
		return lose_questions(queries);
	if (!wants_message(&query))
		return;
	if (queries > 1) { /* the first can be told */
		lose_questions(queries - 1);
		take_first(skb, packet);
	}
	if (emit_message(skb, sk, packet, &query, QUERY_BYTES) || socket)
		return;
	socket = socket_of(sk);
	if (socket)
		set_owner(socket, &query.owner);
}

/* Only who answers on port 53 is a daemon: others that --port names, as 5353 of multicast DNS, anybody may take. */
static __always_inline void udp_egress(struct __sk_buff *skb, struct bpf_sock *sk, struct packet *packet)
{
	if (!read_udp(skb, packet))
		return;
	if ((is_server_port(bpf_ntohs(sk->dst_port)) || is_server_port(packet->dport)) && is_dns_message(skb, packet, 0) &&
	    !is_raw(sk))
		udp_query(skb, sk, packet);
	else if (packet->sport == DNS_PORT && is_dns_message(skb, packet, DNS_QR))
		served(sk);
}

static __always_inline void lose_answers(__u32 count, __u64 *counter)
{
	if (count > 1)
		__sync_fetch_and_add(counter, count - 1);
	lose(DNS_EVENT_RESPONSE, counter);
}

/* A connected socket that is younger than the tracer has asked, and user space knows from that where it lives. */
static __always_inline void udp_ingress(struct __sk_buff *skb, struct bpf_sock *sk, struct packet *packet)
{
	struct piece response = { .kind = DNS_EVENT_RESPONSE };
	const __u32 answers = messages_in(skb);
	struct dns_socket *socket;

	if (!read_udp(skb, packet) || !is_server_port(packet->sport) || !is_dns_message(skb, packet, DNS_QR) ||
	    is_raw(sk))
		return;
	socket = client_socket_of(sk);
	if (socket && !get_owner(socket, &response.owner) && filters_owner())
		return lose_answers(answers, &lost_unreadable);
	if (!socket && filters_owner())
		return lose_answers(answers, &lost_no_memory);
	if (socket || !sk->dst_port || only_netns)
		response.netns = netns_of(sk);
	if (!wants_message(&response))
		return;
	if (answers > 1) { /* the first can be told */
		lose_answers(answers - 1, &lost_unreadable);
		take_first(skb, packet);
	}
	emit_message(skb, sk, packet, &response, DNS_MAX_BYTES);
}

/* A segment with data that a task is sending, as its answer leaves while it is at work on the socket. */
static __always_inline void tcp_served(struct __sk_buff *skb, struct bpf_sock *sk, struct packet *packet)
{
	struct tcp_sock *tcp = bpf_skc_to_tcp_sock(sk);

	if (tcp && ((struct sock *)tcp)->sk_lock.owned && read_tcp(skb, packet) && packet->bytes > 0)
		served(sk);
}

/* Nearly all packets are rejected here, by ports that need no look at the packet: that of a connected socket's peer. */
static __always_inline bool may_be_dns(struct bpf_sock *sk, bool also_served)
{
	return !sk->dst_port || is_server_port(bpf_ntohs(sk->dst_port)) || (also_served && sk->src_port == DNS_PORT);
}

SEC("cgroup_skb/egress")
int dns_egress(struct __sk_buff *skb)
{
	struct bpf_sock *sk = skb->sk;
	struct packet packet = {};

	if (!sk || !may_be_dns(sk, true))
		return 1;
	read_network(skb, &packet);
	if (packet.protocol == IPPROTO_UDP)
		udp_egress(skb, sk, &packet);
	else if (packet.protocol == IPPROTO_TCP && is_server_port(bpf_ntohs(sk->dst_port)))
		tcp_stream(skb, sk, &packet, DNS_EVENT_TCP_OUT);
	else if (packet.protocol == IPPROTO_TCP && sk->src_port == DNS_PORT)
		tcp_served(skb, sk, &packet);
	return 1;
}

SEC("cgroup_skb/ingress")
int dns_ingress(struct __sk_buff *skb)
{
	struct bpf_sock *sk = skb->sk;
	struct packet packet = {};

	if (!sk || !may_be_dns(sk, false))
		return 1;
	read_network(skb, &packet);
	if (packet.protocol == IPPROTO_UDP)
		udp_ingress(skb, sk, &packet);
	else if (packet.protocol == IPPROTO_TCP && is_server_port(bpf_ntohs(sk->dst_port)))
		tcp_stream(skb, sk, &packet, DNS_EVENT_TCP_IN);
	return 1;
}

static __always_inline bool awaits_queries(struct sock *sk)
{
	return sk->__sk_common.skc_num == DNS_PORT &&
	       (sk->sk_protocol == IPPROTO_UDP || sk->__sk_common.skc_state == BPF_TCP_LISTEN);
}

/* Sockets older than the tracer. Run once at the start; where several tasks hold one, the first of them is taken. */
SEC("iter/task_file")
int existing_sockets(struct bpf_iter__task_file *ctx)
{
	struct sock *sk = sock_of_file(ctx->file);
	struct task_struct *task = ctx->task;
	struct owner owner;
	__u32 netns;

	if (!task || !sk || (sk->sk_protocol != IPPROTO_UDP && sk->sk_protocol != IPPROTO_TCP))
		return 0;
	netns = sk->__sk_common.skc_net.net->ns.inum;
	read_owner(&owner, task);
	if (awaits_queries(sk) && serves_host(task, sk->__sk_common.skc_net.net, netns))
		emit_served(&owner, netns);
	if (sk->sk_protocol == IPPROTO_UDP && !remember_first_owner(sk, &owner) && filters_owner() && wants_owner(&owner))
		lose(DNS_EVENT_RESPONSE, &lost_no_memory);
	return 0;
}
