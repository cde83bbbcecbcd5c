/** Packages of a real host: made there by dpkg-deb, offered by a directory that its apt takes as the only source. */

/**
 * Script that offers versions of `shop-agent`, a program that a unit runs, and installs one of them.
 * @param install null: only offered
 */
export function debScript(offered: readonly string[], install: string | null): string {
  const builds = offered.map((version) => `build ${version}`).join('\n');
  const installed =
    install === null
      ? ''
      : `apt-get install -y -q shop-agent=${install} >/dev/null 2>&1
systemctl daemon-reload
systemctl enable -q --now shop-agent`;
  return `set -e
mkdir -p /srv/source /etc/apt
cd /srv/source
rm -f /etc/apt/sources.list.d/*
echo 'deb [trusted=yes] file:/srv/source ./' >/etc/apt/sources.list
build() {
  tree=/srv/build/$1
  mkdir -p $tree/DEBIAN $tree/usr/bin $tree/usr/share/shop-agent $tree/lib/systemd/system
  echo "$1" >$tree/usr/share/shop-agent/version
  cp /bin/sleep $tree/usr/bin/shop-agent
  printf '%s' "$1" >>$tree/usr/bin/shop-agent
  printf '[Service]\\nType=exec\\nExecStartPre=/bin/sh -c "! cmp -s /etc/ill /usr/share/shop-agent/version"\\nExecStart=/usr/bin/shop-agent infinity\\n[Install]\\nWantedBy=multi-user.target\\n' >$tree/lib/systemd/system/shop-agent.service
  printf 'Package: shop-agent\\nVersion: %s\\nArchitecture: all\\nMaintainer: Test <test@example.com>\\nDescription: of a test\\n' "$1" >$tree/DEBIAN/control
  printf '#!/bin/sh\\n! grep -qx %s /etc/break 2>/dev/null\\n' "$1" >$tree/DEBIAN/postinst
  chmod 755 $tree/DEBIAN/postinst
  dpkg-deb --build --root-owner-group -Znone $tree shop-agent_$1.deb >/dev/null
}
${builds}
for file in *.deb; do
  dpkg-deb --field $file
  printf 'Filename: ./%s\\nSize: %s\\nSHA256: %s\\n\\n' $file $(stat -c %s $file) $(sha256sum <$file | cut -c1-64)
done >Packages
apt-get update -q >/dev/null 2>&1
${installed}`;
}

/** The postinst of this version fails from now on. */
export function breakOn(version: string): string {
  return `echo ${version} >/etc/break`;
}

/** The unit does not start with this version. */
export function illOn(version: string): string {
  return `echo ${version} >/etc/ill`;
}

/** As it was at the beginning, whatever has happened since. */
export function resetTo(version: string): string {
  return `rm -f /etc/break /etc/ill; dpkg --configure -a >/dev/null 2>&1; apt-get install -y -q --allow-downgrades shop-agent=${version} >/dev/null 2>&1; systemctl reset-failed; systemctl restart shop-agent`;
}
