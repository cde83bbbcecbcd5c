#!/bin/sh
# fence.sh FILE N -- COMMAND [ARGUMENT...]
#
# Runs COMMAND under the fence number N while an exclusive lock on FILE is held. FILE holds the greatest number seen so far.
# A smaller N is a holder whose lease somebody else has taken since: refused with exit 75 and a line on standard error that
# begins with "shiplock-fence:". Nobody else can raise the number while COMMAND runs, and COMMAND of a dead caller still holds
# the lock until it ends: the next holder waits for it here instead of working beside it.
set -eu

if [ "$#" -lt 4 ] || [ "$3" != -- ]; then
  echo 'usage: fence.sh FILE N -- COMMAND [ARGUMENT...]' >&2
  exit 64
fi
file=$1
number=$2
shift 3
case $number in
'' | *[!0-9]*)
  echo "shiplock-fence: $number is not a number" >&2
  exit 64
  ;;
esac

# After a signal the shell waits for COMMAND before it ends, so that the lock outlives the work. (A trap that does something is
# reset in COMMAND; an ignored signal would be ignored there too.)
trap : TERM INT HUP

# Nothing is started that the shell can do by itself: a rollback waits for this.
case $file in
*/*) dir=${file%/*}/ ;;
*) dir=. ;;
esac
[ -d "$dir" ] || mkdir -p -- "$dir"
exec 9<>"$file"
flock -x 9

held=''
read -r held <"$file" || :
case $held in
*[!0-9]*)
  echo "shiplock-fence: refused: $file does not hold a number; write the greatest fence of the journal into it" >&2
  exit 75
  ;;
esac
if [ "${held:-0}" -gt "$number" ]; then
  echo "shiplock-fence: refused: $number is older than $held" >&2
  exit 75
fi
if [ "$number" -gt "${held:-0}" ]; then
  # In place, without truncating, always the same length: a power cut leaves the old number or the new one.
  printf '%020d\n' "$number" 1<>"$file"
  sync -- "$file" 2>/dev/null || sync
fi

# The lock belongs to this shell alone: what COMMAND leaves running in the background must not keep it.
status=0
"$@" 9<&- || status=$?
exit "$status"
