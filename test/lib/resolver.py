"""Asks DNS servers and connects, as told by JSON lines on stdin; one JSON line for each with who asked.

{"ask": NAME, "type": NUMBER, "server": ADDRESS, "server_port": PORT (53), "connected": BOOL, "receive": "recv|recvfrom|recvmsg|recvmmsg|recv_into"}
{"ask_tcp": NAME, "server": ADDRESS}
{"resolve": NAME, "port": PORT}    through the C library; connects to each address it gives
{"forge": NAME}                    answers to a query of its own that nobody should believe, and then the true one
{"junk": COUNT}                    sends itself responses whose counts cannot be
{"segmented": COUNT}               sends so many queries as one packet, and answers them one by one
{"coalesced": COUNT}               answers to so many queries of its own, which a socket with UDP_GRO receives as one
{"listen_raw": true}               opens a raw socket, which receives what others receive, too
{"open": NAME}                     makes a socket that the next three use, and a server that it is connected to
{"query": ID, "child": BOOL}       sends a query for that name, a child of this process if it is to
{"unanswered": COUNT}              sends so many queries at some 6,000 a second, ids from 1 on
{"answer": [ID, ...]}              has the server answer, as often as an id is named
"""

import ctypes
import json
import os
import select
import socket
import sys
import time

from workload import SO_COOKIE, in_child, libc, say

OPT = b"\0\0\x29\x10\0\0\0\0\0\0\0"  # EDNS, up to 4,096 bytes (RFC 6891)


def header(txid, flags, answers=0, additionals=0):
    return b"".join(n.to_bytes(2, "big") for n in (txid, flags, 1, answers, 0, additionals))


def question(name, qtype):
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    return labels + b"\0" + qtype.to_bytes(2, "big") + b"\0\1"


def response(txid, name, address):
    answer = b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4" + socket.inet_aton(address)
    return header(txid, 0x8180, answers=1) + question(name, 1) + answer


def cookie(sock):
    return str(int.from_bytes(sock.getsockopt(socket.SOL_SOCKET, SO_COOKIE, 8), sys.byteorder))


def received(sock, how):
    """Bytes of one message, by any of the ways to receive."""
    room = bytearray(65535)
    if how == "recv":
        return len(sock.recv(65535))
    if how == "recvfrom":
        return len(sock.recvfrom(65535)[0])
    if how == "recvmsg":
        return sock.recvmsg_into([room])[0]
    if how == "recvmmsg":
        return received_by_recvmmsg(sock, room)
    return sock.recv_into(room)


class IoVec(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]


class MmsgHdr(ctypes.Structure):
    """struct mmsghdr, recvmmsg(2), with its struct msghdr."""

    _fields_ = [
        ("name", ctypes.c_void_p),
        ("name_length", ctypes.c_uint32),
        ("iov", ctypes.POINTER(IoVec)),
        ("iov_count", ctypes.c_size_t),
        ("control", ctypes.c_void_p),
        ("control_length", ctypes.c_size_t),
        ("flags", ctypes.c_int),
        ("received", ctypes.c_uint),
    ]


def received_by_recvmmsg(sock, room):
    select.select([sock], [], [], 10)
    place = IoVec(ctypes.addressof((ctypes.c_char * len(room)).from_buffer(room)), len(room))
    message = MmsgHdr(iov=ctypes.pointer(place), iov_count=1)
    if libc.recvmmsg(sock.fileno(), ctypes.byref(message), 1, 0, None) != 1:
        raise OSError("recvmmsg")
    return message.received


def ask(order):
    server = (order["server"], order.get("server_port", 53))
    sock = socket.socket(socket.AF_INET6 if ":" in order["server"] else socket.AF_INET, socket.SOCK_DGRAM)
    sock.settimeout(10)
    txid = int.from_bytes(os.urandom(2), "big")
    query = header(txid, 0x0100, additionals=1) + question(order["ask"], order["type"]) + OPT
    if order["connected"]:
        sock.connect(server)
        sock.send(query)
    else:
        sock.sendto(query, server)
    say("asked", txid=txid, bytes=received(sock, order["receive"]), sock=cookie(sock))


def ask_tcp(order):
    txid = int.from_bytes(os.urandom(2), "big")
    query = header(txid, 0x0100, additionals=1) + question(order["ask_tcp"], 1) + OPT
    with socket.create_connection((order["server"], 53), timeout=10) as sock, sock.makefile("rwb") as stream:
        stream.write(len(query).to_bytes(2, "big") + query)
        stream.flush()
        answer = stream.read(int.from_bytes(stream.read(2), "big"))
        say("asked", txid=txid, bytes=len(answer), sock=cookie(sock))


def resolve(order):
    found = socket.getaddrinfo(order["resolve"], order["port"], type=socket.SOCK_STREAM)
    for family, kind, protocol, _, target in found:
        sock = socket.socket(family, kind, protocol)
        sock.connect_ex(target)
        sock.close()
    say("resolved", addresses=[target[0] for *_, target in found])


def forge(order):
    """Each forgery differs from the true answer in one thing: server, port, id or question; the last repeats the true one."""
    name, port = order["forge"], 53
    client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    client.bind(("127.0.0.1", 0))
    ends = {}
    for end in (("127.0.0.4", 53), ("127.0.0.5", 53), ("127.0.0.4", 5353)):
        ends[end] = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        ends[end].bind(end)
    true_end = ends["127.0.0.4", port]
    txid = 4711
    client.sendto(header(txid, 0x0100) + question(name, 1), ("127.0.0.4", port))
    true_end.recv(512)
    to = client.getsockname()
    ends["127.0.0.5", 53].sendto(response(txid, name, "127.0.0.66"), to)
    ends["127.0.0.4", 5353].sendto(response(txid, name, "127.0.0.67"), to)
    true_end.sendto(response(txid + 1, name, "127.0.0.68"), to)
    true_end.sendto(response(txid, "other." + name, "127.0.0.69"), to)
    true_end.sendto(response(txid, name, "127.0.0.9"), to)
    true_end.sendto(response(txid, name, "127.0.0.70"), to)
    for _ in range(6):
        client.recv(512)
    say("forged", txid=txid, sock=cookie(client))


def junk(order):
    server, client = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
    server.bind(("127.0.0.4", 53))
    client.bind(("127.0.0.1", 0))
    for txid in range(order["junk"]):
        server.sendto(header(txid % 65536, 0x8180, answers=65535), client.getsockname())
        client.recv(512)
    say("sent", sock=cookie(client))


UDP_SEGMENT, UDP_GRO = 103, 104
RAW_SOCKETS = []  # open as long as this runs


def coalesced(order):
    server, client = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
    server.bind(("127.0.0.4", 53))
    client.setsockopt(socket.IPPROTO_UDP, UDP_GRO, 1)
    client.bind(("127.0.0.1", 0))
    for txid in range(order["coalesced"]):
        client.sendto(header(txid, 0x0100) + question("gro.test", 1), server.getsockname())
        server.recv(512)
    answers = [response(txid, "gro.test", "127.0.0.9") for txid in range(order["coalesced"])]
    server.setsockopt(socket.IPPROTO_UDP, UDP_SEGMENT, len(answers[0]))
    server.sendto(b"".join(answers), client.getsockname())
    say("received", bytes=len(client.recv(65535)), sock=cookie(client))


def segmented(order):
    server, client = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
    server.bind(("127.0.0.4", 53))
    client.bind(("127.0.0.1", 0))
    queries = [header(txid, 0x0100) + question("gso.test", 1) for txid in range(order["segmented"])]
    client.setsockopt(socket.IPPROTO_UDP, UDP_SEGMENT, len(queries[0]))
    client.sendto(b"".join(queries), server.getsockname())
    for txid in range(order["segmented"]):
        server.recv(512)
        server.sendto(response(txid, "gso.test", "127.0.0.9"), client.getsockname())
        client.recv(512)
    say("received", sock=cookie(client))


def listen_raw(order):
    RAW_SOCKETS.append(socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_UDP))
    say("listening")


class Shared:
    """A socket that several processes ask on, and the server."""

    def __init__(self, name):
        self.name = name
        self.server, self.client = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
        self.server.bind(("127.0.0.6", 53))
        self.client.bind(("127.0.0.1", 0))
        self.client.connect(self.server.getsockname())

    def query(self, order):
        txid = order["query"]

        def send():
            self.client.send(header(txid, 0x0100) + question(self.name, 1))
            say("asked", txid=txid, sock=cookie(self.client))

        in_child(send) if order["child"] else send()
        self.server.recv(512)

    def unanswered(self, order):
        for txid in range(1, order["unanswered"] + 1):
            self.client.send(header(txid, 0x0100) + question(self.name, 1))
            self.server.recv(512)
            time.sleep(0.0001)
        say("asked", sock=cookie(self.client))

    def answer(self, order):
        for txid in order["answer"]:
            self.server.sendto(response(txid, self.name, "127.0.0.9"), self.client.getsockname())
            self.client.recv(512)
        say("answered", sock=cookie(self.client))


def open_shared(order):
    shared = Shared(order["open"])
    ORDERS.update(query=shared.query, unanswered=shared.unanswered, answer=shared.answer)
    say("opened", sock=cookie(shared.client))


ORDERS = {
    "ask": ask,
    "ask_tcp": ask_tcp,
    "resolve": resolve,
    "forge": forge,
    "junk": junk,
    "coalesced": coalesced,
    "segmented": segmented,
    "listen_raw": listen_raw,
    "open": open_shared,
}


def main():
    say("hello")
    for line in sys.stdin:
        order = json.loads(line)
        ORDERS[next(iter(order))](order)


if __name__ == "__main__":
    main()
