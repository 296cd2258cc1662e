#!/bin/sh
set -e
iptables -t nat -S | grep -E 'dport 8080 -j DNAT --to-destination 10\.40\.0\.[0-9]+:80'
iptables -S CNI-FORWARD | grep -E 's 10\.40\.0\.[0-9]+/32 -j ACCEPT'
