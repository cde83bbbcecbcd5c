#!/bin/sh
# Installs, updates and removes a command that is published as a package: `sh install.sh --help`.
# Needs a POSIX shell, tar, gzip, curl or wget, sha256sum (or shasum, or openssl), and openssl for the signature.
set -eu

# What this installer is for. Set when the package is made.
name=''
# Where it is published.
address=''
# COMMAND=FILE …
links=''
# Files that whoever installs may change.
config=''
# The public key of the publisher; empty: packages are not signed.
key_kind=''
key=''

usage() {
  cat <<END
install.sh: installs the command \`$name\`, after checking that it is what its publisher released

  sh install.sh [--version V] [--prefix DIR] [--from PLACE] [--sha256 HEX] [--dry-run]
  sh install.sh --uninstall [--purge] [--prefix DIR] [--dry-run]

  --version V         this version (default: the one that the publisher calls the latest)
  --prefix DIR        install below DIR: bin, lib/$name, etc/$name (default: /usr/local for root, else ~/.local)
  --from PLACE        an http(s) address or a directory (default: ${address:-where this file lies})
  --sha256 HEX        take the package with this SHA-256 and no other; its signature is not asked for then
  --allow-downgrade   also a version that is older than the one that is installed
  --allow-yanked      also a version that the publisher has withdrawn
  --uninstall         remove what was installed; files in etc/$name stay
  --purge             with --uninstall: remove these too
  --dry-run           say what would be done, and change nothing
  --help              this text

curl and wget take a proxy from https_proxy, http_proxy and no_proxy. May be stopped at any moment and started again.
Exit codes: 0 done, 1 could not be done, 2 wrong usage, 5 refused: nothing was changed.
END
}

say() { printf '%s: %s\n' "$name" "$1"; }

warn() { printf '%s: %s\n' "$name" "$1" >&2; }

# stop CODE WORDS
stop() {
  warn "$2"
  exit "$1"
}

has() { command -v "$1" >/dev/null 2>&1; }

# rename FROM TO: in one step, also where TO is a link to a directory, which plain mv would follow.
rename() {
  mv -Tf -- "$1" "$2" 2>/dev/null || mv -hf -- "$1" "$2" 2>/dev/null ||
    stop 1 "$2 cannot be replaced: no right to write there, or a mv that knows neither -T nor -h"
}

# digest FILE: its SHA-256.
digest() {
  if has sha256sum; then
    sum=$(sha256sum <"$1")
  elif has shasum; then
    sum=$(shasum -a 256 <"$1")
  elif has openssl; then
    sum=$(openssl dgst -sha256 -r <"$1")
  else
    stop 1 'none of sha256sum, shasum and openssl is here to check files with; install one of them'
  fi
  printf '%s' "${sum%% *}"
}

# get FILE TARGET: false when it cannot be had. A target `-` is the standard output.
get() {
  case $from in
    http://* | https://*)
      if has curl; then
        # What begins encrypted must not be sent on to where it is not.
        case $from in
          https://*) protocols='=https' ;;
          *) protocols='=http,https' ;;
        esac
        curl --fail --silent --show-error --location --proto "$protocols" --connect-timeout 15 --max-time 300 \
          --retry 2 --output "$2" "$from/$1"
      elif has wget; then
        # Some builds of BusyBox crash when they are given a time.
        case $(wget --version 2>/dev/null | head -n 1) in
          'GNU Wget'*) wget -q -T 60 -O "$2" "$from/$1" ;;
          *) wget -q -O "$2" "$from/$1" ;;
        esac
      else
        stop 1 "neither curl nor wget is here to fetch $from with; install one of them, or give --from a directory"
      fi
      ;;
    *)
      [ -f "$from/$1" ] || return 1
      if [ "$2" = - ]; then cat <"$from/$1"; else cat <"$from/$1" >"$2"; fi
      ;;
  esac
}

# is_version TEXT
is_version() {
  case $1 in
    [!0-9A-Za-z]* | *[!0-9A-Za-z.+_-]* | '') return 1 ;;
  esac
  [ ${#1} -le 128 ]
}

is_number() {
  case $1 in
    '' | *[!0-9]* | ???????????????*) return 1 ;;
  esac
}

# order_of A B: sets order to lt, eq or gt; A and B are parts with dots between them. Semantic Versioning 2.0.0, 11.
order_of() {
  left=$1. right=$2. order=eq
  while [ "$order" = eq ] && [ -n "$left$right" ]; do
    l=${left%%.*} r=${right%%.*}
    left=${left#*.} right=${right#*.}
    if [ "$l" = "$r" ]; then
      :
    elif [ -z "$l" ]; then
      order=lt
    elif [ -z "$r" ]; then
      order=gt
    elif is_number "$l" && is_number "$r"; then
      if [ "$l" -lt "$r" ]; then order=lt; elif [ "$l" -gt "$r" ]; then order=gt; fi
    elif is_number "$l"; then
      order=lt
    elif is_number "$r"; then
      order=gt
    elif printf '%s\n%s\n' "$l" "$r" | LC_ALL=C sort -c >/dev/null 2>&1; then
      order=lt
    else
      order=gt
    fi
  done
}

# is_older A B: is the version A older than B? What is named after a commit (0.0.0-…) has no order.
is_older() {
  a=${1%%+*} b=${2%%+*}
  case $a in 0.0.0-*) return 1 ;; esac
  case $b in 0.0.0-*) return 1 ;; esac
  order_of "${a%%-*}" "${b%%-*}"
  if [ "$order" = eq ]; then
    case $a in *-*) a_pre=${a#*-} ;; *) a_pre='' ;; esac
    case $b in *-*) b_pre=${b#*-} ;; *) b_pre='' ;; esac
    if [ "$a_pre" = "$b_pre" ]; then
      return 1
    elif [ -z "$a_pre" ]; then
      order=gt
    elif [ -z "$b_pre" ]; then
      order=lt
    else
      order_of "$a_pre" "$b_pre"
    fi
  fi
  [ "$order" = lt ]
}

# sum_of NAME LIST: what a list of checksums says of a file.
sum_of() {
  while read -r sum file; do
    if [ "$file" = "$1" ]; then
      printf '%s' "$sum"
      return 0
    fi
  done <"$2"
  return 1
}

# is_whole DIR: is everything there that its list names, as it was packed?
is_whole() {
  [ -f "$1/FILES" ] || return 1
  while read -r listed file; do
    [ -f "$1/$file" ] || return 1
    [ "$(digest "$1/$file")" = "$listed" ] || return 1
  done <"$1/FILES"
}

# is_link PATH TARGET
is_link() { [ -L "$1" ] && [ "$(readlink "$1")" = "$2" ]; }

# make_dir DIR: with what it lies in; what was not there is written down, so that it goes again with the last file.
make_dir() {
  missing='' place=$1
  while [ ! -d "$place" ]; do
    missing="$place
$missing"
    place=$(dirname -- "$place")
  done
  [ -n "$missing" ] || return 0
  # From here on an interrupted installation finds what it has made.
  if [ -d "$home" ]; then printf '%s' "$missing" >>"$home/.dirs"; fi
  mkdir -p -- "$1" || stop 1 "$1 cannot be made; choose another --prefix"
  if [ "$1" = "$home" ]; then printf '%s' "$missing" >"$home/.dirs"; fi
}

# remove_dirs LIST: those that are empty, the deepest first.
remove_dirs() {
  turned=''
  while IFS= read -r place; do
    turned="$place
$turned"
  done <<END
$1
END
  while IFS= read -r place; do
    [ -z "$place" ] || rmdir -- "$place" 2>/dev/null || :
  done <<END
$turned
END
}

# clean_up: what this process, and others that were killed, have begun. A number says nothing of who is alive: containers have the same ones again.
clean_up() {
  for left in "$home"/.stage.*; do
    [ ! -d "$left" ] || rm -rf -- "$left"
  done
}

# end: nothing was installed, so nothing stays.
# shellcheck disable=SC2317 # the trap runs it
end() {
  clean_up
  if [ ! -L "$home/current" ] && [ -f "$home/.dirs" ]; then
    made=$(cat "$home/.dirs")
    set -- "$home"/*
    if [ ! -e "$1" ]; then
      rm -f -- "$home/.dirs"
      remove_dirs "$made"
    fi
  fi
}

# our_links: the commands in bin that lead to this package, one per line.
our_links() {
  for link in "$prefix"/bin/*; do
    [ -L "$link" ] || continue
    case $(readlink "$link") in
      "../lib/$name/current/"*) printf '%s\n' "$link" ;;
    esac
  done
}

refuse_foreign() {
  for pair in $links; do
    link=$prefix/bin/${pair%%=*}
    if { [ -e "$link" ] || [ -L "$link" ]; } && ! our_links | grep -qxF -- "$link"; then
      stop 5 "$link is there and is not of this package; move it away, or choose another --prefix"
    fi
  done
  if [ -e "$home" ] && [ ! -f "$home/.dirs" ] && [ ! -L "$home/current" ]; then
    set -- "$home"/*
    [ ! -e "$1" ] || stop 5 "$home is there and is not of this package; move it away, or choose another --prefix"
  fi
}

# check_signature DIR: of SHA256SUMS there.
check_signature() {
  has openssl || stop 1 "openssl is needed to check the signature; install the package openssl, or give --sha256 with a sum that you trust"
  printf '%s\n' "$key" >"$1/key.pem"
  case $key_kind in
    rsa) openssl dgst -sha256 -verify "$1/key.pem" -signature "$1/SHA256SUMS.sig" "$1/SHA256SUMS" >/dev/null 2>&1 ;;
    *)
      # Older ones cannot: that is no wrong signature.
      openssl pkeyutl -help 2>&1 | grep -q rawin ||
        stop 1 "openssl 3.0 or newer is needed to check the signature; or give --sha256 with a sum that you trust"
      openssl pkeyutl -verify -pubin -inkey "$1/key.pem" -rawin -in "$1/SHA256SUMS" -sigfile "$1/SHA256SUMS.sig" >/dev/null 2>&1
      ;;
  esac || stop 5 "SHA256SUMS of $wanted at $from is not signed by the publisher; nothing was installed"
}

# take DIR: the package, whole and checked, unpacked as DIR/x/NAME-VERSION.
take() {
  package=$name-$wanted.tar.gz
  if [ -n "$trusted" ]; then
    listed=$trusted
  else
    get "$wanted/SHA256SUMS" "$1/SHA256SUMS" || stop 1 "$from/$wanted/SHA256SUMS cannot be had; is there a version $wanted?"
    if [ -n "$key" ]; then
      get "$wanted/SHA256SUMS.sig" "$1/SHA256SUMS.sig" ||
        stop 5 "$from/$wanted/SHA256SUMS.sig cannot be had, and without a signature nothing is installed"
      check_signature "$1"
    else
      warn 'this package is not signed: its checksum shows damage, and not who made it'
    fi
    listed=$(sum_of "$package" "$1/SHA256SUMS") || stop 5 "SHA256SUMS of $wanted does not name $package; nothing was installed"
  fi
  get "$wanted/$package" "$1/package.tar.gz" || stop 1 "$from/$wanted/$package cannot be had"
  found=$(digest "$1/package.tar.gz")
  [ "$found" = "$listed" ] || stop 5 "$package has SHA-256 $found and not $listed; nothing was installed"
  mkdir -- "$1/x"
  gzip -dc <"$1/package.tar.gz" >"$1/package.tar" || stop 1 "$package cannot be unpacked; is the disk full?"
  tar -tf "$1/package.tar" >"$1/names" || stop 1 "$package is no archive"
  if grep -v "^$name-[^/]*/" "$1/names" | grep -q . || grep -Eq '(^|/)[.][.](/|$)' "$1/names"; then
    stop 5 "$package has files outside of its own directory; nothing was installed"
  fi
  (cd "$1/x" && tar -xf ../package.tar) || stop 1 "$package cannot be unpacked; is the disk full?"
  is_whole "$1/x/$name-$wanted" || stop 5 "$package is not whole, or of another version; nothing was installed"
  [ "$(cat "$1/x/$name-$wanted/VERSION")" = "$wanted" ] || stop 5 "$package is of another version; nothing was installed"
}

# lay_config: what is there already stays as it is.
lay_config() {
  for file in $config; do
    target=$settings/${file##*/}
    if [ -e "$target" ] || [ -L "$target" ]; then continue; fi
    make_dir "$settings"
    cp -- "$home/current/$file" "$stage/config"
    chmod 644 "$stage/config"
    rename "$stage/config" "$target"
  done
}

lay_links() {
  make_dir "$prefix/bin"
  for pair in $links; do
    target=../lib/$name/current/${pair#*=}
    link=$prefix/bin/${pair%%=*}
    if is_link "$link" "$target"; then continue; fi
    if { [ -e "$link" ] || [ -L "$link" ]; } && ! our_links | grep -qxF -- "$link"; then
      warn "$link is there and is not of this package: it is left alone"
      continue
    fi
    ln -s "$target" "$stage/link"
    rename "$stage/link" "$link"
  done
  # Commands that this version has no more.
  our_links | while IFS= read -r link; do
    [ -e "$link" ] || rm -f -- "$link"
  done
}

# finish: what belongs to an installed version and may be missing after an interruption.
finish() {
  # The facts of what is installed are those of its own installer: this one may be of another version.
  own=$(sed -n "s/^links='\([^']*\)'\$/\1/p" "$home/current/install.sh")
  [ -z "$own" ] || links=$own
  config=$(sed -n "s/^config='\([^']*\)'\$/\1/p" "$home/current/install.sh")
  lay_config
  lay_links
}

install() {
  # Who installs for everybody means everybody to read it.
  umask 022
  if [ -z "$wanted" ]; then
    wanted=$(get latest - | head -n 1) || wanted=''
    [ -n "$wanted" ] || stop 1 "$from/latest cannot be had; is $from where $name is published?"
  fi
  is_version "$wanted" || stop 1 "\"$wanted\" is not a version; is $from where $name is published?"
  installed=''
  if [ -f "$home/current/VERSION" ]; then installed=$(cat "$home/current/VERSION"); fi
  refuse_yanked
  if [ -n "$installed" ] && [ "$downgrade" = no ] && is_older "$wanted" "$installed"; then
    stop 5 "$wanted is older than $installed, which is installed; with --allow-downgrade it is installed all the same"
  fi
  refuse_foreign
  if [ "$dry" = yes ]; then
    say "would install $wanted${installed:+ in place of $installed} from $from below $prefix"
    return 0
  fi
  trap end EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  clean_up
  make_dir "$home"
  [ -f "$home/.dirs" ] || true 2>/dev/null >"$home/.dirs" || stop 1 "$home cannot be written; choose another --prefix"
  stage=$home/.stage.$$
  mkdir -- "$stage"
  if [ "$installed" = "$wanted" ] && is_whole "$home/current"; then
    finish
    say "$wanted is installed already below $prefix"
    return 0
  fi
  take "$stage"
  before=''
  if [ -L "$home/current" ]; then before=$(readlink "$home/current"); fi
  folder=$wanted
  if [ -d "$home/$folder" ]; then
    # Left whole by an interruption, or kept as the version before; anything else is laid down under another name.
    if is_whole "$home/$folder" && [ "$(digest "$home/$folder/FILES")" = "$(digest "$stage/x/$name-$wanted/FILES")" ]; then
      rm -rf -- "$stage/x"
    else
      folder=$wanted.$$
    fi
  fi
  if [ -d "$stage/x" ]; then rename "$stage/x/$name-$wanted" "$home/$folder"; fi
  # A name must not be on the disk before what it leads to.
  sync -f "$home/$folder" 2>/dev/null || sync || :
  if [ "$before" != "$folder" ]; then
    ln -s "$folder" "$stage/current"
    rename "$stage/current" "$home/current"
  fi
  finish
  for old in "$home"/*; do
    case ${old##*/} in
      current | "$folder" | "$before") ;;
      *) rm -rf -- "$old" ;;
    esac
  done
  say "installed $wanted${installed:+ in place of $installed} below $prefix"
  case :${PATH:-}: in
    *:"$prefix/bin":*) ;;
    *) say "add $prefix/bin to your PATH to call it by its name" ;;
  esac
}

refuse_yanked() {
  list=$(get yanked - 2>/dev/null) || {
    warn "$from/yanked cannot be had: whether $wanted was withdrawn is not known"
    return 0
  }
  words=$(printf '%s\n' "$list" | while read -r version reason; do
    if [ "$version" = "$wanted" ]; then printf '%s' "${reason:-no reason is given}"; fi
  done)
  [ -n "$words" ] || return 0
  [ "$yanked" = yes ] || stop 5 "$wanted was withdrawn by its publisher ($words); with --allow-yanked it is installed all the same"
  warn "$wanted was withdrawn by its publisher ($words)"
}

uninstall() {
  there=$(our_links)
  if [ ! -d "$home" ] && [ -z "$there" ] && { [ "$purge" = no ] || [ ! -d "$settings" ]; }; then
    say "nothing of it is below $prefix"
    return 0
  fi
  if [ -d "$home" ] && [ ! -f "$home/.dirs" ]; then stop 5 "$home is not of this package; it is left alone"; fi
  if [ "$dry" = yes ]; then
    say "would remove $home, its commands in $prefix/bin$([ "$purge" = no ] || printf ' and %s' "$settings")"
    return 0
  fi
  made=$(cat "$home/.dirs" "$settings/.dirs" 2>/dev/null) || :
  printf '%s\n' "$there" | while IFS= read -r link; do
    [ -z "$link" ] || rm -f -- "$link" || stop 1 "$link cannot be removed"
  done
  # The list of what was made goes last: whoever is stopped before finds it again.
  for part in "$home"/* "$home"/.stage.*; do
    if [ -e "$part" ] || [ -L "$part" ]; then rm -rf -- "$part" || stop 1 "$part cannot be removed"; fi
  done
  if [ "$purge" = yes ]; then rm -rf -- "$settings"; fi
  # Whoever purges later still knows what was made.
  if [ -d "$settings" ]; then printf '%s\n' "$made" >"$settings/.dirs"; fi
  if [ -d "$home" ]; then
    rm -f -- "$home/.dirs"
    rmdir -- "$home"
  fi
  remove_dirs "$made"
  if [ -d "$settings" ]; then
    say "removed; $settings stays: remove it with --uninstall --purge"
  else
    say "removed"
  fi
}

main() {
  prefix='' from=$address action=install dry=no wanted='' trusted='' downgrade=no yanked=no purge=no
  while [ $# -gt 0 ]; do
    case $1 in
      --prefix | --from | --version | --sha256)
        if [ $# -lt 2 ] || [ -z "$2" ]; then stop 2 "$1 needs a value"; fi
        case $1 in
          --prefix) prefix=$2 ;;
          --from) from=$2 ;;
          --version) wanted=$2 ;;
          --sha256) trusted=$2 ;;
        esac
        shift
        ;;
      --allow-downgrade) downgrade=yes ;;
      --allow-yanked) yanked=yes ;;
      --uninstall) action=uninstall ;;
      --purge) purge=yes ;;
      --dry-run) dry=yes ;;
      --help | -h)
        usage
        return 0
        ;;
      *) stop 2 "\"$1\" is not known; try --help" ;;
    esac
    shift
  done
  if [ "$purge" = yes ] && [ "$action" = install ]; then stop 2 '--purge is for --uninstall'; fi
  case $trusted in
    *[!0-9a-f]*) stop 2 '--sha256 needs 64 digits 0-9 and a-f' ;;
  esac
  if [ -n "$trusted" ] && [ ${#trusted} -ne 64 ]; then stop 2 '--sha256 needs 64 digits 0-9 and a-f'; fi
  if [ -n "$trusted" ] && [ -z "$wanted" ]; then stop 2 '--sha256 is of one version: give --version too'; fi
  if [ -n "$wanted" ] && ! is_version "$wanted"; then stop 2 "\"$wanted\" is not a version"; fi
  if [ -z "$prefix" ]; then
    if [ "$(id -u)" -eq 0 ]; then
      prefix=/usr/local
    else
      [ -n "${HOME:-}" ] || stop 2 'HOME is not set; use --prefix'
      prefix=$HOME/.local
    fi
  fi
  case $prefix in
    /*) ;;
    *) prefix=$PWD/$prefix ;;
  esac
  case $prefix in
    *"
"*) stop 2 '--prefix must be one line' ;;
  esac
  prefix=${prefix%/}
  home=$prefix/lib/$name
  settings=$prefix/etc/$name
  if [ "$action" = uninstall ]; then
    uninstall
    return 0
  fi
  if [ -z "$from" ]; then
    from=$(dirname -- "$0")
    [ -f "$from/latest" ] || stop 2 "say with --from where $name is published"
  fi
  from=${from%/}
  install
}

# Nothing runs before the last line is here: a download that was cut off does nothing.
main "$@"
exit 0
