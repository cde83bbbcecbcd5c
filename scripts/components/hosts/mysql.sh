#!/bin/sh
# mysql.sh DIR: the root of base.sh in which no server of databases is installed, with /srv/source: packages of MySQL that apt of a host may be pointed
# to. Released versions of Debian have no MySQL, so they are those of sid, all whose other needs are installed already.
# The hooks are for the shell of mmdebstrap.
# shellcheck disable=SC2016,SC1091
set -eu
. /etc/os-release
sources=/etc/apt/sources.list.d/debian.sources
[ -e "$sources" ] || sources=/etc/apt/sources.list
mirror=$(sed -n 's/^URIs: *\(\S*\).*/\1/p; s/^deb *\(\[[^]]*\] *\)\?\(\S*\) .*/\2/p' "$sources" | head -n 1)
key='[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]'
mmdebstrap --quiet --variant=minbase --include=systemd,systemd-sysv,openssh-server,sudo,iproute2,tzdata \
  --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
  --aptopt='Apt::Install-Recommends "false"' \
  --customize-hook="sh '$(dirname -- "$0")/mysql-source.sh' \"\$1\" 'deb $key $mirror sid main'" \
  --customize-hook='rm -rf "$1"/etc/ssh/ssh_host_* "$1"/etc/hostname "$1"/etc/resolv.conf "$1"/var/cache/apt "$1"/var/lib/apt/lists' \
  --customize-hook=': >"$1"/etc/machine-id' \
  --customize-hook='mkdir -p "$1"/var/log/journal "$1"/var/cache/apt/archives/partial "$1"/var/lib/apt/lists/partial' \
  "$VERSION_CODENAME" "$1" "deb $key $mirror $VERSION_CODENAME main"
