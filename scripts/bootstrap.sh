#!/bin/sh
# Runs a command of this checkout with the right npm packages and the right Node:
#   sh scripts/bootstrap.sh node scripts/test.ts
# Plain POSIX sh, because at this moment neither node_modules nor Node 24 need exist: Node 24 itself comes with the packages.
set -eu
cd "$(dirname "$0")/.."

stamp=node_modules/.shiplock-stamp
want=$(cksum < package-lock.json)

install_packages() {
  # `npm ci` empties node_modules, which is wanted when there is none; an existing one is brought up to date in place.
  # Some npm versions refuse `ci` when a registry does not carry a package for another platform; `install` takes exactly
  # the locked versions too, and --no-save leaves package.json and package-lock.json alone.
  if [ ! -d node_modules ] && npm ci --loglevel=error --no-fund --no-audit > /dev/null 2>&1; then return 0; fi
  npm install --no-save --loglevel=error --no-fund --no-audit > /dev/null
}

if [ "$(cat "$stamp" 2> /dev/null || true)" != "$want" ]; then
  if ! command -v npm > /dev/null; then
    echo "npm is missing: install Node.js ≥ 20 with npm (any version that runs npm; the right Node comes with the packages)" >&2
    exit 2
  fi
  echo "installing npm packages …"
  if ! install_packages; then
    echo "the npm packages could not be installed: see npm's message above; \`npm config get registry\` names the registry" >&2
    exit 2
  fi
  # npm's own bookkeeping is there when the installation went through to the end, and Node 24 when its script was allowed to run.
  if [ ! -x node_modules/.bin/node ]; then
    echo "node_modules/.bin/node is missing: npm did not run the script of the package \"node\"; run \`npm rebuild node\`" >&2
    exit 2
  fi
  echo "$want" > "$stamp"
fi

# System directories come last: servers lie in sbin, which is often not on an ordinary user's PATH.
PATH="$PWD/node_modules/.bin:$PATH:/usr/local/go/bin:/usr/local/sbin:/usr/sbin:/sbin"
export PATH
exec "$@"
