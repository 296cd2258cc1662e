#!/bin/sh
set -e
in_pod() { nsenter --net="$1" sh -c "$2"; }
in_pod "$1" 'ip rule show' | grep 'from 10.20.0.10 lookup 100'
in_pod "$1" 'ip route show table 100' | grep 'default via 10.20.0.1 dev net1'
in_pod "$1" 'ip route get 192.0.2.1 from 10.20.0.10' | grep 'via 10.20.0.1 dev net1'
