"""TCP connections that live and die as told, each end reported with who held it.

usage: lives.py ROLE [ARGUMENT…]; one JSON line for each event, `ready` when it waits for a line on stdin.
"""

import errno
import json
import os
import select
import socket
import sys
import time

SO_COOKIE = 57
TCP_FASTOPEN_CONNECT = 30


def say(kind, sock=None, **more):
    if sock:
        cookie = sock.getsockopt(socket.SOL_SOCKET, SO_COOKIE, 8)
        more["sock"] = str(int.from_bytes(cookie, sys.byteorder))
    line = json.dumps({"kind": kind, "pid": os.getpid(), **more}) + "\n"
    os.write(1, line.encode())


def until_told():
    say("ready")
    sys.stdin.readline()


def receive_all(sock):
    received = 0
    while chunk := sock.recv(65536):
        received += len(chunk)
    return received


def exchange(host, count, sent, answered):
    """`count` connections: a child connects and sends, another process than the one that listens accepts and answers."""
    listener = socket.create_server((host, 0), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=64)
    say("listening", port=listener.getsockname()[1])
    until_told()
    acceptor = os.fork()
    if acceptor == 0:
        for _ in range(int(count)):
            sock, peer = listener.accept()
            received = receive_all(sock)
            sock.sendall(b"a" * int(answered))
            say("accepted", sock, sport=listener.getsockname()[1], dport=peer[1], received=received)
            sock.close()
        os._exit(0)
    for _ in range(int(count)):
        before = time.monotonic()
        sock = socket.create_connection(listener.getsockname()[:2])
        took = time.monotonic() - before
        sport = sock.getsockname()[1]
        sock.sendall(b"s" * int(sent))
        sock.shutdown(socket.SHUT_WR)
        received = receive_all(sock)
        say("connected", sock, sport=sport, dport=listener.getsockname()[1], took_ms=took * 1000, received=received)
        sock.close()
    os.waitpid(acceptor, 0)
    say("done")


def failures(host, port):
    """One connect of each fate. The host answers nothing; 127.0.0.1 refuses."""
    until_told()
    refused = socket.socket()
    reserved = socket.socket()
    reserved.bind(("127.0.0.1", 0))
    error = refused.connect_ex(reserved.getsockname())
    say("refused", refused, dport=reserved.getsockname()[1], errno=errno.errorcode[error])

    cancelled = socket.socket()
    cancelled.setblocking(False)
    cancelled.connect_ex((host, int(port)))
    say("cancelled", cancelled, sport=cancelled.getsockname()[1], dport=int(port))
    cancelled.close()

    timed_out = socket.socket()
    error = timed_out.connect_ex((host, int(port)))
    say("timed_out", timed_out, dport=int(port), errno=errno.errorcode[error])
    say("done")


def ports_used_up(count):
    """Connects to one place until no local port is free; the last one would leave the SYN to its first data."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    target = listener.getsockname()
    until_told()
    held = []
    for i in range(int(count)):
        sock = socket.socket()
        if i == int(count) - 1:
            sock.setsockopt(socket.IPPROTO_TCP, TCP_FASTOPEN_CONNECT, 1)
        error = sock.connect_ex(target)
        held.append(sock)
        say("tried", sock, dport=target[1], errno=errno.errorcode.get(error))
    say("done")


def without_syn(host, forbidden_port):
    """Connects from which no SYN leaves; those to `host` because a rule forbids their local port."""
    listener = socket.create_server(("127.0.0.1", 0))
    there = listener.getsockname()

    def say_tried(kind, sock, address):
        error = errno.errorcode[sock.connect_ex(address)]
        say(kind, sock, sport=sock.getsockname()[1], dport=address[1], errno=error)

    def bound(port):
        sock = socket.socket()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(("127.0.0.1", port))
        return sock

    connected = bound(0)
    connected.connect(there)
    taken = bound(connected.getsockname()[1])
    listened = bound(0)
    listened.listen(1)
    listened.shutdown(socket.SHUT_RDWR)
    closed = bound(0)
    used_before = socket.socket()
    used_before.connect_ex(closed.getsockname())
    until_told()
    with open("/proc/sys/net/ipv4/ip_local_port_range", "w", encoding="ascii") as port_range:
        port_range.write(f"{forbidden_port} {forbidden_port}")
    say_tried("forbidden", socket.socket(), (host, 80))
    say_tried("taken", taken, there)
    blocker = socket.create_server(("127.0.0.1", int(forbidden_port)))
    say_tried("none_free", used_before, there)
    say_tried("listened", listened, there)
    say("done", blocker)


def older():
    """Connections that begin before, and end after, it is told: one open in both directions, one half closed."""
    listener = socket.create_server(("127.0.0.1", 0))
    pairs = []
    for half_closed in (False, True):
        sock = socket.create_connection(listener.getsockname())
        peer, _ = listener.accept()
        sock.sendall(b"o" * 11)
        peer.recv(11)
        if half_closed:
            sock.shutdown(socket.SHUT_WR)
            peer.recv(1)
        pairs.append((sock, peer))
    say("listening", port=listener.getsockname()[1])
    until_told()
    for sock, peer in pairs:
        peer.sendall(b"o" * 2)
        sock.recv(2)
        for end, other, received in ((sock, peer, 2), (peer, sock, 11)):
            say("held", end, sport=end.getsockname()[1], dport=other.getsockname()[1], sent=13 - received, received=received)
        peer.close()
        sock.recv(1)
        sock.close()
    say("done")


def slow():
    """A connect that is not answered before it is told: there is no room in the queue of the listener."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=0)
    first = socket.create_connection(listener.getsockname())
    second = socket.socket()
    second.setblocking(False)
    second.connect_ex(listener.getsockname())
    until_told()
    first_end, _ = listener.accept()
    select.select([], [second], [])
    say("held", second, sport=second.getsockname()[1], dport=listener.getsockname()[1])
    second_end, _ = listener.accept()
    for sock in (first, first_end, second, second_end):
        sock.close()
    say("done")


ROLES = {function.__name__: function for function in (exchange, failures, ports_used_up, without_syn, older, slow)}
ROLES[sys.argv[1]](*sys.argv[2:])
