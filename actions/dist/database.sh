#!/bin/sh
# database.sh look UNIT DATADIR LOG | upgrade SOCKET
#
# What only the machine of a MySQL or MariaDB server knows, and what only can be done there. It is run by itself on this machine, and is a part of the
# program of a host (host.sh). Both verbs may be given twice.
#
#   look     JSON, one line per thing; changes nothing: free bytes of the disk of DATADIR, for which version the tables were upgraded, and errors that
#            the server has written since its last start. UNIT: its unit, `-` for none. LOG: its log, `-` where it goes to the journal.
#   upgrade  mariadb-upgrade over SOCKET, as root: the tables of the system, and those of users that the new server asks it for
set -eu
LC_ALL=C
export LC_ALL

# No word becomes an option or another path than it looks like.
database_path() {
  case $1 in
  - | /*) ;;
  *)
    echo "shiplock-host: usage: $1 is no absolute path" >&2
    exit 64
    ;;
  esac
  case $1 in
  *[!A-Za-z0-9._/@:+-]* | */../* | */..)
    echo "shiplock-host: usage: $1 is no plain path" >&2
    exit 64
    ;;
  esac
}

# STDIN as JSON: each line one {"kind":KIND,"text":...}.
database_lines() {
  tr '\001-\011\013-\037\177' '[?*]' | cut -c1-400 | awk -v kind="$1" '{ gsub(/[\\"]/, "\\\\&"); printf "{\"kind\":\"%s\",\"text\":\"%s\"}\n", kind, $0 }'
}

# The log since the last start: each server begins it with its version and the number of its process.
database_log() {
  if [ "$2" != - ]; then
    [ ! -f "$2" ] || tail -c 4194304 -- "$2" | awk '/ starting as process |Starting (MariaDB|MySQL)/ { n = 0 } { line[n++] = $0 } END { for (i = 0; i < n; i++) print line[i] }'
  elif [ "$1" != - ]; then
    database_run=$(systemctl show -P InvocationID -- "$1")
    [ -z "$database_run" ] || journalctl -q --no-pager -o cat -n 5000 "_SYSTEMD_INVOCATION_ID=$database_run"
  fi
}

database_look() {
  database_path "$2"
  database_path "$3"
  case $1 in
  *[!A-Za-z0-9._@:-]* | '')
    echo "shiplock-host: usage: unit $1" >&2
    exit 64
    ;;
  esac
  df -PB1 -- "$2" | awk 'NR == 2 { print $4 }' | database_lines free
  for database_file in mariadb_upgrade_info mysql_upgrade_info; do
    [ ! -s "$2/$database_file" ] || { head -n 1 -- "$2/$database_file" && echo; } | head -n 1 | database_lines upgraded
  done
  database_log "$1" "$3" | grep -E '\[ERROR\]' | tail -n 20 | database_lines error || :
  echo '{"kind":"end"}'
}

# The start script of some packages runs the same in the background: two at once get into each other's way.
database_busy() {
  cat /proc/[0-9]*/comm 2>/dev/null | grep -qxE 'mariadb-upgrade|mysql_upgrade|mariadb-upgrad'
}

database_upgrade() {
  database_path "$1"
  database_waited=0
  while database_busy; do
    [ "$database_waited" -lt 600 ] || {
      echo 'shiplock-host: tables-not-upgraded: another mariadb-upgrade has been at work for ten minutes' >&2
      exit 70
    }
    database_waited=$((database_waited + 1))
    sleep 1
  done
  database_tool=mariadb-upgrade
  command -v -- "$database_tool" >/dev/null || database_tool=mysql_upgrade
  if ! database_said=$("$database_tool" --socket="$1" 2>&1 </dev/null); then
    printf 'shiplock-host: tables-not-upgraded: %s: %s\n' "$database_tool" "$(printf '%s\n' "$database_said" | grep -v '^$' | tail -n 3 | tr '\n' ' ')" >&2
    exit 70
  fi
  printf '%s\n' "$database_said" | grep -v '^$' | tail -n 1
}

case ${0##*/} in
database.sh)
  database_do=$1
  shift
  case $database_do in
  look) database_look "$@" ;;
  upgrade) database_upgrade "$@" ;;
  *)
    echo "shiplock-host: usage: what is $database_do?" >&2
    exit 64
    ;;
  esac
  ;;
esac
