"""A resolver daemon: answers on a port, UDP and TCP, what another server answers it over UDP; without one, 127.0.0.66.

usage: forwarder.py ADDRESS [SERVER [PORT]], another port than 53
"""

import socket
import sys
import threading

from resolver import header
from workload import say

ADDRESS = sys.argv[1]
SERVER = sys.argv[2] if len(sys.argv) > 2 else None
PORT = int(sys.argv[3]) if len(sys.argv) > 3 else 53


def invented(query):
    """The question of resolver.py's queries ends where its OPT record begins."""
    answer = b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4" + socket.inet_aton("127.0.0.66")
    return query[:2] + header(0, 0x8180, answers=1)[2:] + query[12:-11] + answer


def answer_to(query):
    if not SERVER:
        return invented(query)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as upstream:
        upstream.settimeout(10)
        upstream.connect((SERVER, 53))
        upstream.send(query)
        return upstream.recv(65535)


def serve_tcp(listener):
    while True:
        client, _ = listener.accept()
        with client, client.makefile("rwb") as stream:
            answer = answer_to(stream.read(int.from_bytes(stream.read(2), "big")))
            stream.write(len(answer).to_bytes(2, "big") + answer)


def main():
    listener = socket.create_server((ADDRESS, PORT))
    threading.Thread(target=serve_tcp, args=(listener,), daemon=True).start()
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind((ADDRESS, PORT))
    say("listening")
    while True:
        query, client = sock.recvfrom(65535)
        sock.sendto(answer_to(query), client)


if __name__ == "__main__":
    main()
