#!/bin/sh
# lay.sh put TO DIGEST[:SET] SOURCE...   lays one file down whole, made of the sources, and keeps the one before as TO.previous
# lay.sh back TO DIGEST[:SET]            takes it back, where what lies there is what was put
#
# SET names files that are laid down together, some of which may be as they were: TO.previous.of says for which of them TO.previous was kept, so that
# nothing comes back that was replaced long ago.
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
set=''
case $digest in *:*) set=${digest#*:} digest=${digest%%:*} ;; esac
of=''
[ ! -e "$to.previous.of" ] || of=$(cat -- "$to.previous.of")
lies=''
[ ! -e "$to" ] || lies=$(sum <"$to")
case $verb in
put)
  if [ "$lies" = "$digest" ] && { [ -z "$set" ] || [ "$of" = "$set" ]; }; then
    echo 'lies there already'
    exit 0
  fi
  [ "$(whole "$@" | sum)" = "$digest" ] || {
    echo "lay.sh: $* is another one than was looked at" >&2
    exit 70
  }
  mkdir -p -- "$(dirname -- "$to")"
  if [ -z "$set" ] || [ "$of" != "$set" ]; then
    if [ -n "$lies" ]; then
      cp -p -- "$to" "$to.previous.part"
      sync -- "$to.previous.part"
      mv -f -- "$to.previous.part" "$to.previous"
    else
      rm -f -- "$to.previous"
    fi
  fi
  if [ -n "$set" ]; then
    printf '%s' "$set" >"$to.previous.of.part"
    sync -- "$to.previous.of.part"
    mv -f -- "$to.previous.of.part" "$to.previous.of"
  fi
  rm -f -- "$to.part"
  [ -z "$lies" ] || cp -p -- "$to" "$to.part"
  whole "$@" >"$to.part"
  sync -- "$to.part"
  mv -f -- "$to.part" "$to"
  sync -- "$(dirname -- "$to")"
  echo 'put in place'
  ;;
back)
  [ -z "$set" ] || [ "$of" = "$set" ] || { echo 'laid down by another: left alone'; exit 0; }
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
