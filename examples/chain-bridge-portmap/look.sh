#!/bin/sh
set -e
nft list ruleset | grep -E 'dport 8080 dnat .*to 10\.40\.0\.[0-9]+:80'
