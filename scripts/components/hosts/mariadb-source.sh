#!/bin/sh
# mariadb-source.sh ROOT NEXT_LINE SECURITY_LINE: fills /srv/newer and /srv/major of a root that mmdebstrap makes: see mariadb.sh.
# shellcheck disable=SC2016,SC2046,SC2086
set -eu
root=$1 next_line=$2 security_line=$3
export DEBIAN_FRONTEND=noninteractive LC_ALL=C
inside() { chroot "$root" "$@"; }
list=$root/etc/apt/sources.list
names=$(inside dpkg-query -W -f '${Package} ${db:Status-Abbrev}\n' 'mariadb-*' 'libmariadb*' | awk '$2 == "ii" { print $1 }')

fetch() {
  mkdir -p "$root/srv/$1"
  inside sh -c 'dir=$1; shift; cd "/srv/$dir" && apt-get download -q "$@"' sh "$1" $names
}
# Not packed, so that each test unpacks them fast. VERSION: is raised by a suffix where it is found.
plain() {
  for file in "$root/srv/$1"/*.deb; do
    dpkg-deb -R "$file" "$root/srv/tree"
    [ -z "$2" ] || sed -i "s/$2/$2+lab1/g" "$root/srv/tree/DEBIAN/control"
    rm -f "$file"
    dpkg-deb --root-owner-group -Znone --build "$root/srv/tree" "$root/srv/$1" >/dev/null
    rm -rf "$root/srv/tree"
  done
}
index() {
  (cd "$root/srv/$1" && for file in *.deb; do
    dpkg-deb --field "$file"
    printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' "$file" "$(stat -c %s "$file")" "$(sha256sum <"$file" | cut -c1-64)"
  done >Packages)
}

was=$(inside dpkg-query -W -f '${Version}' mariadb-server-core)
printf '%s\n' "$security_line" >>"$list"
inside apt-get update -q
fetch newer
now=$(dpkg-deb --field "$root"/srv/newer/mariadb-server-core_*.deb Version)
[ "$now" = "$was" ] || was=''
plain newer "$was"
index newer

printf '%s\n' "$next_line" >"$list"
inside apt-get update -q
fetch major
plain major ''
index major
# Libraries of the next suite stand in for those of this one, so that the upgrade of the server later removes nothing.
needs=$(inside apt-get -s -q --no-install-recommends install --only-upgrade mariadb-server | awk '$1 == "Inst" && $2 !~ /mariadb/ { print $2 }')
inside apt-get install -y -q --no-install-recommends -o Dpkg::Options::=--force-confold $needs
echo "deb [trusted=yes] file:/srv/newer ./" >"$list"
rm -f "$root"/etc/apt/sources.list.d/*
