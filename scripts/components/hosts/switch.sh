#!/bin/sh
# switch.sh NAME NUMBER SUBNET DIR GROUP BASE: the power switch of one host. Runs it until it is switched off; a reboot starts it again.
# DIR: its disk. GROUP: its folder in the hierarchies of cgroups.
set -eu
name=$1 number=$2 subnet=$3 dir=$4 group=$5
here=$(dirname -- "$0")
trap : HUP INT
# Stays when the host is switched off.
if [ -e "$dir/small-disk" ] && ! mountpoint -q "$dir/extra"; then
  mount -t tmpfs -o "size=$(cat "$dir/small-disk")" tmpfs "$dir/extra"
fi
ip netns del "$name" 2>/dev/null || :
ip link del "v$number" 2>/dev/null || :
ip netns add "$name"
# Always the same hardware address: the others remember it over a reboot.
ip link add "v$number" type veth peer name eth0 address "$(printf '02:00:00:00:00:%02x' "$number")" netns "$name"
ip link set "v$number" master br0 up
nsenter --net="/run/netns/$name" sh -c "ip link set lo up; ip addr add $subnet.$number/24 dev eth0; ip link set eth0 up; ip route add default via $subnet.1"
while :; do
  for hierarchy in systemd unified memory pids devices; do
    [ -d "/sys/fs/cgroup/$hierarchy/$group" ] || continue
    find "/sys/fs/cgroup/$hierarchy/$group" -mindepth 1 -depth -type d -exec rmdir {} + 2>/dev/null || :
  done
  nsenter --net="/run/netns/$name" unshare --mount --pid --fork --kill-child sh "$here/boot.sh" "$dir" "$group" "$6" &
  echo $! >"$dir/pid"
  status=0
  wait $! || status=$?
  # In a pid namespace a reboot ends process 1 by SIGHUP, a poweroff by SIGINT.
  [ "$status" -eq 129 ] || break
done
ip link del "v$number" 2>/dev/null || :
ip netns del "$name" 2>/dev/null || :
