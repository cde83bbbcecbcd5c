#!/bin/sh
# nginx-run.sh DIRECTORY BYTES
# Runs the Nginx of DIRECTORY in the foreground and keeps its counts below BYTES per file, two files at most (some seconds of traffic
# more). Beside Nginx runs nothing but a loop that looks every five seconds.
set -eu
cd -- "$1"

# What a process calls itself, if it is one of this directory; else nothing.
title() {
  name=''
  # shellcheck disable=SC3013 # every sh of Linux knows -ef, and asking all processes starts none
  if [ "/proc/$1/cwd" -ef . ]; then
    { read -r name <"/proc/$1/cmdline" || :; } 2>/dev/null
  fi
}

master=''
if [ -e nginx.pid ]; then read -r master <nginx.pid || :; fi
title "${master:-none}"
case $name in
'nginx: master process'*)
  echo "an Nginx runs in $1 already, with pid $master" >&2
  exit 1
  ;;
esac

# Workers outlive a master that is killed, and keep the port. They finish what they have.
for process in /proc/[0-9]*; do
  title "${process#/proc/}"
  case $name in
  'nginx: worker process'*) kill -QUIT "${process#/proc/}" 2>/dev/null || : ;;
  esac
done

# A socket that a killed Nginx left behind would keep the next one from starting.
rm -f nginx.sock

# $$ is this shell, and after exec it is the master of Nginx: the loop ends with it.
while sleep 5 && kill -0 $$ 2>/dev/null; do
  size=$(stat -c %s counts.log 2>/dev/null || echo 0)
  [ "$size" -gt "$2" ] || continue
  # Workers write to the old file until they have opened a new one; a reader reads the old one to its end first.
  mv -f counts.log counts.log.1
  kill -USR1 $$
done &

exec nginx -e stderr -p "$1" -c "$1/nginx.conf" -g 'daemon off;'
