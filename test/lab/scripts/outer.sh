#!/bin/sh
# outer.sh DIR GROUP: holds one cluster from outside. Makes its cgroups, runs inner.sh in namespaces of their own, and when that
# ends, for whatever reason, takes away what is left. It ends when its input ends: also after a kill -9 of whoever started it.
set -u
dir=$1
group=$2
here=$(dirname "$0")
hierarchies='cpu cpuacct cpuset memory devices freezer blkio pids systemd'
# A stop signal for the terminal's group must not keep us from clearing up; the end of our input stops the cluster.
trap : INT TERM HUP

for hierarchy in $hierarchies; do mkdir -p "/sys/fs/cgroup/$hierarchy/$group"; done
# A cpuset takes no process before it has processors and memory.
cat /sys/fs/cgroup/cpuset/cpuset.cpus > "/sys/fs/cgroup/cpuset/$group/cpuset.cpus"
cat /sys/fs/cgroup/cpuset/cpuset.mems > "/sys/fs/cgroup/cpuset/$group/cpuset.mems"

unshare --net --mount --pid --fork --kill-child --mount-proc sh "$here/inner.sh" "$dir"

# Folders of cgroups can be removed once the last process is really gone.
tries=0
while [ "$tries" -lt 100 ]; do
  left=0
  for hierarchy in $hierarchies unified; do
    path=/sys/fs/cgroup/$hierarchy/$group
    [ -d "$path" ] || continue
    find "$path" -depth -type d -exec rmdir {} + 2> /dev/null || left=1
  done
  [ "$left" -eq 0 ] && break
  tries=$((tries + 1))
  sleep 0.1
done
rm -rf "$dir"
