#!/bin/sh
# base.sh DIR: a small Debian of the suite of this machine, with systemd and sshd. All hosts share it, read-only.
# The hooks are for the shell of mmdebstrap.
# shellcheck disable=SC2016,SC1091
set -eu
. /etc/os-release
sources=/etc/apt/sources.list.d/debian.sources
[ -e "$sources" ] || sources=/etc/apt/sources.list
mmdebstrap --quiet --variant=minbase --include=systemd,systemd-sysv,openssh-server,sudo,iproute2 \
  --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
  --customize-hook='rm -rf "$1"/etc/ssh/ssh_host_* "$1"/etc/hostname "$1"/etc/resolv.conf "$1"/var/cache/apt "$1"/var/lib/apt/lists' \
  --customize-hook=': >"$1"/etc/machine-id' \
  --customize-hook='mkdir -p "$1"/var/log/journal' \
  "$VERSION_CODENAME" "$1" "$sources"
