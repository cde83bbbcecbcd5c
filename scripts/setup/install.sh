#!/bin/sh
# Installs Debian packages without starting any service:  install.sh PACKAGE…   (as root; GUARD names the guard for tests)
# While it runs, policy-rc.d says no to every start; what stood there before is put back however this script ends, and if
# it was killed outright, by the next run, which knows its own guard by the mark in it.
set -eu

guard=${GUARD:-/usr/sbin/policy-rc.d}
saved=$guard.before-shiplock
mark='# shiplock set-up: no service starts while packages are installed'

put_back() {
  if [ -e "$saved" ]; then mv -f "$saved" "$guard"; elif grep -qsF "$mark" "$guard"; then rm -f "$guard"; fi
}

# Two set-ups at once would take each other's guard for the machine's own.
if [ -z "${SHIPLOCK_LOCKED:-}" ]; then
  SHIPLOCK_LOCKED=1 exec flock "${GUARD:-/run/shiplock-setup}.lock" sh "$0" "$@"
fi

trap put_back EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

put_back
refuses=0
if [ -x "$guard" ]; then "$guard" any start > /dev/null 2>&1 || refuses=$?; fi
if [ "$refuses" -ne 101 ]; then
  if [ -e "$guard" ]; then mv "$guard" "$saved"; fi
  printf '#!/bin/sh\n%s\nexit 101\n' "$mark" > "$guard"
  chmod 755 "$guard"
fi

install_packages() {
  DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends -o DPkg::Lock::Timeout=600 "$@" < /dev/null
}

# The package lists may be missing or so old that their files are gone: then they are fetched once.
if ! install_packages "$@" > /dev/null 2>&1; then
  apt-get update -q -o DPkg::Lock::Timeout=600 > /dev/null
  install_packages "$@" > /dev/null
fi
