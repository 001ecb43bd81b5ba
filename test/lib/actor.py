"""One process of a scenario: connects, accepts, closes and asks DNS servers, one order after the other.

usage: actor.py NAME; the kernel shows NAME as the process's name. First it says `hello`, with the ports where it listens;
each line on stdin is an order, `do` naming a method of Actor and the rest its arguments; each is answered by
a line `done` with what a tracer should have seen of it.
"""

import ctypes
import json
import os
import select
import socket
import struct
import sys
import time

from resolver import header, question
from workload import PR_SET_NAME, libc, say, text_of

TCP_CLOSE = 7  # include/net/tcp_states.h
# An answer that is older than this is shown with its age by tcpconnect -d, in seconds.
OLD_ANSWER = 0.1


class Connection:
    """A socket, and its ends as they were while it had them."""

    def __init__(self, sock, local, peer, connected=True, blocking=True):
        self.sock, self.connected, self.blocking = sock, connected, blocking
        self.ends = {
            "saddr": text_of(local[0]),
            "sport": local[1],
            "daddr": text_of(peer[0]),
            "dport": peer[1],
            "mapped": peer[0].startswith("::ffff:"),
        }

    def event(self, kind, **more):
        return {"type": kind, **self.ends, "connected": self.connected, "blocking": self.blocking, **more}


def listener(family, address):
    sock = socket.socket(family)
    if family == socket.AF_INET6:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    sock.bind((address, 0))
    sock.listen(64)
    return sock


class Actor:
    def __init__(self):
        self.listeners = {
            "v4": listener(socket.AF_INET, "127.0.0.1"),
            "v6": listener(socket.AF_INET6, "::1"),
            "dual": listener(socket.AF_INET6, "::"),
            "deaf": listener(socket.AF_INET, "127.0.0.1"),  # for what nobody is to accept
        }
        self.closed = socket.socket()  # bound, so that nobody else takes the port; not listening
        self.closed.bind(("", 0))
        self.connections = {}
        self.answers = {}

    def ports(self):
        ports = {name: sock.getsockname()[1] for name, sock in self.listeners.items()}
        return {**ports, "closed": self.closed.getsockname()[1]}

    def attempt(self, sock, target, blocking):
        sock.setblocking(blocking)
        error = sock.connect_ex(target)
        if not blocking:
            select.select([], [sock], [])
            error = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        return error

    def connected(self, connection):
        return connection.event("connect", name=self.answers.get(connection.ends["daddr"]))

    def connect(self, label, to, blocking=True):
        sock = socket.socket(socket.AF_INET6 if ":" in to[0] else socket.AF_INET)
        assert self.attempt(sock, tuple(to), blocking) == 0
        connection = self.connections[label] = Connection(sock, sock.getsockname(), to, blocking=blocking)
        return [self.connected(connection), connection.event("established")]

    def refuse(self, label, to, blocking=True):
        """Connects to a closed port, from an end that is bound, as a refused socket forgets what connect() chose."""
        sock = socket.socket(socket.AF_INET6 if ":" in to[0] else socket.AF_INET)
        sock.bind((to[0], 0))
        local = sock.getsockname()
        assert self.attempt(sock, tuple(to), blocking) != 0
        connection = self.connections[label] = Connection(sock, local, to, connected=False, blocking=blocking)
        return [self.connected(connection)]

    def accept(self, label, on):
        sock, peer = self.listeners[on].accept()
        connection = self.connections[label] = Connection(sock, sock.getsockname(), peer)
        state = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0]
        return [connection.event("accept", over=state == TCP_CLOSE)]

    def close(self, label):
        connection = self.connections.pop(label)
        connection.sock.close()
        return [connection.event("release")]

    def reset(self, label):
        self.connections[label].sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return self.close(label)

    def shut_down(self, label):
        self.connections[label].sock.shutdown(socket.SHUT_RDWR)
        return []

    def disconnect(self, label):
        """A socket without a peer is nothing that could be released."""
        connection = self.connections.pop(label)
        assert libc.connect(connection.sock.fileno(), struct.pack("H14x", socket.AF_UNSPEC), 16) == 0
        connection.sock.close()
        return []

    def duplicate(self, label):
        """One descriptor of two is closed: the connection is still held."""
        connection = self.connections[label]
        sock = connection.sock.dup()
        connection.sock.close()
        connection.sock = sock
        return []

    def bequeath(self, label):
        """A child inherits the connection, and ends as the last that holds it."""
        connection = self.connections.pop(label)
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            os.read(reader, 1)
            os._exit(0)
        connection.sock.close()
        os.close(reader)
        os.write(writer, b"x")
        os.close(writer)
        os.waitpid(child, 0)
        return [connection.event("release", pid=child, ending=True)]

    def forget(self):
        """Tools that begin now have seen no answers either."""
        self.answers.clear()
        return []

    def resolve(self, name, family):
        """Through the C library, which asks with a connected socket."""
        found = socket.getaddrinfo(name, None, socket.AddressFamily(family), socket.SOCK_STREAM)
        self.remember(name, {target[0] for *_, target in found})
        return []

    def ask(self, name, server, address):
        """With a socket that is not connected; the address is what the server is known to answer."""
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.settimeout(10)
        sock.sendto(header(4711, 0x0100) + question(name, 1), (server, 53))
        assert socket.inet_aton(address) in sock.recvfrom(512)[0]
        sock.close()
        self.remember(name, [address])
        return []

    def remember(self, name, addresses):
        self.answers.update(dict.fromkeys(addresses, name))
        time.sleep(1.5 * OLD_ANSWER)


def main():
    libc.prctl(PR_SET_NAME, ctypes.c_char_p(sys.argv[1].encode()), 0, 0, 0)
    actor = Actor()
    say("hello", ports=actor.ports())
    for line in sys.stdin:
        order = json.loads(line)
        work = order.pop("do")
        say("done", events=getattr(actor, work)(**order))


main()
