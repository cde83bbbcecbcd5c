#!/bin/sh
# mariadb.sh DIR: the root of base.sh with a MariaDB server as the suite of this machine was released with it, and two directories of packages that
# apt of a host may be pointed to:
#   /srv/newer   the same series, a later version: that of the security updates, or the installed one again under a higher number
#   /srv/major   a later series: the server of the next suite, all whose other needs are installed already
# The hooks are for the shell of mmdebstrap.
# shellcheck disable=SC2016,SC1091
set -eu
. /etc/os-release
next=trixie
sources=/etc/apt/sources.list.d/debian.sources
[ -e "$sources" ] || sources=/etc/apt/sources.list
mirror=$(sed -n 's/^URIs: *\(\S*\).*/\1/p; s/^deb *\(\[[^]]*\] *\)\?\(\S*\) .*/\2/p' "$sources" | head -n 1)
key='[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]'
mmdebstrap --quiet --variant=minbase --include=systemd,systemd-sysv,openssh-server,sudo,iproute2,mariadb-server \
  --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
  --aptopt='Apt::Install-Recommends "false"' \
  --essential-hook='mkdir -p "$1/etc/mysql/mariadb.conf.d"; printf "[mysqld]\nbind-address=*\nskip-name-resolve\ninnodb_log_file_size=8M\ninnodb_buffer_pool_size=24M\ninnodb_use_native_aio=0\nperformance_schema=OFF\n" >"$1/etc/mysql/mariadb.conf.d/99-lab.cnf"' \
  --customize-hook="sh '$(dirname -- "$0")/mariadb-source.sh' \"\$1\" 'deb $key $mirror $next main' 'deb $key ${mirror%/debian*}/debian-security $VERSION_CODENAME-security main'" \
  --customize-hook='rm -rf "$1"/etc/ssh/ssh_host_* "$1"/etc/hostname "$1"/etc/resolv.conf "$1"/var/cache/apt "$1"/var/lib/apt/lists' \
  --customize-hook=': >"$1"/etc/machine-id' \
  --customize-hook='mkdir -p "$1"/var/log/journal "$1"/var/cache/apt/archives/partial "$1"/var/lib/apt/lists/partial' \
  "$VERSION_CODENAME" "$1" "deb $key $mirror $VERSION_CODENAME main"
