#!/bin/sh
# mysql-source.sh ROOT LINE: fills /srv/source of a root that mmdebstrap makes: see mysql.sh.
# shellcheck disable=SC2016,SC2046,SC2086
set -eu
root=$1 line=$2
export DEBIAN_FRONTEND=noninteractive LC_ALL=C
inside() { chroot "$root" "$@"; }
list=$root/etc/apt/sources.list

printf '%s\n' "$line" >"$list"
rm -f "$root"/etc/apt/sources.list.d/*
# A mirror may stand still for longer than the suite says that it is valid.
inside apt-get -o Acquire::Check-Valid-Until=false update -q
coming() { inside apt-get -s -q --no-install-recommends install mysql-server | awk -v which="$1" '$1 == "Inst" && ($2 ~ /^mysql-/) == (which == "own") { print $2 }'; }
own=$(coming own)
# Between the two suites files have moved from one package to another.
inside apt-get install -y -q --no-install-recommends -o Dpkg::Options::=--force-confold -o Dpkg::Options::=--force-overwrite -o Dpkg::Options::=--force-unsafe-io $(coming needs)
mkdir -p "$root/srv/source"
inside sh -c 'cd /srv/source && apt-get download -q "$@"' sh $own
# Not packed, so that each test unpacks them fast. The systemd of this suite does not know locked users (`u!`) of sysusers.d yet.
for file in "$root"/srv/source/*.deb; do
  dpkg-deb -R "$file" "$root/srv/tree"
  for users in "$root"/srv/tree/DEBIAN/*inst "$root"/srv/tree/usr/lib/sysusers.d/*.conf; do
    [ ! -f "$users" ] || sed -i 's/u! /u /' "$users"
  done
  rm -f "$file"
  dpkg-deb --root-owner-group -Znone --build "$root/srv/tree" "$root/srv/source" >/dev/null
  rm -rf "$root/srv/tree"
done
(cd "$root/srv/source" && for file in *.deb; do
  dpkg-deb --field "$file"
  printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' "$file" "$(stat -c %s "$file")" "$(sha256sum <"$file" | cut -c1-64)"
done >Packages)
echo 'deb [trusted=yes] file:/srv/source ./' >"$list"
