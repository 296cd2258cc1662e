#!/bin/sh
set -e
ip link add parent0 type veth peer name wire0
ip address add 10.60.0.1/24 dev wire0
ip link set wire0 up
ip link set parent0 up
