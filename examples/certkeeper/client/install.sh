#!/bin/sh
# Installs the certkeeper client, after checking that it is the one this installer was released with.
set -eu

# SHA-256 of the file `certkeeper` beside this one; a test compares them.
client_sha256=99a235a5f2117746de3b9fb2e4fd6113f7e2855e924afc74aae06fa2e3764e73

usage() {
  cat <<'END'
install.sh: installs the `certkeeper` command for the present user

  sh install.sh [--prefix DIR] [--from DIR-OR-URL] [--dry-run] [--allow-root]
  sh install.sh --uninstall [--prefix DIR] [--dry-run] [--allow-root]

  --prefix DIR     install DIR/bin/certkeeper (default: ~/.local)
  --from PLACE     where the file `certkeeper` is: a directory or an http(s) URL of one (default: where this script is)
  --uninstall      remove what was installed; a file that is not ours is left alone
  --dry-run        say what would be done, and do nothing
  --allow-root     go on although this runs as root; nothing is ever run with sudo
  --help           this text

Exit codes: 0 done, 1 could not be done, 2 wrong usage, 3 the file is not the one that was released.
END
}

say() { printf 'certkeeper: %s\n' "$1"; }

stop() {
  printf 'certkeeper: %s\n' "$2" >&2
  exit "$1"
}

prefix='' from='' action=install dry=no root=no
while [ $# -gt 0 ]; do
  case $1 in
    --prefix | --from)
      if [ $# -lt 2 ] || [ -z "$2" ]; then stop 2 "$1 needs a value"; fi
      if [ "$1" = --prefix ]; then prefix=$2; else from=$2; fi
      shift
      ;;
    --uninstall) action=uninstall ;;
    --dry-run) dry=yes ;;
    --allow-root) root=yes ;;
    --help | -h)
      usage
      exit 0
      ;;
    *) stop 2 "\"$1\" is not known; try --help" ;;
  esac
  shift
done

if [ "$(id -u)" -eq 0 ] && [ "$root" = no ]; then
  stop 1 'this runs as root. Run it as the user who wants the command, or add --allow-root if root does'
fi
if [ -z "$prefix" ]; then
  [ -n "${HOME:-}" ] || stop 2 'HOME is not set; use --prefix'
  prefix=$HOME/.local
fi
target=$prefix/bin/certkeeper

is_ours() { [ -f "$1" ] && sed -n 2p "$1" | grep -q '^# certkeeper client:'; }

if [ "$action" = uninstall ]; then
  if [ ! -e "$target" ]; then
    say "$target is not there; nothing to do"
  elif ! is_ours "$target"; then
    stop 1 "$target is not the certkeeper client; it is left alone"
  elif [ "$dry" = yes ]; then
    say "would remove $target"
  else
    rm -- "$target"
    say "removed $target"
  fi
  exit 0
fi

if [ -e "$target" ] && ! is_ours "$target"; then
  stop 1 "$target exists and is not the certkeeper client; move it away, or choose another --prefix"
fi
[ -n "$from" ] || from=$(dirname -- "$0")
if [ "$dry" = yes ]; then
  say "would take $from/certkeeper, check that its SHA-256 is $client_sha256, and install it as $target"
  exit 0
fi
command -v curl >/dev/null || stop 1 'curl is missing; the command needs it: install the package curl'

work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
trap 'exit 1' HUP INT TERM
case $from in
  http://* | https://*)
    curl --fail --silent --show-error --location --max-time 60 --output "$work/certkeeper" "${from%/}/certkeeper" ||
      stop 1 "$from/certkeeper could not be fetched"
    ;;
  *)
    [ -r "$from/certkeeper" ] || stop 1 "$from/certkeeper cannot be read; say with --from where it is"
    cp -- "$from/certkeeper" "$work/certkeeper"
    ;;
esac

if command -v sha256sum >/dev/null; then
  found=$(sha256sum <"$work/certkeeper")
else
  found=$(shasum -a 256 <"$work/certkeeper") || stop 1 'neither sha256sum nor shasum is there to check the file'
fi
found=${found%% *}
[ "$found" = "$client_sha256" ] || stop 3 "the file has SHA-256 $found, but $client_sha256 was released; nothing was installed"

# A rename is atomic: the command is never there half-written, not even while it is in use.
mkdir -p -- "$prefix/bin" || stop 1 "$prefix/bin cannot be made; choose another --prefix"
staged=$prefix/bin/.certkeeper.$$
if ! { cp -- "$work/certkeeper" "$staged" && chmod 755 "$staged" && mv -- "$staged" "$target"; }; then
  rm -f -- "$staged"
  stop 1 "$target cannot be written; choose another --prefix"
fi
say "installed $target"
case :${PATH:-}: in
  *:"$prefix/bin":*) ;;
  *) say "add $prefix/bin to your PATH to call it by its name" ;;
esac
