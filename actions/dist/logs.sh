#!/bin/sh
# logs.sh look NAME FILES ROTATOR
# logs.sh rotate NAME FILES ROTATOR REOPEN EVERY MIB KEEP DAYS DUE
#
# Logs of one machine, put aside by rename, so that no line is lost. It is run by itself on this machine, and is a part of the program of a host
# (host.sh). Both verbs may be given twice, and `rotate` goes on with what another one has left half done.
#
#   look     JSON, one line per thing: logs, what was put aside, who still writes there; changes nothing
#   rotate   puts aside what is due, has the writer open its log anew, waits until it does, removes what is too much, compresses the rest
#
# FILES: absolute paths with commas between them; the last part of one may have stars. ROTATOR: yes or no, whether logrotate does it where it is
# installed; its configuration NAME is laid down then, and its own timer keeps to it. REOPEN: none, reload:UNIT, SIGNAL:UNIT or SIGNAL@PIDFILE.
# DUE: PATH:INODE with commas between them. A log that has another inode by now was put aside already.
# What is put aside is called LOG-YYYYMMDD-SECONDS, by logrotate too: so either can go on with what the other has done.
set -eu
LC_ALL=C
export LC_ALL

LOG_STAMP='-[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]-[0-9]*[0-9]'
LOG_ROTATORS=/etc/logrotate.d
# How often, five in a second, it is looked whether a writer has let go.
LOG_LOOKS=25

log_die() {
  printf 'shiplock-host: %s: %s\n' "$1" "$2" >&2
  exit 70
}

# STDIN as JSON: each line one {"kind":KIND,"text":...}.
log_lines() {
  tr '\001-\011\013-\037\177' '[?*]' | awk -v kind="$1" '{ gsub(/[\\"]/, "\\\\&"); printf "{\"kind\":\"%s\",\"text\":\"%s\"}\n", kind, $0 }'
}

# FILES → the patterns as words. Nothing in a pattern is special to a shell but the star.
log_patterns() {
  case $1 in
  '' | *[!A-Za-z0-9._/,*-]* | *\**/* | */../* | */./* | *//*)
    printf 'shiplock-host: usage: files %s\n' "$1" >&2
    exit 64
    ;;
  esac
  printf '%s' "$1" | tr , ' '
}

# Is it a plain file, with a name that is one word everywhere?
log_plain() {
  if [ ! -f "$1" ] || [ -L "$1" ]; then return 1; fi
  case $1 in *[!A-Za-z0-9._/@+=-]*) return 1 ;; esac
}
# … under no name of one that was put aside?
log_is() {
  log_plain "$1" || return 1
  # shellcheck disable=SC2254
  case $1 in *$LOG_STAMP | *$LOG_STAMP.gz | *.gz | *.part) return 1 ;; esac
}

# FILES → logs, one a line.
log_current() (
  set -f
  # shellcheck disable=SC2046
  set -- $(log_patterns "$1")
  set +f
  for log_pattern; do
    for log_path in $log_pattern; do ! log_is "$log_path" || printf '%s\n' "$log_path"; done
  done | sort -u
)

# FILES → what was put aside, compressed or not, one a line.
log_aside() (
  set -f
  # shellcheck disable=SC2046
  set -- $(log_patterns "$1")
  set +f
  for log_pattern; do
    for log_path in $log_pattern$LOG_STAMP $log_pattern$LOG_STAMP.gz; do
      ! log_plain "$log_path" || printf '%s\n' "$log_path"
    done
  done | sort -u
)

# Of a log that was put aside: which log it was, and when that was, in seconds since 1970.
log_base() {
  log_word=${1%.gz}
  log_word=${log_word%-*}
  printf '%s' "${log_word%-*}"
}
log_time() {
  log_word=${1%.gz}
  printf '%s' "${log_word##*-}"
}

# FILE → ids of processes that have it open for writing, whatever its name is by now.
log_writers() {
  find -L /proc/[0-9]*/fd -maxdepth 1 -samefile "$1" 2>/dev/null | while IFS=/ read -r _ _ log_pid _ log_fd; do
    case $(awk '$1 == "flags:" { print $2 }' "/proc/$log_pid/fdinfo/$log_fd" 2>/dev/null) in
    *[1256]) printf '%s\n' "$log_pid" ;;
    esac
  done | sort -un
}

# FILES → those put aside, not compressed, that somebody still writes to: PATH PID COMMAND, one a line.
log_held() {
  log_aside "$1" | while read -r log_path; do
    case $log_path in *.gz) continue ;; esac
    for log_pid in $(log_writers "$log_path"); do
      printf '%s %s %s\n' "$log_path" "$log_pid" "$(tr -d '\n' <"/proc/$log_pid/comm" 2>/dev/null || :)"
    done
  done
}

# FILES → directories in which somebody else than root could put another file under a name that root is about to use.
log_insecure() {
  [ "$(id -u)" = 0 ] || return 0
  log_patterns "$1" | tr ' ' '\n' | sed 's,/[^/]*$,,' | sort -u | while read -r log_dir; do
    [ -d "$log_dir" ] || continue
    case $(stat -c '%u %A' -- "$log_dir") in
    "0 d"????-??-?*) ;;
    *) printf '%s\n' "$log_dir" ;;
    esac
  done
}

log_rotator() {
  [ "$1" = yes ] && command -v logrotate >/dev/null && [ -d "$LOG_ROTATORS" ]
}

# NAME FILES → configurations of logrotate that are not ours and mean the same logs. Logrotate itself says what they mean.
log_others() {
  LOG_MINE=$(log_current "$2")
  export LOG_MINE
  for log_conf in /etc/logrotate.conf "$LOG_ROTATORS"/*; do
    if [ ! -f "$log_conf" ] || [ "$log_conf" = "$LOG_ROTATORS/$1" ]; then continue; fi
    # The main one includes the others: only what it says itself counts for it.
    if [ "$log_conf" = /etc/logrotate.conf ]; then
      grep -v '^[[:space:]]*include' "$log_conf" | logrotate -d /dev/stdin 2>&1 || :
    else
      logrotate -d "$log_conf" 2>&1 || :
    fi | awk -v conf="$log_conf" '
      BEGIN { count = split(ENVIRON["LOG_MINE"], list, "\n"); for (at = 1; at <= count; at++) mine[list[at]] = 1 }
      sub(/^ *considering log /, "") && ($0 in mine) { print conf, $0 }'
  done
}

logs_look() {
  if log_rotator "$3"; then
    logrotate --version 2>&1 | head -n 1 | log_lines rotator
    log_others "$1" "$2" | log_lines other
  fi
  log_insecure "$2" | log_lines insecure
  log_current "$2" | while read -r log_path; do stat -c '%s %i %W %Y %n' -- "$log_path"; done | log_lines log
  log_aside "$2" | while read -r log_path; do
    log_pids='-'
    case $log_path in *.gz) ;; *) log_pids=$(log_writers "$log_path" | tr '\n' ,) ;; esac
    printf '%s %s %s %s\n' "$(stat -c %s -- "$log_path")" "$(log_time "$log_path")" "${log_pids:--}" "$log_path"
  done | log_lines aside
  date +%s | log_lines now
  echo '{"kind":"end"}'
}

# What the configuration of logrotate says. Compressed one turn later: by then the writer has let go.
log_conf_text() {
  printf '# Made by shiplock, which writes it anew when it rotates: change shiplock.yaml instead.\n'
  log_patterns "$2" | tr ' ' '\n' | sed 's/.*/"&"/'
  cat <<CONF
{
  $5
  maxsize $6M
  rotate $7
  maxage $8
  dateext
  dateformat -%Y%m%d-%s
  compress
  delaycompress
  missingok
  notifempty
  create
  sharedscripts
CONF
  log_reopen_words=$(log_reopen_command "$4")
  [ -z "$log_reopen_words" ] || printf '  postrotate\n    %s\n  endscript\n' "$log_reopen_words"
  printf '}\n'
}

# REOPEN → a line of shell; nothing where the writer opens its log for each line. All of it was looked at before it comes here.
log_reopen_command() {
  # shellcheck disable=SC2016
  case $1 in
  none) ;;
  reload:*) printf 'systemctl reload -- %s' "${1#*:}" ;;
  *:*) printf 'systemctl kill --kill-who=main -s %s -- %s' "${1%%:*}" "${1#*:}" ;;
  *@*) printf '[ ! -s %s ] || kill -s %s "$(cat %s)"' "${1#*@}" "${1%%@*}" "${1#*@}" ;;
  esac
}

log_reopen_words_fit() {
  case $1 in
  none) ;;
  reload:* | USR1:* | USR2:* | HUP:*) case ${1#*:} in '' | [.-]* | *[!A-Za-z0-9._@:-]*) return 1 ;; esac ;;
  USR1@/* | USR2@/* | HUP@/*) case ${1#*@} in *[!A-Za-z0-9._/-]* | */../*) return 1 ;; esac ;;
  *) return 1 ;;
  esac
}

# A new log where one was put aside: same owner and mode. Linked into its place, so that a writer that was faster keeps its own.
log_create() {
  [ ! -e "$2" ] || return 0
  rm -f -- "$2.part"
  cp --attributes-only -p -- "$1" "$2.part"
  touch -- "$2.part"
  ln -- "$2.part" "$2" 2>/dev/null || :
  rm -f -- "$2.part"
}

log_put_aside() {
  while :; do
    log_to=$1-$(date +%Y%m%d-%s)
    if [ ! -e "$log_to" ] && [ ! -e "$log_to.gz" ]; then break; fi
    sleep 1
  done
  mv -T -n -- "$1" "$log_to"
  log_create "$log_to" "$1"
  sync -- "$(dirname -- "$1")"
}

# KEEP DAYS FILES: the newest KEEP of each log stay, none longer than DAYS. What somebody still writes to is never removed.
log_prune() {
  log_now=$(date +%s)
  log_aside "$3" | while read -r log_path; do printf '%s %s %s\n' "$(log_base "$log_path")" "$(log_time "$log_path")" "${log_path%.gz}"; done | sort -u -k1,1 -k2,2nr |
    awk -v keep="$1" -v oldest="$((log_now - $2 * 86400))" '{ row = ($1 == was ? row + 1 : 1); was = $1 } row > keep || $2 < oldest { print $3 }' |
    while read -r log_path; do
      if [ -f "$log_path" ] && [ -n "$(log_writers "$log_path")" ]; then continue; fi
      rm -f -- "$log_path" "$log_path.gz" "$log_path.gz.part"
    done
}

log_compress() {
  log_aside "$1" | while read -r log_path; do
    case $log_path in *.gz) continue ;; esac
    rm -f -- "$log_path.gz.part"
    if ! gzip -c -- "$log_path" >"$log_path.gz.part" || ! gzip -t <"$log_path.gz.part"; then
      rm -f -- "$log_path.gz.part"
      log_die logs-compress "$log_path: $(df -Pk -- "$(dirname -- "$log_path")" | awk 'NR == 2 { print $4 }') KiB free there"
    fi
    chown --reference="$log_path" -- "$log_path.gz.part"
    chmod --reference="$log_path" -- "$log_path.gz.part"
    touch -r "$log_path" -- "$log_path.gz.part"
    sync -- "$log_path.gz.part"
    mv -f -T -- "$log_path.gz.part" "$log_path.gz"
    sync -- "$(dirname -- "$log_path")"
    rm -f -- "$log_path"
  done
}

logs_rotate() {
  log_name=$1 log_files=$2 log_reopen=$4 log_keep=$7 log_days=$8 log_due=$9
  log_reopen_words_fit "$log_reopen" || {
    printf 'shiplock-host: usage: reopen %s\n' "$log_reopen" >&2
    exit 64
  }
  case $log_name:$5:$6:$7:$8 in
  *[!a-z0-9:_-]* | *::* | *:)
    printf 'shiplock-host: usage: %s\n' "$log_name $5 $6 $7 $8" >&2
    exit 64
    ;;
  esac
  log_dirs=$(log_insecure "$log_files" | tr '\n' ' ')
  [ -z "$log_dirs" ] || log_die logs-insecure "$log_dirs"
  log_left=''
  for log_one in $(printf '%s' "$log_due" | tr , ' '); do
    log_path=${log_one%:*}
    if log_current "$log_files" | grep -Fqx -- "$log_path" && [ "$(stat -c %i -- "$log_path")" = "${log_one##*:}" ]; then log_left="$log_left $log_path"; fi
  done
  if log_rotator "$3"; then
    log_other=$(log_others "$log_name" "$log_files" | head -n 1)
    [ -z "$log_other" ] || log_die logs-twice "$log_other"
    if [ "$(log_conf_text "$@")" != "$(cat -- "$LOG_ROTATORS/$log_name" 2>/dev/null || :)" ]; then
      # Logrotate reads no file with this ending.
      log_conf_text "$@" >"$LOG_ROTATORS/$log_name.dpkg-new"
      chmod 644 "$LOG_ROTATORS/$log_name.dpkg-new"
      sync -- "$LOG_ROTATORS/$log_name.dpkg-new"
      mv -f -T -- "$LOG_ROTATORS/$log_name.dpkg-new" "$LOG_ROTATORS/$log_name"
      sync -- "$LOG_ROTATORS"
    fi
    # What a compression that was killed has left: the whole file lies beside it.
    log_aside "$log_files" | while read -r log_path; do
      case $log_path in *.gz) [ ! -f "${log_path%.gz}" ] || rm -f -- "$log_path" ;; esac
    done
    if [ -n "$log_left" ]; then
      log_said=$(logrotate -f "$LOG_ROTATORS/$log_name" 2>&1) || log_die logs-rotator "logrotate: $(printf '%s\n' "$log_said" | grep '^error' | head -n 1)"
    fi
  else
    for log_path in $log_left; do log_put_aside "$log_path"; done
  fi
  log_current "$log_files" | while read -r log_path; do [ ! -e "$log_path.part" ] || rm -f -- "$log_path.part"; done
  # Also of what somebody who was killed has put aside: without its log a writer has nothing to open.
  log_aside "$log_files" | while read -r log_path; do
    case $log_path in *.gz) ;; *) log_create "$log_path" "$(log_base "$log_path")" ;; esac
  done
  log_say=$(log_reopen_command "$log_reopen")
  if [ -n "$log_say" ] && [ -n "$(log_held "$log_files")" ]; then
    log_said=$(sh -c "$log_say" 2>&1) || log_die logs-reopen "$log_reopen: $log_said"
  fi
  log_look=0
  while log_open=$(log_held "$log_files" | head -n 1) && [ -n "$log_open" ]; do
    log_look=$((log_look + 1))
    [ "$log_look" -le "$LOG_LOOKS" ] || log_die logs-held "$log_open"
    sleep 0.2
  done
  log_prune "$log_keep" "$log_days" "$log_files"
  # Logrotate compresses by itself, at its next turn.
  if ! log_rotator "$3"; then log_compress "$log_files"; fi
  echo "put aside:${log_left:- nothing}"
}

case ${0##*/} in
logs.sh)
  log_do=$1
  shift
  case $log_do in
  look) logs_look "$@" ;;
  rotate) logs_rotate "$@" ;;
  *)
    echo "shiplock-host: usage: what is $log_do?" >&2
    exit 64
    ;;
  esac
  ;;
esac
