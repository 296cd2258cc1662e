#!/bin/sh
# What must run beside: the node's dhcp daemon, and a DHCP server on the other end of parent0 in place of the office's own.
# Makes the file READY when both serve; runs until it is ended, and then ends both.
#
#   sh programs.sh READY
set -e
socket=/run/cni/dhcp-office.sock
folder=$(mktemp -d)
dhcp=$(PATH=${CNI_PATH:-/opt/cni/bin:/usr/lib/cni} command -v dhcp)
clean() {
  kill "$daemon" "$server" 2>/dev/null || :
  wait
  rm -rf "$folder" "$socket"
}
trap clean EXIT
trap 'exit 0' TERM INT

mkdir -p /run/cni
rm -f "$socket"
"$dhcp" daemon -socketpath "$socket" -timeout 5s &
daemon=$!
dnsmasq --keep-in-foreground --conf-file=/dev/null --user=root --port=0 --interface=wire0 --bind-interfaces --no-ping \
  --dhcp-authoritative --dhcp-range=10.60.0.50,10.60.0.99,255.255.255.0,1h \
  --dhcp-leasefile="$folder/leases" --pid-file="$folder/server" &
server=$!
until [ -S "$socket" ] && [ -e "$folder/server" ]; do
  kill -0 "$daemon" "$server"
  sleep 0.1
done
: >"${1:?a file to make when both serve}"
wait
