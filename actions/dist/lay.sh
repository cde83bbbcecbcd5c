#!/bin/sh
# lay.sh put TO DIGEST SOURCE...   lays one file down whole, made of the sources, and keeps the one before as TO.previous
# lay.sh back TO DIGEST            takes it back, where what lies there is what was put
#
# Each source counts with exactly one line feed at its end; DIGEST is the SHA-256 of all of them, one behind the other. Both verbs may be given
# twice. Owner and mode are those of the file before; a new file is readable for its owner only. The file is whole at any moment. On hosts over
# ssh the same is done by `lay` of host.sh.
set -eu
umask 077
LC_ALL=C
export LC_ALL

# Command substitution takes the line feeds at the end away, printf puts one there.
whole() { for source in "$@"; do printf '%s\n' "$(cat -- "$source")"; done; }
sum() { sha256sum | cut -c1-64; }

verb=$1 to=$2 digest=$3
shift 3
lies=''
[ ! -e "$to" ] || lies=$(sum <"$to")
case $verb in
put)
  [ "$lies" != "$digest" ] || { echo 'lies there already'; exit 0; }
  [ "$(whole "$@" | sum)" = "$digest" ] || {
    echo "lay.sh: $* is another one than was looked at" >&2
    exit 70
  }
  mkdir -p -- "$(dirname -- "$to")"
  if [ -n "$lies" ]; then
    cp -p -- "$to" "$to.previous.part"
    sync -- "$to.previous.part"
    mv -f -- "$to.previous.part" "$to.previous"
    cp -p -- "$to" "$to.part"
  else
    rm -f -- "$to.part" "$to.previous"
  fi
  whole "$@" >"$to.part"
  sync -- "$to.part"
  mv -f -- "$to.part" "$to"
  sync -- "$(dirname -- "$to")"
  echo 'put in place'
  ;;
back)
  [ "$lies" = "$digest" ] || { echo 'another one lies there: left alone'; exit 0; }
  if [ -e "$to.previous" ]; then
    cp -p -- "$to.previous" "$to.part"
    sync -- "$to.part"
    mv -f -- "$to.part" "$to"
  else
    rm -f -- "$to"
  fi
  sync -- "$(dirname -- "$to")"
  echo 'taken back'
  ;;
*)
  echo "lay.sh: what is $verb?" >&2
  exit 64
  ;;
esac
