/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * DNS as it passes a client's socket: responses on their way in, before any receive call, so that every kind of socket
 * is covered; queries on their way out, in the sender's task, which names the owner. User space matches them, and puts
 * TCP streams together.
 */
#include <linux/bpf.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "dns_event.h"
#include "filter.h"
#include "kernel.h"
#include "packet.h"
#include "ring.h"

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

/* Packets whose bytes the kernel would not give. */
__u64 lost_unreadable = 0;

/* What is known of a client's socket. */
struct dns_socket {
	struct owner owner;
	__u32 owner_source; /* enum owner_source */
	__u32 netns; /* inode number; 0: not read yet */
	__u64 detour; /* see netns_of */
};

/* By socket cookie. Inserted and updated when a UDP socket is made, asks, or is answered; the least recent goes. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16384);
	__type(key, __u64);
	__type(value, struct dns_socket);
} sockets SEC(".maps");

static __always_inline bool is_server_port(__u16 port)
{
	for (__u32 i = 0; i < MAX_SERVER_PORTS && i < server_ports_wanted; i++)
		if (server_ports[i] == port)
			return true;
	return false;
}

/*
 * Arithmetic on a bpf_sock is refused, so the pointer takes a detour through the map's memory and comes back as a
 * number to read at. The memory is the socket's own: a slot per CPU could be overwritten by a task that preempts.
 */
static __always_inline __u32 netns_of(struct bpf_sock *sk, struct dns_socket *socket)
{
	struct sock *address;

	*(struct bpf_sock *volatile *)&socket->detour = sk;
	address = (struct sock *)*(volatile __u64 *)&socket->detour;
	socket->detour = 0;
	return BPF_CORE_READ(address, __sk_common.skc_net.net, ns.inum);
}

static __always_inline struct dns_socket *socket_of(struct bpf_sock *sk, __u64 cookie)
{
	struct dns_socket *socket = bpf_map_lookup_elem(&sockets, &cookie);

	if (!socket) {
		struct dns_socket unknown = {};

		bpf_map_update_elem(&sockets, &cookie, &unknown, BPF_NOEXIST);
		socket = bpf_map_lookup_elem(&sockets, &cookie);
	}
	if (socket && !socket->netns)
		socket->netns = netns_of(sk, socket);
	return socket;
}

static __always_inline void remember_asker(struct dns_socket *socket, __u64 cookie)
{
	struct dns_socket asked = { .owner_source = OWNER_ASKED, .netns = socket->netns };

	owner_of_current(&asked.owner);
	bpf_map_update_elem(&sockets, &cookie, &asked, BPF_ANY);
}

/*
 * Where a connected socket believes its server to be. Address translation (Docker's resolver is reached by one)
 * has changed the packet of a query by now, and will change the answer's back.
 */
static __always_inline void read_connected_server(struct dns_event *event, struct bpf_sock *sk)
{
	event->server_port = bpf_ntohs(sk->dst_port);
	event->family = sk->family;
	__builtin_memset(event->server, 0, sizeof(event->server));
	if (sk->family == AF_INET) {
		*(__u32 *)event->server = sk->dst_ip4;
		return;
	}
	((__u32 *)event->server)[0] = sk->dst_ip6[0];
	((__u32 *)event->server)[1] = sk->dst_ip6[1];
	((__u32 *)event->server)[2] = sk->dst_ip6[2];
	((__u32 *)event->server)[3] = sk->dst_ip6[3];
}

/* The server as the packet has it. */
static __always_inline bool read_packet_server(struct dns_event *event, struct __sk_buff *skb,
					       const struct packet *packet, bool outgoing)
{
	event->server_port = outgoing ? packet->dport : packet->sport;
	event->family = packet->family;
	__builtin_memset(event->server, 0, sizeof(event->server));
	if (packet->family == AF_INET)
		return load(skb, outgoing ? 16 : 12, event->server, 4);
	return load(skb, outgoing ? 24 : 8, event->server, 16);
}

/* Which bytes of a packet are to be reported, and as what. */
struct piece {
	__u32 offset; /* from the network header */
	__u32 captured;
	__u32 message_bytes;
	__u32 tcp_seq;
	__u8 kind; /* enum dns_event_kind */
};

/* room is a constant for the verifier, and at least piece->captured. */
static __always_inline void emit_in(struct __sk_buff *skb, struct bpf_sock *sk, const struct packet *packet,
				    const struct dns_socket *socket, __u64 cookie, const struct piece *piece, const __u32 room)
{
	struct dns_event *event = bpf_ringbuf_reserve(&ring, sizeof(*event) + room, 0);
	bool outgoing = piece->kind == DNS_EVENT_QUERY || piece->kind == DNS_EVENT_TCP_OUT;
	__u32 captured = piece->captured, least = 1;
	bool complete = true;
	__u64 flags;

	if (!event) {
		count_lost();
		return;
	}
	event->time_ns = bpf_ktime_get_boot_ns();
	event->cookie = cookie;
	event->owner = socket->owner;
	event->owner_source = socket->owner_source;
	event->netns = socket->netns;
	event->kind = piece->kind;
	event->tcp_seq = piece->tcp_seq;
	event->message_bytes = piece->message_bytes;
	event->captured_bytes = captured;
	__builtin_memset(event->pad, 0, sizeof(event->pad));
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
		__sync_fetch_and_add(&lost_unreadable, 1);
		return;
	}
	flags = wake_flags(sizeof(*event) + room);
	bpf_ringbuf_submit(event, flags);
	wake_if_it_fell_asleep(flags);
}

/* Three sizes, so that a usual answer does not take the room of the largest. */
static __always_inline void emit(struct __sk_buff *skb, struct bpf_sock *sk, const struct packet *packet,
				 const struct dns_socket *socket, __u64 cookie, const struct piece *piece)
{
	if (piece->captured <= 256)
		emit_in(skb, sk, packet, socket, cookie, piece, 256);
	else if (piece->captured <= 1280)
		emit_in(skb, sk, packet, socket, cookie, piece, 1280);
	else
		emit_in(skb, sk, packet, socket, cookie, piece, DNS_MAX_BYTES);
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
