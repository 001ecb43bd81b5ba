"""As much of DNS (RFC 1035) as the benchmark's own client and servers need."""

import ipaddress
import struct

A, CNAME, AAAA, OPT = 1, 5, 28, 41
RESPONSE, TRUNCATED = 0x8180, 0x0200


def encoded(name):
    return b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0"


def query(txid, name, qtype):
    """Recursion desired, with room for 4,096 bytes (RFC 6891)."""
    header = struct.pack(">6H", txid, 0x0100, 1, 0, 0, 1)
    return header + encoded(name) + struct.pack(">2H", qtype, 1) + b"\0" + struct.pack(">2HIH", OPT, 4096, 0, 0)


def response(txid, name, qtype, addresses, ttl=60):
    header = struct.pack(">6H", txid, RESPONSE, 1, len(addresses), 0, 0)
    message = header + encoded(name) + struct.pack(">2H", qtype, 1)
    for address in map(ipaddress.ip_address, addresses):
        packed = address.packed
        message += struct.pack(">3HIH", 0xC00C, A if len(packed) == 4 else AAAA, 1, ttl, len(packed)) + packed
    return message


def name_at(message, at):
    """The name, and the offset behind it; a pointer ends it."""
    labels, end = [], None
    while message[at]:
        if message[at] >= 0xC0:
            end = end or at + 2
            at = struct.unpack_from(">H", message, at)[0] & 0x3FFF
        else:
            labels.append(message[at + 1 : at + 1 + message[at]].decode())
            at += 1 + message[at]
    return ".".join(labels), end or at + 1


def question(message):
    """Transaction id, name, type."""
    name, at = name_at(message, 12)
    return struct.unpack_from(">H", message)[0], name, struct.unpack_from(">H", message, at)[0]


def addresses_in(message):
    count = struct.unpack_from(">H", message, 6)[0]
    at = name_at(message, 12)[1] + 4
    found = []
    for _ in range(count):
        at = name_at(message, at)[1]
        rtype, _, _, size = struct.unpack_from(">2HIH", message, at)
        at += 10
        if rtype in (A, AAAA):
            found.append(str(ipaddress.ip_address(message[at : at + size])))
        at += size
    return found
