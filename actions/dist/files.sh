#!/bin/sh
# files.sh facts                    JSON: packages, accounts, groups and enabled units of this machine; changes nothing
# files.sh read PATH...             these files and directories as a tar (POSIX) on standard output; changes nothing
# files.sh put PLACE SET DIGEST     puts the files of a tar from standard input in place, the ones before are kept below PLACE/SET
# files.sh back PLACE SET           brings back what was there before that
# files.sh settle PLACE SET         it is over: a later put takes these as what was there
# files.sh accounts NAME:UID:GID:HOME:SHELL... -- GROUP:GID...   makes those that are missing
#
# It is run by itself on this machine, and is a part of the program of a host (host.sh). Every verb may be given twice, and killed at any moment.
#
# A file is whole at any moment: it is written beside the one that is there and takes its name. Owners are numbers, modes, ACLs and extended attributes
# come back too. No symbolic link is followed. Names with control characters are not among those that come here: they are refused when they are read.
set -eu
LC_ALL=C
export LC_ALL

# How many sets are kept for people below PLACE.
FILES_SETS=5

files_die() {
  printf 'shiplock-host: %s: %s\n' "$1" "$2" >&2
  exit 70
}

# STDIN as JSON: each line one {"kind":KIND,"text":...}.
files_lines() {
  tr '\001-\011\013-\037\177' '[?*]' | awk -v kind="$1" '{ gsub(/[\\"]/, "\\\\&"); printf "{\"kind\":\"%s\",\"text\":\"%s\"}\n", kind, $0 }'
}

files_facts() {
  if command -v dpkg-query >/dev/null; then
    dpkg-query -W -f '${binary:Package} ${Version} ${db:Status-Abbrev}\n' 2>/dev/null | awk '$3 ~ /^.i/ { print $1, $2 }' | files_lines package
    apt-mark showmanual 2>/dev/null | files_lines manual || :
  fi
  getent passwd | cut -d : -f 1,3,4,6,7 | files_lines account
  getent group | cut -d : -f 1,3 | files_lines group
  if [ -d /run/systemd/system ]; then
    systemctl list-unit-files --state=enabled --no-legend --no-pager 2>/dev/null | awk '{ print $1 }' | files_lines enabled
  fi
  [ ! -r /etc/os-release ] || sed -n 's/^PRETTY_NAME="\{0,1\}\([^"]*\)"\{0,1\}$/\1/p' /etc/os-release | files_lines system
  echo '{"kind":"end"}'
}

# Words with which a tar is made and unpacked. Names of extended headers would have the process in them: the same files are to give the same bytes.
FILES_MADE='--format=posix --pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime --numeric-owner --acls --xattrs --xattrs-include=*'
FILES_LAID='-p --same-owner --numeric-owner --acls --xattrs --xattrs-include=*'

# A path that is not there is left out: who asked sees it by what is missing.
files_read() {
  for files_path in "$@"; do
    shift
    if [ -e "$files_path" ] || [ -L "$files_path" ]; then set -- "$@" "$files_path"; fi
  done
  [ "$#" -gt 0 ] || set -- -T /dev/null
  set -f
  # shellcheck disable=SC2086
  exec tar -c -P $FILES_MADE --hard-dereference --sort=name -f - "$@"
}

# TAR → its names, one a line; those of directories end with a slash.
files_names() { tar -t -P --quoting-style=literal -f "$1"; }

# Nothing is changed before all of this holds. NAME on standard input, one a line.
files_check() {
  while IFS= read -r files_name; do
    case $files_name in
    /../* | */../* | */.. | */./* | *//* | [!/]* | / | '') files_die files-strange "$files_name" ;;
    esac
    files_allowed "${files_name%/}"
    case $files_name in
    */) if [ -L "${files_name%/}" ] || { [ -e "$files_name" ] && [ ! -d "$files_name" ]; }; then files_die files-in-the-way "${files_name%/} is no directory here"; fi ;;
    *) if [ -d "$files_name" ] && [ ! -L "$files_name" ]; then files_die files-in-the-way "$files_name is a directory here"; fi ;;
    esac
  done
}

# Directories above, each once: a link in one would lead elsewhere.
files_above() {
  sed 's,/$,,; s,/[^/]*$,,; s,^$,/,' | sort -u | while IFS= read -r files_name; do
    files_real=$(realpath -m -- "$files_name")
    [ "$files_real" = "$files_name" ] || files_die files-in-the-way "$files_name leads to $files_real here"
  done
}

# Who is not root by himself may have files read and put only at or below paths that root of this host has listed, a line each.
files_allowed() {
  [ -n "${SUDO_USER:-}" ] || return 0
  if [ -r /etc/shiplock/files ]; then
    while IFS= read -r files_line; do
      case $files_line in '' | '#'*) continue ;; esac
      case $1/ in "${files_line%/}"/*) return 0 ;; esac
    done </etc/shiplock/files
  fi
  files_die files-not-allowed "$1 is at or below no line of /etc/shiplock/files"
}

# What is there of these names, once: a second attempt must not keep what the first one has put.
files_keep() {
  [ ! -e "$files_set/old.tar" ] || return 0
  : >"$files_set/there"
  : >"$files_set/absent"
  files_names "$files_set/new.tar" | while IFS= read -r files_name; do
    files_bare=${files_name%/}
    if [ -e "$files_bare" ] || [ -L "$files_bare" ]; then printf '%s\000' "$files_bare" >>"$files_set/there"; else printf '%s\n' "$files_name" >>"$files_set/absent"; fi
  done
  # shellcheck disable=SC2086
  (set -f && tar -c -P $FILES_MADE --hard-dereference --no-recursion -f "$files_set/old.tar.part" --null -T "$files_set/there")
  sync -- "$files_set/old.tar.part" "$files_set/absent"
  mv -f -- "$files_set/old.tar.part" "$files_set/old.tar"
}

# TAR: its files take their names, one after the other.
files_place() {
  rm -rf -- "$files_set/laid"
  mkdir -- "$files_set/laid"
  # shellcheck disable=SC2086
  (set -f && tar -x $FILES_LAID -C "$files_set/laid" -f "$1" 2>"$files_set/said") || files_die files-unpack "$(tail -n 1 "$files_set/said")"
  files_names "$1" >"$files_set/names"
  while IFS= read -r files_name; do
    case $files_name in
    */) [ -d "$files_name" ] || (umask 022 && mkdir -p -- "$files_name") ;;
    *)
      files_up=${files_name%/*}
      [ -d "${files_up:-/}" ] || (umask 022 && mkdir -p -- "$files_up")
      rm -f -- "$files_name.shiplock-part"
      cp -a -- "$files_set/laid$files_name" "$files_name.shiplock-part"
      [ -L "$files_name.shiplock-part" ] || sync -- "$files_name.shiplock-part"
      mv -fT -- "$files_name.shiplock-part" "$files_name"
      ;;
    esac
  done <"$files_set/names"
  # Directories at the end, since putting files into them changes their times.
  if grep '/$' "$files_set/names" | tr '\n' '\000' >"$files_set/directories" && [ -s "$files_set/directories" ]; then
    # shellcheck disable=SC2086
    (set -f && tar -x -P $FILES_LAID --no-recursion --null -T "$files_set/directories" -f "$1")
  fi
  sed 's,/$,,; s,/[^/]*$,,; s,^$,/,' "$files_set/names" | sort -u | while IFS= read -r files_name; do sync -- "$files_name"; done
  rm -rf -- "$files_set/laid"
  rm -f -- "$files_set/names" "$files_set/directories" "$files_set/said"
}

# Units of systemd may be among the files.
files_reread() { [ ! -d /run/systemd/system ] || systemctl daemon-reload; }

# PLACE SET: what was put under another name, and whose run has died before it was over, is taken back: so the ones before are those from before it.
files_unfinished() {
  for files_cut in "$1"/*/old.tar; do
    files_cut=${files_cut%/old.tar}
    if [ ! -e "$files_cut/old.tar" ] || [ -e "$files_cut/settled" ] || [ "${files_cut##*/}" = "$2" ]; then continue; fi
    files_back "$1" "${files_cut##*/}" >/dev/null
  done
}

# PLACE SET DIGEST
files_put() {
  umask 077
  files_set=$1/$2
  mkdir -p -- "$files_set"
  if [ -e "$files_set/done" ]; then
    cat >/dev/null
    echo 'lies there already'
    return
  fi
  cat >"$files_set/new.tar.part"
  if [ "$(sha256sum <"$files_set/new.tar.part" | cut -c1-64)" != "$3" ]; then
    rm -f -- "$files_set/new.tar.part"
    files_die files-torn 'what came is not what was sent'
  fi
  mv -f -- "$files_set/new.tar.part" "$files_set/new.tar"
  files_unfinished "$1" "$2"
  files_set=$1/$2
  files_names "$files_set/new.tar" >"$files_set/all"
  files_check <"$files_set/all"
  files_above <"$files_set/all"
  files_keep
  files_place "$files_set/new.tar"
  files_reread
  : >"$files_set/done"
  sync -- "$files_set/done" "$files_set"
  rm -f -- "$files_set/new.tar" "$files_set/all" "$files_set/there"
  # The oldest sets go; this one is the newest.
  find "$1" -mindepth 1 -maxdepth 1 -type d -printf '%T@ %f\n' | sort -rn | tail -n "+$((FILES_SETS + 1))" | while read -r _ files_old; do rm -rf -- "${1:?}/$files_old"; done
  echo 'put in place'
}

# PLACE SET
files_back() {
  umask 077
  files_set=$1/$2
  if [ ! -e "$files_set/old.tar" ]; then
    echo 'nothing was changed'
    return
  fi
  files_names "$files_set/old.tar" | files_above
  files_place "$files_set/old.tar"
  # Deepest first: a directory goes when nothing is left in it.
  sort -r "$files_set/absent" | while IFS= read -r files_name; do
    case $files_name in
    */) rmdir -- "$files_name" 2>/dev/null || : ;;
    *) rm -f -- "$files_name" "$files_name.shiplock-part" ;;
    esac
  done
  files_reread
  files_settle "$1" "$2" >/dev/null
  echo 'brought back'
}

# PLACE SET
files_settle() {
  umask 077
  [ -d "$1/$2" ] || mkdir -p -- "$1/$2"
  : >"$1/$2/settled"
  sync -- "$1/$2/settled" "$1/$2"
  echo settled
}

# An account or group that is there with another number would let it have what belongs to somebody else: that is refused before anything is made.
files_accounts() {
  files_groups=''
  for files_word in "$@"; do
    case $files_word in
    --) files_groups=yes ;;
    *)
      files_name=${files_word%%:*}
      files_rest=${files_word#*:}
      files_id=${files_rest%%:*}
      files_kind=passwd
      [ -z "$files_groups" ] || files_kind=group
      files_has=$(getent "$files_kind" "$files_name" | cut -d : -f 3) || :
      files_who=$(getent "$files_kind" "$files_id" | cut -d : -f 1) || :
      if [ -n "$files_has" ] && [ "$files_has" != "$files_id" ]; then files_die files-account "$files_kind $files_name is $files_has here and was $files_id"; fi
      if [ -n "$files_who" ] && [ "$files_who" != "$files_name" ]; then files_die files-account "$files_kind $files_id is $files_who here and was $files_name"; fi
      ;;
    esac
  done
  files_groups=''
  for files_word in "$@"; do
    if [ "$files_word" = -- ]; then
      files_groups=yes
    elif [ -n "$files_groups" ] && ! getent group "${files_word%%:*}" >/dev/null; then
      groupadd -g "${files_word#*:}" -- "${files_word%%:*}"
    fi
  done
  for files_word in "$@"; do
    [ "$files_word" != -- ] || break
    files_name=${files_word%%:*}
    getent passwd "$files_name" >/dev/null && continue
    IFS=: read -r files_name files_id files_group files_home files_shell <<FILES
$files_word
FILES
    useradd -M -N -u "$files_id" -g "$files_group" -d "$files_home" -s "$files_shell" -- "$files_name"
  done
  echo made
}

case ${0##*/} in
files.sh)
  files_do=$1
  shift
  case $files_do in
  facts) files_facts ;;
  read) files_read "$@" ;;
  put) files_put "$@" ;;
  back) files_back "$@" ;;
  settle) files_settle "$@" ;;
  accounts) files_accounts "$@" ;;
  *)
    echo "shiplock-host: usage: what is $files_do?" >&2
    exit 64
    ;;
  esac
  ;;
esac
