/* SPDX-License-Identifier: Apache-2.0 */
/*
 * accept32 [FD WAY]: accepts a connection from a listening socket by a system call of 32 bits, and prints who did and the
 * cookie of the socket. Without arguments it only makes one such call: a kernel that has none kills it.
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

enum { GETPID = 20, SOCKETCALL = 102, ACCEPT4 = 364, CALL_ACCEPT = 5, CALL_ACCEPT4 = 18 };

static int call32(int number, uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
	int result;

	__asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(a), "c"(b), "d"(c), "S"(d) : "memory", "r8", "r9", "r10", "r11");
	return result;
}

int main(int argc, char **argv)
{
	/* A 32-bit call takes its arguments where 32 bits reach. */
	uint32_t *arguments = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	uint64_t cookie;
	socklen_t length = sizeof(cookie);
	int fd;

	if (argc != 3)
		return call32(GETPID, 0, 0, 0, 0) == getpid() ? 0 : 1;
	if (arguments == MAP_FAILED)
		return 1;
	arguments[0] = atoi(argv[1]); /* and no address, no flags */
	if (strcmp(argv[2], "accept4") == 0)
		fd = call32(ACCEPT4, arguments[0], 0, 0, 0);
	else if (strcmp(argv[2], "socketcall-accept") == 0)
		fd = call32(SOCKETCALL, CALL_ACCEPT, (uintptr_t)arguments, 0, 0);
	else
		fd = call32(SOCKETCALL, CALL_ACCEPT4, (uintptr_t)arguments, 0, 0);
	if (fd < 0 || getsockopt(fd, SOL_SOCKET, SO_COOKIE, &cookie, &length))
		return 1;
	printf("{\"sock\":\"%llu\",\"pid\":%d}\n", (unsigned long long)cookie, getpid());
	return 0;
}
