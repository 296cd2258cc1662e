#!/bin/sh
set -e
in_pod() { nsenter --net="$1" sh -c "$2"; }
in_pod "$1" 'ip link show dev lo up' | grep LOOPBACK
in_pod "$1" 'ping -c 1 -W 2 127.0.0.1'
