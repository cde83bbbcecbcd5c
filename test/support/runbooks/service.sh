#!/bin/sh
# service.sh start|stop|status NAME: a process that runs until it is told to stop. Each start and stop that happens is a line of `log`.
set -eu
dir=$(cd -- "$(dirname -- "$0")" && pwd)
pid=$dir/$2.pid
# What has ended and was not waited for yet runs no more.
alive() {
  [ -s "$pid" ] && read -r number <"$pid" && [ -d "/proc/$number" ] && ! grep -q '^State:.*Z' "/proc/$number/status" 2>/dev/null
}
case $1 in
start)
  ! alive || exit 0
  setsid sleep 600 >/dev/null 2>&1 </dev/null &
  echo $! >"$pid.new"
  mv -- "$pid.new" "$pid"
  echo "start $2" >>"$dir/log"
  ;;
stop)
  alive || exit 0
  kill -9 "$number"
  while alive; do sleep 0.01; done
  echo "stop $2" >>"$dir/log"
  ;;
status)
  alive || {
    echo "$2 does not run"
    exit 3
  }
  ;;
esac
