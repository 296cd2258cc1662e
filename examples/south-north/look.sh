#!/bin/sh
set -e
in_pod() { nsenter --net="$1" sh -c "$2"; }
card() { ip -d link show "$(ls /sys/bus/pci/devices/0000:01:00.0/net)"; }
in_pod "$1" 'ip -d link show dev south0' | grep 'parentdev 0000:01:10.0'
card | grep 'vf 0 .*vlan 100.*trust on'
card | grep 'vf 1 .*02:00:5e:81:00:01.*vlan 200'
ls -l /sys/bus/pci/devices/0000:01:10.2/driver | grep vfio-pci
