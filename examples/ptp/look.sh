#!/bin/sh
set -e
in_pod() { nsenter --net="$1" sh -c "$2"; }
in_pod "$1" 'ip route show' | grep '10.40.0.0/24 via 10.40.0.1 dev net1'
in_pod "$1" 'ip route get 10.1.2.3' | grep 'via 10.40.0.1 dev net1'
ip route show | grep '^10.40.0.2 dev veth'
