#!/bin/sh
set -e
in_pod() { nsenter --net="$1" sh -c "$2"; }
in_pod "$1" 'ip route show default' | grep 'dev eth0'
in_pod "$1" 'ip route get 10.128.0.1 from $(ip -o -4 address show net1 | sed "s/.*inet \([0-9.]*\).*/\1/")' |
  grep 'via 10.20.0.1 dev net1'
in_pod "$1" 'ip link show net1' | grep 'mtu 1400'
in_pod "$1" 'cat /proc/sys/net/ipv4/conf/net1/rp_filter' | grep -x 2
