"""A DNS server over TCP whose segments leave as they are told to, and its client, in a network namespace of their own.

For each JSON line {"messages": COUNT, "pieces": [[FROM, TO]…]} on stdin the client asks for m0.test, m1.test… on one
connection, and of the stream with their answers these pieces are sent, in this order; TO is null for the end. With
"forged": true segments come first that no TCP takes: a SYN, and answers with numbers far off.
The server is this program at the other end of a TUN device, so that the kernel has no say in what it sends.
"""

import fcntl
import json
import os
import select
import socket
import struct
import subprocess
import sys

from resolver import cookie, header, question, response
from workload import say

TUNSETIFF = 0x400454CA
IFF_TUN_NO_PI = 0x1001
CLIENT, SERVER = "10.8.0.1", "10.8.0.2"
SYN, RST, ACK = 2, 4, 16
FIRST_SEQ = 0xFFFFFFC0  # numbers wrap within the first answers


def checksum(data):
    words = struct.unpack(f">{len(data) // 2}H", data)
    total = sum(words)
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return total ^ 0xFFFF


def packet(port, seq, ack, flags, data=b""):
    ends = socket.inet_aton(SERVER) + socket.inet_aton(CLIENT)
    size = 20 + len(data)

    def tcp(check):
        return struct.pack(">2H2I2B3H", 53, port, seq % 2**32, ack % 2**32, 5 << 4, flags, 65535, check, 0) + data

    pseudo = ends + struct.pack(">2H", socket.IPPROTO_TCP, size)
    segment = tcp(checksum(pseudo + tcp(0) + b"\0" * (size % 2)))

    def ip(check):
        return struct.pack(">2B3H2BH", 0x45, 0, 20 + size, 0, 0x4000, 64, socket.IPPROTO_TCP, check) + ends

    return ip(checksum(ip(0))) + segment


class Peer:
    def __init__(self):
        self.tun = os.open("/dev/net/tun", os.O_RDWR)
        fcntl.ioctl(self.tun, TUNSETIFF, struct.pack("16sH14x", b"peer0", IFF_TUN_NO_PI))
        for command in (f"address add {CLIENT}/24 dev peer0", "link set peer0 up"):
            subprocess.run(["ip", *command.split()], check=True)

    def next_segment(self):
        """Port, number behind what it holds, flags and data of the next segment from the client."""
        while True:
            if not select.select([self.tun], [], [], 10)[0]:
                raise TimeoutError("no segment from the client")
            data = os.read(self.tun, 65536)
            if data[0] == 0x45 and data[9] == socket.IPPROTO_TCP:
                break
        port, _, seq, _, offset, flags = struct.unpack_from(">2H2I2B", data, 20)
        payload = data[20 + (offset >> 4) * 4 :]
        return port, seq + len(payload) + bool(flags & SYN), flags, payload

    def forge(self, port, ack):
        data = framed(response(0, "m0.test", "203.0.113.66"))
        far = 1 << 28
        os.write(self.tun, packet(port, FIRST_SEQ + far, ack, SYN))
        os.write(self.tun, packet(port, FIRST_SEQ + far, ack, SYN | ACK))
        os.write(self.tun, packet(port, FIRST_SEQ + far + 1, ack, ACK, data))
        os.write(self.tun, packet(port, FIRST_SEQ + 1, ack + far, ACK, data))
        os.write(self.tun, packet(port, FIRST_SEQ + 1, ack - far, ACK, data))

    def converse(self, client, queries, pieces, stream, forged):
        client.setblocking(False)
        client.connect_ex((SERVER, 53))
        flags = 0
        while not flags & SYN:  # what is left of the last conversation comes first
            port, ack, flags, _ = self.next_segment()
        os.write(self.tun, packet(port, FIRST_SEQ, ack, SYN | ACK))
        self.next_segment()
        client.setblocking(True)
        client.sendall(queries)
        asked = b""
        while len(asked) < len(queries):
            _, ack, _, data = self.next_segment()
            asked += data
        if forged:
            self.forge(port, ack)
        for start, end in pieces:
            os.write(self.tun, packet(port, FIRST_SEQ + 1 + start, ack, ACK, stream[start:end]))
            self.next_segment()  # it acknowledges, so it has seen this one
        os.write(self.tun, packet(port, FIRST_SEQ + 1, ack, RST | ACK))


def framed(message):
    return len(message).to_bytes(2, "big") + message


def main():
    peer = Peer()
    say("hello")
    for line in sys.stdin:
        order = json.loads(line)
        names = [f"m{i}.test" for i in range(order["messages"])]
        queries = b"".join(framed(header(i, 0x0100) + question(name, 1)) for i, name in enumerate(names))
        stream = b"".join(framed(response(i, name, f"192.0.2.{i + 1}")) for i, name in enumerate(names))
        with socket.socket() as client:
            peer.converse(client, queries, order["pieces"], stream, order.get("forged", False))
            say("conversed", sock=cookie(client))


if __name__ == "__main__":
    main()
