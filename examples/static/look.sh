#!/bin/sh
set -e
in_pod() { nsenter --net="$1" sh -c "$2"; }
in_pod "$1" 'ip address show net1' | grep 'inet 10.30.0.5/24'
in_pod "$1" 'ip address show net1' | grep 'inet6 fd00:30::5/64'
in_pod "$1" 'ip address show net2' | grep 'inet 10.31.0.7/24'
in_pod "$1" 'ip route show 10.128.0.0/9' | grep 'via 10.30.0.1 dev net1'
