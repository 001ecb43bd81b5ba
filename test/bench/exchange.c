/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DNS queries and answers over UDP, port 53:
 *   exchange COUNT           in a network namespace of its own (which ends with it), after some that warm up
 *   exchange COUNT RATE anew the same, so many per second, in bursts every millisecond, each with another name and address and
 *                            from a socket of its own, as stub resolvers ask; or all on one socket, without `anew`
 *   exchange COUNT 0 here    in the namespace that it is started in
 *   exchange COUNT 0 exact   in one of its own, and so many in all
 *   exchange COUNT 0 anew    the same, each from a socket of its own
 *   exchange COUNT 0 exact far, exchange COUNT 0 anew far
 *                            the same, but that the server is not on this host: who answers is behind a tun device
 * Client and server are one thread, so that no scheduling is measured.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"

#define WARM_UP 200
/* Where the name's only label begins in both packets, after its length. */
#define LABEL_AT 13

/* RFC 1035, section 4: the A records of "example"; the answer refers back to the name, TTL 60, 192.0.2.1. */
static unsigned char query[] = "\x12\x34\x01\x00\0\1\0\0\0\0\0\0\x07" "example\0\0\1\0\1";
static unsigned char answer[] = "\x12\x34\x81\x80\0\1\0\1\0\0\0\0\x07" "example\0\0\1\0\1"
				"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\xc0\0\2\1";

static void configure(int fd, unsigned long what, struct ifreq request)
{
	check(ioctl(fd, what, &request) == 0, request.ifr_name);
}

static void enter_own_network(void)
{
	check(unshare(CLONE_NEWNET) == 0, "unshare");
	configure(socket(AF_INET, SOCK_DGRAM, 0), SIOCSIFFLAGS, (struct ifreq){ .ifr_name = "lo", .ifr_flags = IFF_UP });
}

/* The other side of a link of our own, on which packets come as they would leave the host. */
static int far_end(struct in_addr near, struct in_addr far)
{
	struct ifreq link = { .ifr_name = "far0", .ifr_flags = IFF_TUN | IFF_NO_PI };
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr = near };
	int fd = open("/dev/net/tun", O_RDWR), any = socket(AF_INET, SOCK_DGRAM, 0);

	check(fd >= 0, "/dev/net/tun");
	configure(fd, TUNSETIFF, link);
	memcpy(&link.ifr_addr, &address, sizeof(address));
	configure(any, SIOCSIFADDR, link);
	address.sin_addr = far;
	memcpy(&link.ifr_dstaddr, &address, sizeof(address));
	configure(any, SIOCSIFDSTADDR, link);
	link.ifr_flags = IFF_UP;
	configure(any, SIOCSIFFLAGS, link);
	close(any);
	return fd;
}

static void answer_socket(int server)
{
	unsigned char packet[512];
	struct sockaddr_in from;
	socklen_t length = sizeof(from);

	check(recvfrom(server, packet, sizeof(packet), 0, (struct sockaddr *)&from, &length) > 0, "recvfrom");
	check(sendto(server, answer, sizeof(answer) - 1, 0, (struct sockaddr *)&from, length) > 0, "sendto");
}

/* RFC 1071, of a header in host byte order or network's alike. */
static uint16_t checksum(const void *header, size_t bytes)
{
	const uint16_t *words = header;
	uint32_t sum = 0;

	for (size_t i = 0; i < bytes / 2; i++)
		sum += words[i];
	sum = (sum & 0xffff) + (sum >> 16);
	return ~(sum + (sum >> 16));
}

/* Answers the next query that leaves on the link; other packets are the kernel's own. */
static void answer_link(int fd)
{
	struct {
		struct iphdr ip;
		struct udphdr udp;
		unsigned char payload[512];
	} in, out = { 0 };
	size_t length = sizeof(out.ip) + sizeof(out.udp) + sizeof(answer) - 1;

	do
		check(read(fd, &in, sizeof(in)) > 0, "read");
	while (in.ip.version != 4 || in.ip.ihl != 5 || in.ip.protocol != IPPROTO_UDP || in.udp.dest != htons(53));
	out.ip = (struct iphdr){ .version = 4, .ihl = 5, .ttl = 64, .protocol = IPPROTO_UDP };
	out.ip.tot_len = htons(length);
	out.ip.saddr = in.ip.daddr;
	out.ip.daddr = in.ip.saddr;
	out.ip.check = checksum(&out.ip, sizeof(out.ip));
	out.udp.source = in.udp.dest;
	out.udp.dest = in.udp.source;
	out.udp.len = htons(length - sizeof(out.ip));
	memcpy(out.payload, answer, sizeof(answer) - 1);
	check(write(fd, &out, length) == (ssize_t)length, "write");
}

static void (*answer_query)(int server) = answer_socket;

static void exchange(int client, int server, long count)
{
	unsigned char packet[512];

	for (; count > 0; count--) {
		check(send(client, query, sizeof(query) - 1, 0) > 0, "send");
		answer_query(server);
		check(recv(client, packet, sizeof(packet), 0) > 0, "recv");
	}
}

static int client_of(const struct sockaddr_in *server)
{
	int client = socket(AF_INET, SOCK_DGRAM, 0);

	check(connect(client, (const struct sockaddr *)server, sizeof(*server)) == 0, "connect");
	return client;
}

static void anew(const struct sockaddr_in *at, int server, long count)
{
	int client;

	for (; count > 0; count--) {
		client = client_of(at);
		exchange(client, server, 1);
		close(client);
	}
}

/* Puts seven digits in place of "example", and their number into the lower half of the address. */
static void rename_to(long number)
{
	char label[8];

	snprintf(label, sizeof(label), "%07ld", number % 10000000);
	memcpy(query + LABEL_AT, label, 7);
	memcpy(answer + LABEL_AT, label, 7);
	answer[sizeof(answer) - 3] = number >> 8;
	answer[sizeof(answer) - 2] = number;
}

static void paced(const struct sockaddr_in *at, int client, int server, long count, long rate)
{
	uint64_t start = now_ns(CLOCK_MONOTONIC);
	long made = 0, due, ms;

	for (ms = 1; made < count; ms++) {
		due = due_after(start, ms, rate);
		for (; made < count && made < due; made++) {
			rename_to(made);
			if (client >= 0)
				exchange(client, server, 1);
			else
				anew(at, server, 1);
		}
	}
}

int main(int argc, char **argv)
{
	struct sockaddr_in at = {
		.sin_family = AF_INET,
		.sin_port = htons(53),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	long count = argc > 1 ? atol(argv[1]) : 0, rate = argc > 2 ? atol(argv[2]) : 0;
	const char *way = argc > 3 ? argv[3] : "";
	struct stopwatch start;
	int client, server;

	if (count == 0)
		return 2;
	if (strcmp(way, "here") != 0)
		enter_own_network();
	if (argc > 4 && strcmp(argv[4], "far") == 0) {
		answer_query = answer_link;
		at.sin_addr.s_addr = htonl(0xc0000201); /* 192.0.2.1 (RFC 5737) */
		server = far_end((struct in_addr){ htonl(0xc0000202) }, at.sin_addr);
	} else {
		server = socket(AF_INET, SOCK_DGRAM, 0);
		check(bind(server, (struct sockaddr *)&at, sizeof(at)) == 0, "bind");
	}
	client = client_of(&at);
	if (argc == 2)
		exchange(client, server, WARM_UP);
	start = started();
	if (rate > 0)
		paced(&at, strcmp(way, "anew") == 0 ? -1 : client, server, count, rate);
	else if (strcmp(way, "anew") == 0)
		anew(&at, server, count);
	else
		exchange(client, server, count);
	print_since(start, count);
	return 0;
}
