/* SPDX-License-Identifier: Apache-2.0 */
/*
 * uring [async]: asks 127.0.0.1 for the addresses of four.test, sending and receiving through io_uring, from its workers
 * if `async`. Prints the length of the answer; exits with 3 where the kernel has no io_uring to give.
 */
#include <arpa/inet.h>
#include <linux/io_uring.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static void check(int holds, const char *what)
{
	if (holds)
		return;
	perror(what);
	exit(1);
}

static struct io_uring_params params;
static char *sq, *cq;
static struct io_uring_sqe *sqes;
static int ring;

static void open_ring(void)
{
	ring = syscall(SYS_io_uring_setup, 1, &params);
	if (ring < 0) {
		perror("io_uring_setup");
		exit(3);
	}
	sq = mmap(NULL, params.sq_off.array + sizeof(uint32_t), PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQ_RING);
	cq = mmap(NULL, params.cq_off.cqes + params.cq_entries * sizeof(struct io_uring_cqe), PROT_READ | PROT_WRITE,
		  MAP_SHARED, ring, IORING_OFF_CQ_RING);
	sqes = mmap(NULL, sizeof(*sqes), PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQES);
	check(sq != MAP_FAILED && cq != MAP_FAILED && sqes != MAP_FAILED, "mmap");
}

/* One operation at a time, so that its completion is the next. Gives its result. */
static int completed(int op, int fd, void *bytes, unsigned length, int flags)
{
	uint32_t *tail = (uint32_t *)(sq + params.sq_off.tail), *head = (uint32_t *)(cq + params.cq_off.head);
	struct io_uring_cqe *cqes = (struct io_uring_cqe *)(cq + params.cq_off.cqes);
	int result;

	sqes[0] = (struct io_uring_sqe){
		.opcode = op, .flags = flags, .fd = fd, .addr = (uintptr_t)bytes, .len = length
	};
	((uint32_t *)(sq + params.sq_off.array))[0] = 0;
	__atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
	check(syscall(SYS_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0) == 1, "io_uring_enter");
	result = cqes[*head & (params.cq_entries - 1)].res;
	__atomic_store_n(head, *head + 1, __ATOMIC_RELEASE);
	return result;
}

int main(int argc, char **argv)
{
	static unsigned char query[] = "\x12\x34\x01\x00\0\1\0\0\0\0\0\0\4" "four\4" "test\0\0\1\0\1";
	struct sockaddr_in server = { .sin_family = AF_INET, .sin_port = htons(53), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int flags = argc > 1 && strcmp(argv[1], "async") == 0 ? IOSQE_ASYNC : 0;
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	unsigned char answer[512];
	int length;

	open_ring();
	check(connect(fd, (struct sockaddr *)&server, sizeof(server)) == 0, "connect");
	check(completed(IORING_OP_SEND, fd, query, sizeof(query) - 1, flags) == sizeof(query) - 1, "send");
	length = completed(IORING_OP_RECV, fd, answer, sizeof(answer), flags);
	check(length > 0, "receive");
	printf("%d\n", length);
	return 0;
}
