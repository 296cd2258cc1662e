#!/bin/sh
set -e
in_pod() { nsenter --net="$1" sh -c "$2"; }
in_pod "$1" 'ip -d link show net1' | grep 'ipvlan  *mode l2 bridge'
parent=$(ip -br link show parent0 | awk '{ print $3 }')
in_pod "$1" 'ip link show net1' | grep "link/ether $parent"
