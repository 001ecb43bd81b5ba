"""TCP connections that are let go of in many ways; for each the rows that tcptracer owes, in the order in which things happen.

usage: closes.py; it waits for a line on stdin. Rows are [type, pid, saddr, daddr, sport, dport].
"""

import ctypes
import json
import os
import select
import socket
import struct
import sys

AF_UNSPEC = 0
IPPROTO_MPTCP = 262
rows = []


def say(kind, **more):
    os.write(1, (json.dumps({"kind": kind, "pid": os.getpid(), **more}) + "\n").encode())


def text_of(address):
    return address.removeprefix("::ffff:")


def ends(sock):
    local, peer = sock.getsockname(), sock.getpeername()
    return [text_of(local[0]), text_of(peer[0]), local[1], peer[1]]


def row(kind, end, pid=None):
    rows.append([kind, pid or os.getpid(), *end])


def pair(listener, protocol=0):
    """A connection with both its ends here."""
    client = socket.socket(listener.family, proto=protocol)
    client.connect(listener.getsockname()[:2])
    row("C", ends(client))
    server, _ = listener.accept()
    row("A", ends(server))
    return client, server


def close(sock):
    row("X", ends(sock))
    sock.close()


def both_ways(listener, protocol=0):
    for first in (0, 1):
        sockets = pair(listener, protocol)
        close(sockets[first])
        row("X", ends(sockets[1 - first]))
        sockets[1 - first].close()


def after_reset(listener, protocol=0):
    client, server = pair(listener, protocol)
    of_client = ends(client)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    close(server)
    select.select([client], [], [])
    row("X", of_client)
    client.close()


def reset_before_accept(listener):
    client = socket.socket()
    client.connect(listener.getsockname())
    row("C", ends(client))
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    of_client = ends(client)
    row("X", of_client)
    client.close()
    server, _ = listener.accept()
    saddr, daddr, sport, dport = of_client
    of_server = [daddr, saddr, dport, sport]
    row("A", of_server)
    row("X", of_server)
    server.close()


def last_descriptor(listener):
    client, server = pair(listener)
    other = client.dup()
    client.close()
    close(server)
    row("X", ends(other))
    other.close()


def shut_down(listener):
    client, server = pair(listener)
    of_client = ends(client)
    client.shutdown(socket.SHUT_RDWR)
    close(server)
    row("X", of_client)
    client.close()


def end_of_process(listener):
    """A child that inherited a connection is the last to hold it, and ends without closing."""
    client, server = pair(listener)
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.read(reader, 1)
        os._exit(0)
    of_client = ends(client)
    client.close()
    os.write(writer, b"x")
    row("X", of_client, child)
    server_end = ends(server)
    os.waitpid(child, 0)
    # The child held the accepted end as well; it is released here at last.
    row("X", server_end)
    server.close()
    os.close(reader)
    os.close(writer)
    return child


def never_connected(_listener, protocol=0):
    reserved = socket.socket()  # bound and not listening
    reserved.bind(("127.0.0.1", 0))
    for blocking in (True, False):
        sock = socket.socket(proto=protocol)
        sock.setblocking(blocking)
        sock.connect_ex(reserved.getsockname())
        if not blocking:
            select.select([], [sock], [])
            sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        sock.close()
    reserved.close()
    socket.socket(proto=protocol).close()


def mptcp(_listener):
    if not os.path.exists("/proc/sys/net/mptcp"):
        return
    never_connected(None, IPPROTO_MPTCP)
    listener = socket.socket(proto=IPPROTO_MPTCP)
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    for end in (both_ways, after_reset):
        end(listener, IPPROTO_MPTCP)
    listener.close()


def disconnected(listener):
    client, server = pair(listener)
    of_server = ends(server)
    ctypes.CDLL(None).connect(client.fileno(), struct.pack("H14x", AF_UNSPEC), 16)
    client.close()
    row("X", of_server)
    server.close()


def never_accepted(_listener):
    listener = socket.create_server(("127.0.0.1", 0))
    client = socket.create_connection(listener.getsockname())
    row("C", ends(client))
    of_client = ends(client)
    listener.close()
    row("X", of_client)
    client.close()


def mapped(listener):
    client = socket.socket(socket.AF_INET6)
    client.connect(("::ffff:127.0.0.1", listener.getsockname()[1]))
    row("C", ends(client))
    server, _ = listener.accept()
    row("A", ends(server))
    close(client)
    close(server)


def ipv6(_listener):
    listener = socket.create_server(("::1", 0), family=socket.AF_INET6)
    client, server = pair(listener)
    close(client)
    close(server)
    listener.close()


def main():
    listener = socket.create_server(("127.0.0.1", 0))
    old_client, old_server = pair(listener)
    rows.clear()
    say("ready")
    sys.stdin.readline()
    close(old_client)
    close(old_server)
    children = []
    for work in (
        both_ways,
        after_reset,
        reset_before_accept,
        last_descriptor,
        shut_down,
        never_connected,
        disconnected,
        never_accepted,
        mapped,
        ipv6,
        mptcp,
    ):
        work(listener)
    children.append(end_of_process(listener))
    say("done", rows=rows, pids=[os.getpid(), *children], netns=os.stat("/proc/self/ns/net").st_ino)


main()
