#!/bin/sh
set -e
in_pod() { nsenter --net="$1" sh -c "$2"; }
in_pod "$1" 'ip route show 10.128.0.0/9' | grep 'via 10.20.0.254 dev net1 metric 50 mtu 1400'
in_pod "$1" 'ip -6 route show fd00:128::/32' | grep 'via fd00:20::1 dev net1'
