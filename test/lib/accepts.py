"""Connections whose accepted end has an unusual life; each end reported with who held it.

usage: accepts.py ROLE [ARGUMENT…]; `listening` with a port, then it waits for a line on stdin; `done` with both lists of ends.
"""

import collections
import json
import os
import select
import socket
import struct
import subprocess
import sys
import time

SO_COOKIE = 57
IPPROTO_MPTCP = 262
RESET_AT_CLOSE = struct.pack("ii", 1, 0)

connected, accepted = [], []


def say(kind, **more):
    os.write(1, (json.dumps({"kind": kind, "pid": os.getpid(), **more}) + "\n").encode())


def end_of(sock, dport, sport=None):
    """What the events of this socket are to say. The peer is told, as a connection that is over has none."""
    cookie = sock.getsockopt(socket.SOL_SOCKET, SO_COOKIE, 8)
    sport = sport or sock.getsockname()[1]
    return {"sock": str(int.from_bytes(cookie, sys.byteorder)), "pid": os.getpid(), "sport": sport, "dport": dport}


def until_told(listener):
    say("listening", port=listener.getsockname()[1])
    sys.stdin.readline()


def listening(host="127.0.0.1", protocol=0):
    listener = socket.socket(proto=protocol)
    listener.bind((host, 0))
    listener.listen(4096)
    return listener


def connect(listener):
    sock = socket.socket()
    sock.connect(listener.getsockname())
    connected.append(end_of(sock, listener.getsockname()[1]))
    return sock


def accept(listener):
    sock, peer = listener.accept()
    accepted.append(end_of(sock, peer[1], listener.getsockname()[1]))
    return sock


def reset(sock):
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_AT_CLOSE)
    sock.close()


def reset_waiting(sock, listener):
    """Once it can be accepted: a reset from one CPU may overtake the handshake on another, and then it never can."""
    select.select([listener], [], [])
    reset(sock)


def reset_before_accept(count):
    """Every second one is reset while it waits; the sockets of the kernel are used again and again."""
    listener = listening()
    until_told(listener)
    for i in range(int(count)):
        client = connect(listener)
        if i % 2:
            reset_waiting(client, listener)
        server = accept(listener)
        server.close()
        client.close()


def never_accepted(count):
    """Half of them reset; then the listener closes, and another one has all that comes after."""
    first, second = listening(), listening()
    say("second", port=second.getsockname()[1])
    until_told(first)
    clients = [connect(first) for _ in range(int(count))]
    for client in clients[::2]:
        reset(client)
    first.close()
    for client in clients:
        client.close()
    for _ in range(int(count)):
        client = connect(second)
        accept(second).close()
        client.close()


def accept_until(listener, told):
    """Asks without pause, until it is told by the end of a pipe and nothing waits any more. Closes what is reset by then at once."""
    listener.setblocking(False)
    is_last, held = False, []
    while True:
        try:
            server = accept(listener)
            if server.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                server.close()
            else:
                held.append(server)
        except BlockingIOError:
            if is_last:
                break
            is_last = bool(select.select([told], [], [], 0)[0])
    for server in held:
        server.close()


def storm(count):
    """
    An acceptor that asks without pause, so that it often meets a connection in the middle of its handshake. A reset from
    one CPU may overtake the handshake on another: then nobody ever sees the connection. No end waits for a delayed ACK, which
    a timer sends in an interrupt of whatever runs: there are kernels that run no tracing program while one process does.
    """
    count = int(count)
    listener = listening()
    until_told(listener)
    told, tell = os.pipe()
    reader, writer = os.pipe()
    acceptor = os.fork()
    if acceptor == 0:
        os.close(tell)
        accept_until(listener, told)
        with os.fdopen(writer, "w") as out:
            json.dump(accepted, out)
        os._exit(0)

    os.close(writer)
    clients = []
    for i in range(count):
        client = connect(listener)
        if i % 10:
            reset(client)
        else:
            client.shutdown(socket.SHUT_WR)
            clients.append(client)
    os.close(tell)
    with os.fdopen(reader) as ends:
        accepted.extend(json.load(ends))
    os.waitpid(acceptor, 0)
    for client in clients:
        client.close()


ACCEPTS = {"x86_64": ("43", "288"), "aarch64": ("202", "242")}


def is_in_accept(pid):
    with open(f"/proc/{pid}/syscall") as call:
        return call.read().split()[0] in ACCEPTS[os.uname().machine]


def waiting():
    """A child that waits in accept() before anybody is told of the listener."""
    listener = listening()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        for _ in range(2):
            accept(listener).close()
        with os.fdopen(writer, "w") as out:
            json.dump(accepted, out)
        os._exit(0)
    os.close(writer)
    while not is_in_accept(child):
        time.sleep(0.001)
    until_told(listener)
    for _ in range(2):
        connect(listener).recv(1)
    with os.fdopen(reader) as ends:
        accepted.extend(json.load(ends))
    os.waitpid(child, 0)


def boot_us():
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1000


def steady():
    """Always 400 connections, the oldest closed for each that comes, until it is told; says when the closing of each began."""
    listener = listening()
    until_told(listener)
    is_open = collections.deque()

    def close_oldest():
        ends = is_open.popleft()
        for sock, end in ends:
            end["closed_us"] = boot_us()
            sock.close()

    while not select.select([sys.stdin], [], [], 0)[0]:
        client = connect(listener)
        server = accept(listener)
        is_open.append(((client, connected[-1]), (server, accepted[-1])))
        if len(is_open) > 400:
            close_oldest()
    while is_open:
        close_oldest()


def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def segment(ends, seq, flags, payload=b""):
    saddr, sport, daddr, dport = ends
    header = struct.pack("!HHIIBBHHH", sport, dport, seq, 0, 5 << 4, flags, 65535, 0, 0)
    pseudo = socket.inet_aton(saddr) + socket.inet_aton(daddr) + struct.pack("!BBH", 0, 6, len(header + payload))
    padded = pseudo + header + payload + b"\0" * (len(payload) % 2)
    return header[:16] + struct.pack("!H", checksum(padded)) + header[18:] + payload


def packet(ends, *of_segment):
    tcp = segment(ends, *of_segment)
    header = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(tcp), 0, 0, 64, 6, 0)
    return header + socket.inet_aton(ends[0]) + socket.inet_aton(ends[2]) + tcp


def fast_open(host, peer, reset):
    """
    The peer never completes its handshake: data comes with its SYN, accept() returns it, and a RST ends it, before or after.
    """
    listener = listening(host)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_FASTOPEN, 16)
    until_told(listener)
    raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    for i in range(4):
        ends = (peer, 40000 + i, *listener.getsockname())
        raw.sendto(packet(ends, 1000, 0x02, b"early"), (host, 0))
        if not select.select([listener], [], [], 20)[0]:
            raise TimeoutError("the kernel has not taken the data of the SYN")
        if reset == "before":
            raw.sendto(packet(ends, 1006, 0x04), (host, 0))
            accept(listener).close()
            continue
        server = accept(listener)
        if server.recv(5) != b"early":
            raise ValueError("the data of the SYN is not what was sent")
        raw.sendto(packet(ends, 1006, 0x04), (host, 0))
        select.select([server], [], [], 20)
        server.close()


def fast_open_completed(count):
    """With both ends in this kernel. The first one only fetches the cookie of fast open."""
    listener = listening()
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_FASTOPEN, 16)
    until_told(listener)
    for _ in range(int(count)):
        client = socket.socket()
        client.sendto(b"early", socket.MSG_FASTOPEN, listener.getsockname())
        connected.append(end_of(client, listener.getsockname()[1]))
        server = accept(listener)
        server.recv(5)
        client.close()
        server.close()


def mptcp():
    """The descriptors are of MPTCP's own sockets; events are of the subflows, so `sock` is not compared."""
    listener = listening(protocol=IPPROTO_MPTCP)
    until_told(listener)
    for _ in range(3):
        client = socket.socket(proto=IPPROTO_MPTCP)
        client.connect(listener.getsockname())
        connected.append(end_of(client, listener.getsockname()[1]))
        server = accept(listener)
        client.send(b"x")
        server.recv(1)
        client.close()
        server.recv(1)
        server.close()
    client = socket.socket(proto=IPPROTO_MPTCP)
    client.connect(listener.getsockname())
    connected.append(end_of(client, listener.getsockname()[1]))
    reset_waiting(client, listener)
    accept(listener).close()


def accept32(program):
    """A child accepts by system calls of 32 bits, in each of the ways that there are."""
    listener = listening()
    until_told(listener)
    for way in ("accept4", "socketcall-accept", "socketcall-accept4"):
        client = connect(listener)
        words = [program, str(listener.fileno()), way]
        said = subprocess.run(words, pass_fds=[listener.fileno()], check=True, capture_output=True, text=True).stdout
        end = {"sport": listener.getsockname()[1], "dport": client.getsockname()[1]}
        accepted.append({**json.loads(said), **end})
        client.close()


ROLES = (reset_before_accept, never_accepted, storm, waiting, steady, fast_open, fast_open_completed, mptcp, accept32)
{role.__name__: role for role in ROLES}[sys.argv[1]](*sys.argv[2:])
say("done", connected=connected, accepted=accepted)
