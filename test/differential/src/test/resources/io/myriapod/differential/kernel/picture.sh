#!/bin/sh
# What the kernel has in the network namespace that this runs in: JSON documents by section, sysctls as text.
# A section begins with a line "#NAME"; ip's sections have five documents each: links, addresses, routes, rules,
# permanent neighbours.
set -eu

questions='link show
address show
route show table all
rule show
neighbour show nud permanent
'
for family in 4 6; do
  echo "#ip$family"
  printf %s "$questions" | ip -"$family" -d -j -batch -
done
echo '#qdisc'
qdiscs=$(tc -j -d qdisc show)
echo "$qdiscs"
echo '#filter'
case $qdiscs in
  *'"ingress"'* | *'"clsact"'* | *'"htb"'*)
    tc qdisc show | awk '
      $2 == "ingress" || $2 == "clsact" { print $5, "ingress" }
      $2 == "clsact" { print $5, "egress" }
      $2 == "htb" { print $5, "root" }' |
      while read -r link at; do
        printf '{"dev":"%s","at":"%s","filters":' "$link" "$at"
        tc -j filter show dev "$link" "$at"
        echo '}'
      done
    ;;
esac
echo '#vlan'
bridge -j vlan show
echo '#fdb'
bridge -j fdb show
echo '#nft'
nft -j list ruleset
echo '#sysctl'
cd /proc/sys/net
# shellcheck disable=SC2086 # a list of words
grep -rs '' ipv4/ip_forward ipv4/conf ipv6/conf ${1:-} || :
