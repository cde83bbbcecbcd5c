#!/bin/sh
# lay.sh put TO DIGEST SET SOURCE...   lays one file down whole, made of the sources, and keeps the one before as TO.previous
# lay.sh back TO DIGEST SET            takes it back, where what lies there is what was put
# lay.sh settle TO                     from now on it is the one before of the next
#
# It is run by itself on this machine, and is a part of the program of a host (host.sh). Every verb may be given twice, and killed at any moment.
#
# SET names the files that are laid down together, some of which may stay as they were: TO.previous.of says for which set TO.previous was kept, so that
# nothing comes back that was replaced long ago. Each source counts with exactly one line feed at its end; DIGEST is the SHA-256 of all of them, one
# behind the other. Owner and mode are those of the file before; a new file is readable for its owner only. The file is whole at any moment.
set -eu
LC_ALL=C
export LC_ALL

# Of a file; nothing where there is none.
lay_sum() { [ ! -e "$1" ] || sha256sum <"$1" | cut -c1-64; }
lay_of() { [ ! -e "$1.previous.of" ] || cat -- "$1.previous.of"; }

# TO DIGEST SET NEW: NEW is a file with the content, and is gone afterwards.
lay_put() {
  lay_lies=$(lay_sum "$1")
  if [ "$(lay_of "$1")" = "$3" ] && [ "$lay_lies" = "$2" ]; then
    rm -f -- "$4"
    echo 'lies there already'
    return
  fi
  if [ "$(lay_sum "$4")" != "$2" ]; then
    rm -f -- "$4"
    printf 'shiplock-host: lay-torn: %s: what came is not what was looked at\n' "$1" >&2
    exit 70
  fi
  # Killed behind keeping it: then it lies there and beside it, and the mark says for whom.
  if [ "$(lay_of "$1")" != "$3" ] || [ "$lay_lies" != "$(lay_sum "$1.previous")" ]; then
    if [ -n "$lay_lies" ]; then
      cp -p -- "$1" "$1.previous.part"
      sync -- "$1.previous.part"
      mv -f -- "$1.previous.part" "$1.previous"
    else
      rm -f -- "$1.previous"
    fi
    printf '%s' "$3" >"$1.previous.of.part"
    sync -- "$1.previous.of.part"
    mv -f -- "$1.previous.of.part" "$1.previous.of"
  fi
  rm -f -- "$1.part"
  [ -z "$lay_lies" ] || cp -p -- "$1" "$1.part"
  cat -- "$4" >"$1.part"
  sync -- "$1.part"
  mv -f -- "$1.part" "$1"
  rm -f -- "$4"
  sync -- "$(dirname -- "$1")"
  echo 'put in place'
}

# TO DIGEST SET
lay_back() {
  [ "$(lay_of "$1")" = "$3" ] || { echo 'laid down by another: left alone' && return; }
  [ "$(lay_sum "$1")" = "$2" ] || { echo 'another one lies there: left alone' && return; }
  if [ -e "$1.previous" ]; then
    cp -p -- "$1.previous" "$1.part"
    sync -- "$1.part"
    mv -f -- "$1.part" "$1"
  else
    rm -f -- "$1"
  fi
  sync -- "$(dirname -- "$1")"
  echo 'taken back'
}

# TO
lay_settle() {
  rm -f -- "$1.previous.of"
  echo settled
}

case ${0##*/} in
lay.sh)
  umask 077
  lay_do=$1 lay_to=$2
  case $lay_do in
  put)
    lay_digest=$3 lay_set=$4
    shift 4
    mkdir -p -- "$(dirname -- "$lay_to")"
    # Command substitution takes the line feeds at the end away, printf puts one there.
    for lay_source in "$@"; do printf '%s\n' "$(cat -- "$lay_source")"; done >"$lay_to.new"
    lay_put "$lay_to" "$lay_digest" "$lay_set" "$lay_to.new"
    ;;
  back) lay_back "$lay_to" "$3" "$4" ;;
  settle) lay_settle "$lay_to" ;;
  *)
    echo "shiplock-host: usage: what is $lay_do?" >&2
    exit 64
    ;;
  esac
  ;;
esac
