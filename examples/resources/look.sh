#!/bin/sh
set -e
in_pod() { nsenter --net="$1" sh -c "$2"; }
card() { ip -d link show "$(ls /sys/bus/pci/devices/0000:01:00.0/net)"; }
in_pod "$1" 'ip -d link show dev south0' | grep 'parentdev 0000:01:10'
in_pod "$1" 'ip -d link show dev south1' | grep 'parentdev 0000:01:10'
card | grep 'vf [23] .*02:00:5e:84:00:01.*vlan 100'
