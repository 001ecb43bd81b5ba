#!/usr/bin/env bash
# Records packages/setup/sample.ndjson, which `npm start` shows where the kernel cannot be traced and on which the
# README's examples run: real commands between two network namespaces that exist only while this runs. Needs root.
set -euo pipefail
cd "$(dirname "$0")/.."
sample=packages/setup/sample.ndjson
work=$(mktemp -d)

finish() {
  trap - EXIT INT TERM
  # shellcheck disable=SC2046
  kill $(jobs -p) 2>/dev/null || true
  wait 2>/dev/null || true
  ip netns del tcppipe-client 2>/dev/null || true
  ip netns del tcppipe-server 2>/dev/null || true
  rm -rf "$work" /etc/netns/tcppipe-client
  rmdir /etc/netns 2>/dev/null || true
}
trap finish EXIT INT TERM

wait_for() { # condition…
  for _ in $(seq 100); do "$@" >/dev/null 2>&1 && return; sleep 0.1; done
  echo "record-sample: gave up waiting for: $*" >&2
  exit 1
}

ip netns add tcppipe-client
ip netns add tcppipe-server
ip link add name client0 netns tcppipe-client type veth peer name server0 netns tcppipe-server
client() { ip netns exec tcppipe-client "$@"; }
server() { ip netns exec tcppipe-server "$@"; }
client ip link set lo up
client ip address add 192.0.2.10/24 dev client0
client ip address add 2001:db8::10/64 dev client0 nodad
client ip link set client0 up
client ip route add default via 192.0.2.1
client ip -6 route add default via 2001:db8::1
server ip link set lo up
server ip address add 192.0.2.1/24 dev server0
server ip address add 2001:db8::1/64 dev server0 nodad
server ip link set server0 up
for address in 192.0.2.53 198.51.100.7 198.51.100.8 203.0.113.20; do server ip address add $address/32 dev lo; done
server ip address add 2001:db8:1::7/128 dev lo nodad
mkdir -p /etc/netns/tcppipe-client
echo 'nameserver 192.0.2.53' >/etc/netns/tcppipe-client/resolv.conf

server dnsmasq --no-daemon --no-resolv --no-hosts --listen-address=192.0.2.53 --bind-interfaces --local-ttl=60 \
  --pid-file="$work/dnsmasq.pid" --local=/#/ \
  --address=/api.example.com/198.51.100.7 --address=/api.example.com/2001:db8:1::7 \
  --host-record=edge.example.net,198.51.100.8 --cname=www.example.org,edge.example.net \
  --host-record=db.internal.example,203.0.113.20 >/dev/null 2>&1 &
server python3 - <<'PY' &
import socket, threading
def serve(address, port):
    s = socket.socket(socket.AF_INET6 if ':' in address else socket.AF_INET)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind((address, port)); s.listen(64)
    while True:
        c, _ = s.accept(); c.recv(4096)
        c.sendall(b'HTTP/1.0 200 OK\r\nContent-Length: 6\r\n\r\nhello\n'); c.close()
for address, port in [('198.51.100.7', 80), ('2001:db8:1::7', 80), ('198.51.100.8', 80), ('203.0.113.20', 5432)]:
    threading.Thread(target=serve, args=(address, port)).start()
PY
wait_for client bash -c 'exec 3<>/dev/tcp/203.0.113.20/5432'
wait_for client bash -c 'exec 3<>/dev/tcp/2001:db8:1::7/80'
wait_for client getent hosts db.internal.example

netns=$(ip netns exec tcppipe-client stat -Lc %i /proc/self/ns/net)
node packages/dnssource/dist/bin.js --ready -N "$netns" >"$work/dns" &
dns=$!
node packages/tcpsource/dist/bin.js --ready -e all -N "$netns" >"$work/tcp" &
tcp=$!
wait_for grep -q ready "$work/dns"
wait_for grep -q ready "$work/tcp"

client curl -s http://api.example.com/v1/status >/dev/null
client curl -s http://www.example.org/ >/dev/null
client python3 -c 'import urllib.request as u; [u.urlopen("http://api.example.com/v1/items/%d" % i).read() for i in range(3)]'
client curl -4 -s http://api.example.com/v1/orders >/dev/null
client python3 -c 'import socket; s = socket.create_connection(("db.internal.example", 5432)); s.sendall(b"x" * 512); s.recv(64)'
client curl -s http://198.51.100.8/literal >/dev/null
client curl -s http://www.example.org:8080/ || true
client getent hosts nosuchname.example || true
client python3 -c 'import socket; s = socket.socket(); s.settimeout(.2)
try: s.connect(("203.0.113.99", 443))
except OSError: pass'

kill -INT $dns $tcp
wait $dns $tcp
# Which machine it was is nobody's concern.
node --input-type=module - "$work/tcp" "$work/dns" >"$sample" <<'JS'
import { readFileSync } from 'node:fs';
const lines = process.argv.slice(2).flatMap(file => readFileSync(file, 'utf8').trim().split('\n'));
const told = line => {
  const { host, boot_id, kernel } = JSON.parse(line);
  if (host === undefined) return line;
  return line
    .replace(JSON.stringify(host), '"example"')
    .replace(boot_id, '00000000-0000-4000-8000-000000000000')
    .replace(kernel, kernel.replace(/[-+].*/, ''));
};
const time = line => JSON.parse(line).mono_us;
for (const [, line] of lines.map(line => [time(line), told(line)]).sort((a, b) => a[0] - b[0])) console.log(line);
JS
echo "record-sample: $(wc -l <"$sample") records in $sample"
