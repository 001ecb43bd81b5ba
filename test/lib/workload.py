"""Makes TCP connections of many kinds and says of each, in one JSON line, who made it and between which ends.

usage: workload.py KIND=COUNT…   for example: workload.py blocking=7 refused=3

First it writes a line of kind `hello`, then it waits for a line on stdin before each round of all kinds; it ends at the end of stdin.
What it writes comes from the system calls and from /proc, so that it can be held against what a tracer saw.
"""

import ctypes
import errno
import json
import os
import select
import socket
import sys
import threading
import time

SO_COOKIE = 57
MSG_FASTOPEN = 0x20000000
TCP_FASTOPEN_CONNECT = 30
IPPROTO_MPTCP = 262
PR_SET_NAME = 15
NOBODY = 65534

libc = ctypes.CDLL(None)


def cgroup_id():
    """kernfs ids are the inode numbers of the directories."""
    path = next(line[3:].strip() for line in open("/proc/self/cgroup") if line.startswith("0::"))
    mount = next(line.split()[4] for line in open("/proc/self/mountinfo") if " - cgroup2 " in line)
    return os.stat(mount + path).st_ino


def boot_us():
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1000


def identity():
    stat = open("/proc/self/stat", errors="replace").read()
    return {
        "pid": os.getpid(),
        "tid": threading.get_native_id(),
        "uid": os.getuid(),
        "comm": open("/proc/thread-self/comm", "rb").read()[:-1].hex(),
        "start_ticks": int(stat.rpartition(")")[2].split()[19]),
        "netns": os.stat("/proc/thread-self/ns/net").st_ino,
        "mntns": os.stat("/proc/thread-self/ns/mnt").st_ino,
        "cgroup": cgroup_id(),
    }


def say(kind, **more):
    line = json.dumps({"kind": kind, **identity(), **more}) + "\n"
    os.write(1, line.encode())


def text_of(address):
    return address.removeprefix("::ffff:")


class Attempt:
    """Times and ends of one connect; the ends are read while the socket has them."""

    def __init__(self, kind, sock):
        self.kind, self.sock = kind, sock
        self.cookie = int.from_bytes(sock.getsockopt(socket.SOL_SOCKET, SO_COOKIE, 8), sys.byteorder)
        self.from_us, self.from_ts = boot_us(), time.time()

    def done(self, target, error=0, local=None):
        local = local or self.sock.getsockname()
        say(
            self.kind,
            saddr=text_of(local[0]),
            sport=local[1],
            daddr=text_of(target[0]),
            dport=target[1],
            mapped=target[0].startswith("::ffff:"),
            sock=str(self.cookie),
            errno=errno.errorcode.get(error),
            from_us=self.from_us,
            to_us=boot_us(),
            from_ts=self.from_ts,
            to_ts=time.time(),
        )
        self.sock.close()


def listener(family, address, protocol=0):
    sock = socket.socket(family, socket.SOCK_STREAM, protocol)
    sock.bind((address, 0))
    sock.listen(1024)
    return sock


class Targets:
    def __init__(self):
        self.v4 = listener(socket.AF_INET, "127.0.0.1")
        self.v6 = listener(socket.AF_INET6, "::1")
        self.closed = socket.socket()  # bound, so that nobody else takes the port; not listening
        self.closed.bind(("127.0.0.1", 0))


def tcp(family=socket.AF_INET, protocol=0):
    return socket.socket(family, socket.SOCK_STREAM, protocol)


def connect(kind, sock, target):
    attempt = Attempt(kind, sock)
    sock.connect(target)
    attempt.done(target)


def blocking(targets, kind="blocking"):
    connect(kind, tcp(), targets.v4.getsockname())


def nonblocking(targets):
    sock, target = tcp(), targets.v4.getsockname()
    sock.setblocking(False)
    attempt = Attempt("nonblocking", sock)
    assert sock.connect_ex(target) == errno.EINPROGRESS
    select.select([], [sock], [])
    attempt.done(target, sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR))


def refused(targets):
    sock, target = tcp(), targets.closed.getsockname()
    sock.bind(("127.0.0.1", 0))  # a refused socket forgets the port that connect() chose
    local = sock.getsockname()
    attempt = Attempt("refused", sock)
    attempt.done(target, sock.connect_ex(target), local)


def ipv6(targets):
    connect("ipv6", tcp(socket.AF_INET6), targets.v6.getsockname()[:2])


def mapped(targets):
    connect("mapped", tcp(socket.AF_INET6), ("::ffff:127.0.0.1", targets.v4.getsockname()[1]))


def thread(targets):
    worker = threading.Thread(target=blocking, args=(targets, "thread"))
    worker.start()
    worker.join()


def in_child(work):
    child = os.fork()
    if child == 0:
        work()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0


def forked(targets):
    in_child(lambda: blocking(targets, "forked"))


def nobody(targets):
    def work():
        os.setgroups([])
        os.setresuid(NOBODY, NOBODY, NOBODY)
        blocking(targets, "nobody")

    in_child(work)


def fastopen(targets):
    sock, target = tcp(), targets.v4.getsockname()
    attempt = Attempt("fastopen", sock)
    sock.sendto(b"x", MSG_FASTOPEN, target)
    attempt.done(target)


def fastopen_connect(targets):
    sock, target = tcp(), targets.v4.getsockname()
    sock.setsockopt(socket.IPPROTO_TCP, TCP_FASTOPEN_CONNECT, 1)
    attempt = Attempt("fastopen_connect", sock)
    sock.connect(target)
    sock.send(b"x")
    attempt.done(target)


def mptcp(targets):
    connect("mptcp", tcp(protocol=IPPROTO_MPTCP), targets.v4.getsockname())


def named(name):
    """Under a thread name of any bytes, given in hexadecimal."""

    def work(targets):
        libc.prctl(PR_SET_NAME, bytes.fromhex(name), 0, 0, 0)
        blocking(targets, f"named:{name}")

    return work


def storm(targets, count):
    """As many refused connects as fast as they go, reported by one line."""
    target = targets.closed.getsockname()
    for _ in range(count):
        sock = tcp()
        sock.connect_ex(target)
        sock.close()
    say("storm", count=count, dport=target[1])


KINDS = {
    function.__name__: function
    for function in (blocking, nonblocking, refused, ipv6, mapped, thread, forked, nobody, fastopen, fastopen_connect, mptcp)
}


def main():
    targets = Targets()
    rounds = [word.partition("=") for word in sys.argv[1:]]
    say(
        "hello",
        v4_port=targets.v4.getsockname()[1],
        v6_port=targets.v6.getsockname()[1],
        closed_port=targets.closed.getsockname()[1],
    )
    for _ in sys.stdin:
        for kind, _, count in rounds:
            if kind == "storm":
                storm(targets, int(count))
                continue
            work = named(kind[6:]) if kind.startswith("named:") else KINDS[kind]
            for _ in range(int(count)):
                work(targets)
        say("done")


if __name__ == "__main__":
    main()
