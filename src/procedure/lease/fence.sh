#!/bin/sh
# fence.sh FILE N -- COMMAND [ARGUMENT...]
# fence.sh --serve
#
# Runs COMMAND under the fence number N while an exclusive lock on FILE is held. FILE holds the greatest number seen so far.
# A smaller N is a holder whose lease somebody else has taken since: refused with exit 75 and a line on standard error that
# begins with "shiplock-fence:". Nobody else can raise the number while COMMAND runs, and COMMAND of a dead caller still holds
# the lock until it ends: the next holder waits for it here instead of working beside it.
#
# --serve stands ready to lock for a caller that works by itself: "lock N FILE" is answered with "held" or with why it is refused, "free" with
# "free". What is locked is freed when the input ends, so a dead caller holds nothing.
set -eu

# Locks FILE and raises its number to N. Sets `refused` to the reason when that may not be.
take() {
  refused=''
  case $2 in
  '' | *[!0-9]*)
    echo "shiplock-fence: $2 is not a number" >&2
    exit 64
    ;;
  esac
  # Nothing is started that the shell can do by itself: a rollback waits for this.
  case $1 in
  */*) dir=${1%/*}/ ;;
  *) dir=. ;;
  esac
  [ -d "$dir" ] || mkdir -p -- "$dir"
  exec 9<>"$1"
  flock -x 9

  held=''
  read -r held <"$1" || :
  case $held in
  *[!0-9]*)
    refused="refused: $1 does not hold a number; write the greatest fence of the journal into it"
    return
    ;;
  esac
  if [ "${held:-0}" -gt "$2" ]; then
    refused="refused: $2 is older than $held"
    return
  fi
  if [ "$2" -gt "${held:-0}" ]; then
    # In place, without truncating, always the same length: a power cut leaves the old number or the new one.
    printf '%020d\n' "$2" 1<>"$1"
    sync -- "$1" 2>/dev/null || sync
  fi
}

serve() {
  while read -r verb number name; do
    case $verb in
    lock)
      take "$name" "$number"
      if [ -z "$refused" ]; then
        echo held
      else
        exec 9<&-
        echo "$refused"
      fi
      ;;
    free)
      exec 9<&-
      echo free
      ;;
    *)
      echo "shiplock-fence: what is $verb?" >&2
      exit 64
      ;;
    esac
  done
}

# After a signal the shell waits for COMMAND before it ends, so that the lock outlives the work. (A trap that does something is
# reset in COMMAND; an ignored signal would be ignored there too.)
trap : TERM INT HUP

if [ "$#" -eq 1 ] && [ "$1" = --serve ]; then
  serve
  exit 0
fi
if [ "$#" -lt 4 ] || [ "$3" != -- ]; then
  echo 'usage: fence.sh FILE N -- COMMAND [ARGUMENT...] | fence.sh --serve' >&2
  exit 64
fi
take "$1" "$2"
if [ -n "$refused" ]; then
  echo "shiplock-fence: $refused" >&2
  exit 75
fi
shift 3

# The lock belongs to this shell alone: what COMMAND leaves running in the background must not keep it.
status=0
"$@" 9<&- || status=$?
exit "$status"
