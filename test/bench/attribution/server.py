"""A DNS server that answers from the question itself, truly or not. usage: server.py ADDRESS OTHER_ADDRESS

The name holds addresses in hexadecimal and what to do with them:
  ADDRESS.plain.example            answers it
  ADDRESS.FORGED.KIND.example      answers ADDRESS, and lies that the name has the address FORGED, as
    wrong-id wrong-port wrong-server   before the true answer, from or with what its name says
    wrong-name                         before it, and of the name evil.example
    late                               after it, but otherwise as if it were true
  ANYTHING.flood.example           answers about 4 KiB of addresses that nobody had before
"""

import ipaddress
import itertools
import socket
import sys

import dns

FLOOD_ADDRESSES = 140
FLOOD_NETWORK = int(ipaddress.ip_address("2001:db8:f000::"))
fresh = itertools.count(FLOOD_NETWORK)


def udp(address, port):
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind((address, port))
    return sock


address, other_address = sys.argv[1:]
server, other_port, other_server = udp(address, 53), udp(address, 5300), udp(other_address, 53)
print("listening", flush=True)
while True:
    message, client = server.recvfrom(4096)
    txid, name, qtype = dns.question(message)
    *labels, kind, _ = name.split(".")
    if kind == "flood":
        flood = [str(ipaddress.ip_address(next(fresh))) for _ in range(FLOOD_ADDRESSES)]
        server.sendto(dns.response(txid, name, qtype, flood), client)
        continue
    true, *forged = [ipaddress.ip_address(bytes.fromhex(part)) for part in labels]
    lie = dns.response(txid, name, qtype, forged)
    if kind == "wrong-id":
        server.sendto(dns.response(txid ^ 1, name, qtype, forged), client)
    elif kind == "wrong-port":
        other_port.sendto(lie, client)
    elif kind == "wrong-server":
        other_server.sendto(lie, client)
    elif kind == "wrong-name":
        server.sendto(dns.response(txid, "evil.example", qtype, forged), client)
    server.sendto(dns.response(txid, name, qtype, [true]), client)
    if kind == "late":
        server.sendto(lie, client)
