/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * DNS over UDP, seen at the socket: responses on their way in, before any receive call, so that every kind of
 * socket is covered; queries on their way out, in the sender's task, which names the owner. User space matches them.
 */
#include <linux/bpf.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "datagram.h"
#include "dns_event.h"
#include "filter.h"
#include "kernel.h"
#include "ring.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

#define MAX_SERVER_PORTS 16
#define DNS_HEADER_BYTES 12
#define DNS_QR 0x80 /* in the third byte: this is a response (RFC 1035, section 4.1.1) */
/* A query matters up to the end of its question: 12 + 255 + 4 bytes. */
#define QUERY_BYTES 288

const volatile __u32 server_ports_wanted = 1;
const volatile __u16 server_ports[MAX_SERVER_PORTS] = { 53 };

/* What is known of a UDP socket. */
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

/* The server as the packet has it; source is where its address stands, from the network header on. */
static __always_inline bool read_packet_server(struct dns_event *event, struct __sk_buff *skb,
					       const struct datagram *datagram, bool outgoing)
{
	event->server_port = outgoing ? datagram->dport : datagram->sport;
	event->family = datagram->family;
	__builtin_memset(event->server, 0, sizeof(event->server));
	if (datagram->family == AF_INET)
		return load(skb, outgoing ? 16 : 12, event->server, 4);
	return load(skb, outgoing ? 24 : 8, event->server, 16);
}

/* room is a constant for the verifier; captured is at most that and at least a DNS header. */
static __always_inline void emit(struct __sk_buff *skb, struct bpf_sock *sk, const struct datagram *datagram,
				 const struct dns_socket *socket, __u64 cookie, __u8 kind, __u32 captured, const __u32 room)
{
	struct dns_event *event = bpf_ringbuf_reserve(&ring, sizeof(*event) + room, 0);
	bool translated = kind == DNS_EVENT_QUERY && sk->dst_port;
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
	event->kind = kind;
	event->message_bytes = datagram->bytes;
	event->captured_bytes = captured;
	__builtin_memset(event->pad, 0, sizeof(event->pad));
	if (translated)
		read_connected_server(event, sk);
	else if (!read_packet_server(event, skb, datagram, kind == DNS_EVENT_QUERY))
		captured = 0;
	if (captured < DNS_HEADER_BYTES || captured > room || !load(skb, datagram->payload, event + 1, captured)) {
		bpf_ringbuf_discard(event, BPF_RB_NO_WAKEUP);
		count_lost();
		return;
	}
	flags = wake_flags(sizeof(*event) + room);
	bpf_ringbuf_submit(event, flags);
	wake_if_it_fell_asleep(flags);
}

static __always_inline bool wants(const struct dns_socket *socket)
{
	return wants_netns(socket->netns) && wants_owner(&socket->owner);
}

static __always_inline bool read_dns_header(struct __sk_buff *skb, struct datagram *datagram, __u8 *flags)
{
	return datagram->bytes >= DNS_HEADER_BYTES && load(skb, datagram->payload + 2, flags, 1);
}

static __always_inline struct bpf_sock *udp_socket(struct __sk_buff *skb)
{
	struct bpf_sock *sk = skb->sk;

	sk = sk ? bpf_sk_fullsock(sk) : NULL;
	return sk && sk->protocol == IPPROTO_UDP ? sk : NULL;
}

SEC("cgroup_skb/egress")
int dns_egress(struct __sk_buff *skb)
{
	struct bpf_sock *sk = udp_socket(skb);
	struct dns_socket *socket;
	struct datagram datagram;
	__u32 captured;
	__u64 cookie;
	__u8 flags;

	if (!sk || !read_datagram(skb, &datagram))
		return 1;
	if (!is_server_port(datagram.dport) && !(sk->dst_port && is_server_port(bpf_ntohs(sk->dst_port))))
		return 1;
	if (!read_dns_header(skb, &datagram, &flags) || flags & DNS_QR)
		return 1;
	cookie = bpf_get_socket_cookie(skb);
	socket = socket_of(sk, cookie);
	if (!socket)
		return 1;
	remember_asker(socket, cookie);
	socket = bpf_map_lookup_elem(&sockets, &cookie);
	if (!socket || !wants(socket))
		return 1;
	captured = datagram.bytes > QUERY_BYTES ? QUERY_BYTES : datagram.bytes;
	emit(skb, sk, &datagram, socket, cookie, DNS_EVENT_QUERY, captured, QUERY_BYTES);
	return 1;
}

SEC("cgroup_skb/ingress")
int dns_ingress(struct __sk_buff *skb)
{
	struct bpf_sock *sk = udp_socket(skb);
	struct dns_socket *socket;
	struct datagram datagram;
	__u32 captured;
	__u64 cookie;
	__u8 flags;

	if (!sk || !read_datagram(skb, &datagram) || !is_server_port(datagram.sport))
		return 1;
	if (!read_dns_header(skb, &datagram, &flags) || !(flags & DNS_QR))
		return 1;
	cookie = bpf_get_socket_cookie(skb);
	socket = socket_of(sk, cookie);
	if (!socket || !wants(socket))
		return 1;
	captured = datagram.bytes > DNS_MAX_BYTES ? DNS_MAX_BYTES : datagram.bytes;
	/* Three sizes, so that a usual answer does not take the room of the largest. */
	if (captured <= 256)
		emit(skb, sk, &datagram, socket, cookie, DNS_EVENT_RESPONSE, captured, 256);
	else if (captured <= 1280)
		emit(skb, sk, &datagram, socket, cookie, DNS_EVENT_RESPONSE, captured, 1280);
	else
		emit(skb, sk, &datagram, socket, cookie, DNS_EVENT_RESPONSE, captured, DNS_MAX_BYTES);
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
