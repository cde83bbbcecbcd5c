#!/bin/sh
# lab.sh UP THERE: process 1 of the namespaces in which all hosts of a lab live. A bridge joins the hosts, and the link, whose other end
# the caller has, leads to it. It ends when its input ends, and with it everything in it: also after a kill -9 of whoever started it.
set -eu
mount --make-rprivate /
mkdir -p /run/netns
mount -t tmpfs tmpfs /run/netns
mount --make-shared /run/netns
ip link set lo up
ip link add br0 type bridge
ip link set br0 up
# The caller moves the link in once this process is there.
: >"$2"
while ! ip link set inside master br0 up 2>/dev/null; do sleep 0.02; done
: >"$1"
# Reads nothing; waits for the end.
cat >/dev/null
