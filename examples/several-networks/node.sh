#!/bin/sh
set -e
for n in 0 1; do
  ip link add "parent$n" type veth peer name "wire$n"
  ip link set "wire$n" up
  ip link set "parent$n" up
done
