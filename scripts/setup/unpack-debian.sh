#!/bin/sh
# Unpacks a Debian package with everything it needs into a new directory:  unpack-debian.sh DIRECTORY SUITE PACKAGE
# The suite may be another than this machine follows: with the C library among the files, nothing of the machine's own is used.
# Nothing is installed and no rights are needed; apt works in a directory of its own, with this machine's settings (proxies) and
# the mirror of Debian that this machine uses.
set -eu

root=$1 suite=$2 package=$3
work=$root/.apt
mkdir -p "$work/lists/partial" "$work/cache/archives/partial"
: > "$work/status"

# The dates of a suite that moves say that its list is old where the mirror stands still; the signatures are checked as always.
# The commands that this machine runs after an update are about its own lists. The user _apt may not write here.
cat > "$work/conf" << CONF
Dir::State "$work";
Dir::State::lists "$work/lists";
Dir::State::status "$work/status";
Dir::Cache "$work/cache";
Acquire::Check-Valid-Until "false";
Acquire::Languages "none";
Acquire::Retries "2";
Acquire::http::Timeout "20";
Acquire::https::Timeout "20";
APT::Sandbox::User "root";
APT::Install-Recommends "false";
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Pre-Install-Pkgs;
#clear DPkg::Post-Invoke;
#clear Acquire::IndexTargets::deb::DEP-11;
CONF
apt() { apt-get -q -c "$work/conf" "$@"; }

mirror() {
  # shellcheck disable=SC2016 # apt fills it in, not the shell
  apt "$@" indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 'Label: Debian' | head -n 1
}
# The machine's own lists say which of its sources is Debian; where it has none yet, they are fetched to here.
uri=$(mirror -o Dir::State::lists=/var/lib/apt/lists)
if [ -z "$uri" ]; then
  apt update || true
  uri=$(mirror)
fi
if [ -z "$uri" ]; then
  echo "apt's sources name no mirror of Debian, which alone has a suite $suite with $package" >&2
  exit 1
fi

keyring=/usr/share/keyrings/debian-archive-keyring.gpg
if [ -e "$keyring" ]; then signed="[signed-by=$keyring] "; else signed=; fi
echo "deb $signed$uri $suite main" > "$work/sources.list"
apt_suite() { apt -o Dir::Etc::sourcelist="$work/sources.list" -o Dir::Etc::sourceparts=/dev/null "$@"; }
apt_suite update
apt_suite -y --download-only install "$package"

# As on every Debian of today; packages name the loader by its old place.
for dir in bin sbin lib lib64; do
  mkdir -p "$root/usr/$dir"
  ln -s "usr/$dir" "$root/$dir"
done
for file in "$work"/cache/archives/*.deb; do dpkg-deb -x "$file" "$root"; done
rm -rf "$work"
