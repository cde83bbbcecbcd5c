#!/bin/sh
# nginx-reload.sh DIRECTORY SECONDS
# Puts next.conf of DIRECTORY in place, has the running Nginx load it, and waits until every request that begins is served by it:
# new workers are there, and each old one has stopped taking connections. If that does not happen in time, the file before it is
# put back: Nginx itself goes on with the old configuration when it cannot load the new one.
set -eu
cd -- "$1"

fail() {
  echo "$1" >&2
  exit 1
}

# What a process calls itself; nothing when there is none.
title() {
  name=''
  { read -r name <"/proc/$1/cmdline" || :; } 2>/dev/null
}

# Workers of the master that take connections.
taking() {
  list=''
  children=''
  { read -r children <"/proc/$master/task/$master/children" || :; } 2>/dev/null
  for child in $children; do
    title "$child"
    case $name in
    'nginx: worker process is shutting down'*) ;;
    'nginx: worker process'*) list="$list $child" ;;
    esac
  done
}

master=''
read -r master <nginx.pid || :
title "${master:-none}"
case $name in
'nginx: master process'*) ;;
*) fail "no Nginx runs in $1" ;;
esac

taking
before=$list
if [ -e nginx.conf ]; then ln -f nginx.conf previous.conf; fi
mv -f next.conf nginx.conf
kill -HUP "$master"

# Seconds since boot: a loop of this shell may take any time.
read -r now _ </proc/uptime
end=$((${now%.*} + $2 + 1))
# Nginx itself gives new workers a tenth of a second before it stops the old ones.
pause=0.11
while [ "${now%.*}" -lt "$end" ]; do
  sleep "$pause"
  pause=0.02
  read -r now _ </proc/uptime
  taking
  new=''
  old=''
  for child in $list; do
    case " $before " in
    *" $child "*) old=$child ;;
    *) new=$child ;;
    esac
  done
  if [ -n "$new" ] && [ -z "$old" ]; then exit 0; fi
  title "$master"
  if [ -z "$name" ]; then break; fi
done

if [ -e previous.conf ]; then mv -f previous.conf nginx.conf; fi
fail "Nginx did not load the new configuration within $2 s and goes on with the old one; its log says why"
