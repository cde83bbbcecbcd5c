#!/bin/sh
# packages.sh look|new|refresh|set|manual LOG DOWNGRADE [NAME[=VERSION]...]
#
# Package work of one machine of the Debian family, by apt and dpkg. It is run by itself on this machine, and is a part of the program of a host
# (host.sh). Every verb may be given twice.
#
#   new      the same as look, where packages that are named may also be installed that are not there
#   manual   these packages are wanted by themselves, and no need of others that might go
#   look     JSON, one line per thing: what apt would do for these words (`all`: for everything), and what is installed; changes nothing
#   refresh  asks the package sources what they have
#   set      brings exactly these packages to exactly these versions, and removes none
#
# LOG: the file that keeps what apt and dpkg said. DOWNGRADE: yes or no, whether an older version may take the place of a newer one.
# apt reads APT_CONFIG and dpkg reads DPKG_ROOT: so another root than this machine's can be meant.
set -eu
LC_ALL=C
export LC_ALL

# Names and versions as Debian's policy has them (5.6.1, 5.6.12), with the architecture behind a colon.
package_words() {
  [ "$#" -gt 0 ] || {
    echo 'shiplock-host: usage: no package is named' >&2
    exit 64
  }
  for package_word in "$@"; do
    case $package_word in
    [!a-z0-9]* | *[!A-Za-z0-9.+:~=-]* | *=*=*)
      printf 'shiplock-host: usage: %s is no NAME=VERSION\n' "$package_word" >&2
      exit 64
      ;;
    esac
  done
}

# STDIN as JSON: each line one {"kind":KIND,"text":...}.
package_lines() {
  tr '\001-\011\013-\037\177' '[?*]' | awk -v kind="$1" '{ gsub(/[\\"]/, "\\\\&"); printf "{\"kind\":\"%s\",\"text\":\"%s\"}\n", kind, $0 }'
}

# Words of apt-get that are the same in a look and in the change: so what is looked at is what is done.
apt_words() {
  printf '%s' '-y -q --no-remove --no-install-recommends'
  [ "$1" != yes ] || printf '%s' ' --allow-downgrades'
}

packages_look() {
  package_log=$1
  package_down=$2
  shift 2
  package_words "$@"
  if [ "$*" = all ]; then
    package_verb='upgrade --with-new-pkgs'
    package_asked=''
  else
    package_verb='install --only-upgrade'
    [ -z "${package_new:-}" ] || package_verb=install
    package_asked=$*
  fi
  # shellcheck disable=SC2046,SC2086
  if package_said=$(apt-get -s $(apt_words "$package_down") $package_verb $package_asked 2>&1); then
    printf '%s\n' "$package_said" | grep '^Inst ' | package_lines change || :
    package_names=$(printf '%s\n' "$package_said" | awk '$1 == "Inst" { print $2 }')
    # shellcheck disable=SC2086
    [ -z "$package_names" ] || apt-cache madison $package_names 2>/dev/null | awk -F ' *[|] *' '{ gsub(/^ +| +$/, "", $1); print $1, $2 }' | sort -u | package_lines offered
  else
    printf '%s\n' "$package_said" | awk '/^E: / { said = said (said == "" ? "" : "; ") substr($0, 4) } { last = $0 } END { print (said == "" ? last : said) }' | package_lines failed
  fi
  package_arch=$(dpkg --print-architecture)
  for package_word in $package_asked; do
    package_name=${package_word%%=*}
    { dpkg-query -W -f '${Architecture} ${Version} ${db:Status-Abbrev}\n' -- "$package_name" 2>/dev/null || :; } |
      awk -v name="$package_name" -v arch="$package_arch" 'index(name, ":") || $1 == arch || $1 == "all" { if ($2 != "" && $3 !~ /^.[nc]/) print name, $2, $3; exit }' | package_lines installed
  done
  # shellcheck disable=SC2046,SC2086
  [ -z "${package_new:-}" ] || apt-mark showauto $(printf '%s\n' $package_asked | sed 's/=.*//') 2>/dev/null | package_lines auto
  [ ! -d /run/systemd/system ] || stale_units | package_lines stale
  [ ! -e /run/reboot-required ] || echo reboot | package_lines reboot
  [ ! -s "$package_log" ] || tail -n 3 "$package_log" | package_lines said
  eval "$(apt-config shell package_lists Dir::State::lists/d)"
  package_newest=$(find "${package_lists:-/var/lib/apt/lists/}" -maxdepth 1 -type f -name '*Packages*' -printf '%T@\n' 2>/dev/null | sort -n | tail -n 1)
  [ -z "$package_newest" ] || printf '%s\n' "$(($(date +%s) - ${package_newest%%.*}))" | package_lines age
  echo '{"kind":"end"}'
}

# Units whose processes still run a program or a library that is not on the disk any more: the idea of needrestart. One of a user's session, or of
# what a restart would take everything down with, is told by its name and left to a reboot.
stale_units() {
  { grep -lE '^[0-9a-f]+-[0-9a-f]+ r-x.* /(usr|lib|lib64|bin|sbin|opt)/.* \(deleted\)$' /proc/[0-9]*/maps 2>/dev/null || :; } |
    sed 's/maps$/cgroup/' | while read -r package_group; do
    awk -F: '$2 == "name=systemd" { named = $3 } $1 == "0" && $2 == "" { unified = $3 } END {
      parts = split(named == "" ? unified : named, part, "/")
      for (at = parts; at > 0; at--) if (part[at] ~ /\.(service|scope)$/) { print part[at]; exit }
    }' "$package_group" 2>/dev/null || :
  done | sort -u
}

# What a package was before: one that came as a need of another stays so, although it is named here.
keep_auto() {
  package_auto=$package_log.auto
  for package_word in "$@"; do
    package_name=${package_word%%=*}
    dpkg-query -W -f '${db:Status-Abbrev}' -- "$package_name" 2>/dev/null | grep -q '^.i' || printf '%s\n' "$package_name"
  done >"$package_auto.part"
  # shellcheck disable=SC2046
  apt-mark showauto $(printf '%s\n' "$@" | sed 's/=.*//') 2>/dev/null >>"$package_auto.part" || :
  # What an attempt before this one has seen counts: by now it may have made some of them wanted.
  [ ! -e "$package_auto" ] || cat "$package_auto" >>"$package_auto.part"
  sort -u "$package_auto.part" -o "$package_auto.part"
  mv -f "$package_auto.part" "$package_auto"
}

# Ends with 70 when apt did not do all of it; what is so then, a look shows. Its output goes to the log: a caller that is gone must not end dpkg.
packages_set() {
  package_log=$1
  package_down=$2
  shift 2
  package_words "$@"
  mkdir -p -- "$(dirname -- "$package_log")"
  if [ -s "$package_log" ] && [ "$(wc -c <"$package_log")" -gt 1048576 ]; then mv -f "$package_log" "$package_log.1"; fi
  keep_auto "$@"
  DEBIAN_FRONTEND=noninteractive
  APT_LISTCHANGES_FRONTEND=none
  # Restarts are a step of their own.
  NEEDRESTART_SUSPEND=1
  export DEBIAN_FRONTEND APT_LISTCHANGES_FRONTEND NEEDRESTART_SUSPEND
  package_code=0
  # shellcheck disable=SC2046
  {
    echo "$(date -u +%Y-%m-%dT%H:%M:%SZ) set $*"
    # What a power cut has left half done.
    dpkg --configure -a || :
    apt-get $(apt_words "$package_down") -o DPkg::Lock::Timeout=120 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold install "$@"
  } >>"$package_log" 2>&1 </dev/null || package_code=$?
  if [ "$package_code" -ne 0 ]; then
    printf 'shiplock-host: packages-failed: apt-get ended with %s: %s\n' "$package_code" "$(grep -E '^(E:|dpkg: error)' "$package_log" | tail -n 1)" >&2
    exit 70
  fi
  # shellcheck disable=SC2046
  [ ! -s "$package_log.auto" ] || apt-mark auto $(cat "$package_log.auto") >>"$package_log" 2>&1 || :
  rm -f -- "$package_log.auto"
  # A unit file that came with a package counts from now on.
  [ ! -d /run/systemd/system ] || systemctl daemon-reload
  echo "set $*"
}

packages_manual() {
  package_log=$1
  shift
  package_words "$@"
  # shellcheck disable=SC2046
  apt-mark manual $(printf '%s\n' "$@" | sed 's/=.*//') >>"$package_log" 2>&1
  echo manual
}

# A source that does not answer is only a warning to apt, whose old lists stay: here it is a failure.
packages_refresh() {
  package_code=0
  package_said=$(apt-get update -q -o DPkg::Lock::Timeout=120 2>&1 </dev/null) || package_code=$?
  package_why=$(printf '%s\n' "$package_said" | grep -E '^(E:|W: (Failed to fetch|Some index files failed))' | head -n 1) || :
  if [ "$package_code" -ne 0 ] || [ -n "$package_why" ]; then
    printf 'shiplock-host: packages-unreachable: apt-get update ended with %s: %s\n' "$package_code" "$package_why" >&2
    exit 70
  fi
  echo refreshed
}

case ${0##*/} in
packages.sh)
  package_do=$1
  shift
  case $package_do in
  look) packages_look "$@" ;;
  new) package_new=yes && packages_look "$@" ;;
  manual)
    package_log=$1
    shift 2
    packages_manual "$package_log" "$@"
    ;;
  set) packages_set "$@" ;;
  refresh) packages_refresh ;;
  *)
    echo "shiplock-host: usage: what is $package_do?" >&2
    exit 64
    ;;
  esac
  ;;
esac
