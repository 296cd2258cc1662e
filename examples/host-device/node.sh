#!/bin/sh
set -e
ip link add dev0 type veth peer name wire0
ip link set wire0 up
ip address add 10.30.0.2/24 dev dev0
ip link set dev0 up
