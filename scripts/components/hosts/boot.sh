#!/bin/sh
# boot.sh DIR GROUP BASE: becomes process 1 of a host. First joins its groups, then takes namespaces in which that group is the root it sees.
set -eu
dir=$1 group=$2 base=$3
root=$dir/root
if [ "${4:-}" != inside ]; then
  for hierarchy in systemd unified memory pids devices; do
    [ ! -d "/sys/fs/cgroup/$hierarchy/$group" ] || echo 0 >"/sys/fs/cgroup/$hierarchy/$group/cgroup.procs"
  done
  exec unshare --cgroup --uts --ipc sh "$0" "$dir" "$group" "$base" inside
fi
mount --make-rprivate /
# What a pulled plug takes from a host are its processes, and the machine below lives on: nothing is won by waiting for its disk at each fsync.
# The kernel leaves a mark that refuses a second mount of such a disk.
rm -rf "$dir/work/work/incompat"
mount -t overlay overlay -o "lowerdir=$base,upperdir=$dir/upper,workdir=$dir/work,volatile" "$root"
if [ -e "$dir/small-disk" ]; then mkdir -p "$root/srv" && mount --bind "$dir/extra" "$root/srv"; fi
mount -t proc -o nosuid,nodev,noexec proc "$root/proc"
# The host may write what belongs to its own namespaces, and nothing else of the machine's settings.
for path in net kernel/hostname kernel/domainname; do mount --bind "$root/proc/sys/$path" "$root/proc/sys/$path"; done
cat /proc/sys/kernel/random/uuid >"$dir/boot-id"
mount --bind "$dir/boot-id" "$root/proc/sys/kernel/random/boot_id"
mount --rbind "$root/proc/sys" "$root/proc/sys"
mount -o remount,bind,ro "$root/proc/sys"
for path in sysrq-trigger irq bus acpi fs; do
  [ -e "$root/proc/$path" ] || continue
  mount --bind "$root/proc/$path" "$root/proc/$path"
  mount -o remount,bind,ro "$root/proc/$path"
done
for path in kmsg kcore; do
  [ ! -e "$root/proc/$path" ] || mount --bind /dev/null "$root/proc/$path"
done
mount -t sysfs -o nosuid,nodev,noexec sysfs "$root/sys"
mount -t tmpfs -o mode=755,nosuid,nodev,noexec tmpfs "$root/sys/fs/cgroup"
mkdir "$root/sys/fs/cgroup/systemd" "$root/sys/fs/cgroup/unified"
mount -t cgroup -o none,name=systemd cgroup "$root/sys/fs/cgroup/systemd"
mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup/unified"
mount -o remount,bind,ro "$root/sys/fs/cgroup"
mount -o remount,bind,ro "$root/sys"
mount -t tmpfs -o mode=755,nosuid tmpfs "$root/dev"
for node in null zero full random urandom tty; do
  touch "$root/dev/$node"
  mount --bind "/dev/$node" "$root/dev/$node"
done
mkdir "$root/dev/pts" "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=666,mode=620,gid=5 devpts "$root/dev/pts"
mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs "$root/dev/shm"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
ln -s /proc/self/fd/0 "$root/dev/stdin"
ln -s /proc/self/fd/1 "$root/dev/stdout"
ln -s /proc/self/fd/2 "$root/dev/stderr"
cd "$root"
pivot_root . .
umount -l .
cd /
# Without these nothing in here can reach the clock, the modules or the log of the machine.
exec setpriv --bounding-set=-sys_time,-sys_module,-sys_rawio,-syslog,-mac_admin,-mac_override,-audit_control,-audit_read,-wake_alarm,-block_suspend,-bpf,-perfmon --inh-caps=-all \
  env -i container=lab PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin TERM=dumb /sbin/init
