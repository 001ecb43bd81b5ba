"""A process that asks for names and connects, and says of each connect under which name it really made it.

usage: workload.py PORT STEPS, the steps as JSON:
  ["ask", NAME, HOW]        HOW: "glibc", "child" (glibc in a child process), "udp ADDRESS" or "unix PATH"
  ["connect", NAME, WHICH]  of the addresses found: "first", "any" or "each"
  ["literal", ADDRESS] or ["literal", ADDRESS, PORT]
  ["sleep", FROM_MS, TO_MS] anything between
  ["wait"]                  until a line comes on stdin
"""

import ipaddress
import json
import os
import random
import socket
import sys
import time

import dns

default_port = int(sys.argv[1])
found = {}
open_sockets = []  # as resolvers with a long life have them: what comes too late still reaches one


def say(**line):
    os.write(1, (json.dumps({"pid": os.getpid(), **line}) + "\n").encode())


def glibc(name):
    return [info[4][0] for info in socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)]


def child(name):
    reader, writer = os.pipe()
    if os.fork() == 0:
        os.write(writer, json.dumps(glibc(name)).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as answer:
        addresses = json.load(answer)
    os.wait()
    return addresses


def udp(name, server):
    """Believes only the answer to its own question, as it should; the others reach its socket all the same."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.settimeout(10)
    open_sockets.append(sock)
    qtype = dns.AAAA if name.startswith("20010db8") or ".flood." in name else dns.A
    asked = (random.getrandbits(16), name, qtype)
    sock.sendto(dns.query(*asked), (server, 53))
    while True:
        message, peer = sock.recvfrom(65535)
        if peer == (server, 53) and dns.question(message) == asked:
            return dns.addresses_in(message)


def unix(name, path):
    """As a C library asks a daemon that resolves for it."""
    with socket.socket(socket.AF_UNIX) as sock:
        sock.connect(path)
        sock.sendall(name.encode())
        sock.shutdown(socket.SHUT_WR)
        return json.loads(sock.makefile().read())


def connect(address, name, port=default_port):
    family = socket.AF_INET6 if ipaddress.ip_address(address).version == 6 else socket.AF_INET
    with socket.socket(family) as sock:
        sock.connect((address, port))
        saddr, sport = sock.getsockname()[:2]
        say(kind="connect", saddr=saddr, sport=sport, daddr=address, dport=port, name=name)


def ask(name, how):
    function, _, argument = how.partition(" ")
    resolve = {"glibc": glibc, "child": child, "udp": udp, "unix": unix}[function]
    found[name] = resolve(name, argument) if argument else resolve(name)


def connect_by_name(name, which):
    addresses = found[name]
    chosen = {"first": addresses[:1], "any": [random.choice(addresses)], "each": addresses}[which]
    for address in chosen:
        connect(address, name)


def literal(address, *port):
    connect(address, None, *port)


def sleep(from_ms, to_ms):
    time.sleep(random.uniform(from_ms, to_ms) / 1000)


def wait():
    say(kind="waiting")
    sys.stdin.readline()


STEPS = {"ask": ask, "connect": connect_by_name, "literal": literal, "sleep": sleep, "wait": wait}
for step, *arguments in json.loads(sys.argv[2]):
    STEPS[step](*arguments)
