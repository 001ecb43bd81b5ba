"""A resolver daemon with a cache: answers queries on port 53, and programs of any namespace through a Unix socket.

usage: daemon.py ADDRESS SERVER PATH
"""

import functools
import json
import random
import socket
import sys
import threading

import dns

address, upstream, path = sys.argv[1:]


@functools.cache
def resolved(name, qtype):
    txid = random.getrandbits(16)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.connect((upstream, 53))
        sock.settimeout(10)
        sock.send(dns.query(txid, name, qtype))
        return dns.addresses_in(sock.recv(65535))


def serve_udp(sock):
    while True:
        message, client = sock.recvfrom(4096)
        txid, name, qtype = dns.question(message)
        sock.sendto(dns.response(txid, name, qtype, resolved(name, qtype)), client)


port = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
port.bind((address, 53))
threading.Thread(target=serve_udp, args=(port,), daemon=True).start()
listener = socket.socket(socket.AF_UNIX)
listener.bind(path)
listener.listen(64)
print("listening", flush=True)
while True:
    client, _ = listener.accept()
    with client:
        name = client.makefile().read()
        client.sendall(json.dumps(resolved(name, dns.A) + resolved(name, dns.AAAA)).encode())
