#!/bin/sh
# inner.sh DIR: process 1 of the namespaces in which a cluster lives. What Kubernetes writes to fixed paths goes to DIR and ends with these namespaces, so that
# nothing of the machine is touched. It ends when its input ends, and with it every process here, pods and their shims included.
set -eu
dir=$1
mount --make-rprivate /

# The whole of these directories can be seen, and what is written there lands in DIR.
for path in /etc /var/lib /var/log; do
  name=$(echo "$path" | tr / _)
  mkdir -p "$dir/over/$name" "$dir/work/$name"
  mount -t overlay overlay -o "lowerdir=$path,upperdir=$dir/over/$name,workdir=$dir/work/$name" "$path"
done
mount -t tmpfs tmpfs /run
mkdir -p /run/containerd /run/netns /run/lock

# The kubelet sets these for the whole machine unless they hold what it wants already: it is shown files that do.
mkdir -p "$dir/sys"
show() {
  file=$dir/sys/$(basename "$1")
  echo "$2" > "$file"
  mount --bind "$file" "$1"
}
show /proc/sys/vm/overcommit_memory 1
show /proc/sys/vm/panic_on_oom 0
show /proc/sys/kernel/panic 10
show /proc/sys/kernel/panic_on_oops 1
show /proc/sys/kernel/keys/root_maxkeys 1000000
show /proc/sys/kernel/keys/root_maxbytes 25000000
# Mounts of pods must be seen by the kubelet and the runtime alike.
mount --make-rshared /

ip link set lo up
: > "$dir/there"
# The caller moves the link in once this process is there, and says which address it has.
while [ ! -e "$dir/address" ]; do sleep 0.02; done
ip addr add "$(cat "$dir/address")/24" dev inside
ip link set inside up
# Some route must lead out before an address of a Service can be rewritten on its way.
ip route add default dev inside
echo 1 > /proc/sys/net/ipv4/ip_forward
echo 1 > /proc/sys/net/ipv4/conf/all/route_localnet
# Names of the cluster are known to every process here.
rm -f /etc/resolv.conf
printf 'nameserver %s\noptions timeout:1 attempts:2\n' "$(cat "$dir/address")" > /etc/resolv.conf
: > "$dir/up"
# Reads nothing; waits for the end.
cat > /dev/null
