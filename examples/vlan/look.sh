#!/bin/sh
set -e
in_pod() { nsenter --net="$1" sh -c "$2"; }
in_pod "$1" 'ip -d link show net1' | grep 'vlan protocol 802.1Q id 100'
in_pod "$1" 'ip -d link show net1' | grep 'egress-qos-map { 6:5 }'
