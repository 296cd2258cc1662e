#!/bin/sh
set -e
in_pod() { nsenter --net="$1" sh -c "$2"; }
in_pod "$1" 'ip address show dev net1' | grep -E 'inet 10\.60\.0\.[0-9]+/24'
in_pod "$1" 'ip link show dev net1' | grep 'mtu 1400'
in_pod "$1" 'ip route show default' | grep 'via 10.10.0.1 dev eth0'
