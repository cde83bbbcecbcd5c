#!/bin/sh
# host.sh ROOT VERB [OPTION VALUE]...
#
# The program of a host: what `shiplock` asks a host to do, and nothing else. It lies on the host as /usr/local/lib/shiplock/host-<hash>, owned by
# root, and is run by root itself or through `sudo -n`. Every verb may be given twice. Verbs that change something compare the fence
# first and hold its lock: see fence.sh, whose words and exit code (75) these are. The layout is that of docs/layout.md; processes are systemd's.
#
#   check                         what the host must have, looked at
#   observe                       JSON, one line per thing; changes nothing
#   units                         the same of units that are named (--of a.service,b.service), or of a component's instances
#   laid                          digests of files that are named (--of /a,/b), a line each
#   unit --do start|stop|restart|reload  units of the system, under --fence N
#   lay --do put|back|settle       one file (--to, --digest, --set) from standard input, the one before is kept; under --fence N: see lay.sh, which stands in this file too
#   packages --of WORDS --downgrade yes|no [--do new]   JSON: what apt would do, and what is installed; changes nothing
#   logs --name N --of FILES --rotator yes|no     JSON: logs, and what was put aside; changes nothing
#   log  --name N --of FILES ...  puts logs aside, under --fence N: see logs.sh, which stands in this file too
#   keys --of KEY,KEY             JSON: in which file of the user who asks each of these keys stands; changes nothing
#   key --do add|remove --of KEY --to KEY [--name COMMENT]  keys by which that user logs in, under --fence N: see keys.sh, which stands in this file too
#   package --do set|refresh ...  packages, under --fence N: see packages.sh, which stands in this file when it lies on a host
#   database --of UNIT --to DATADIR --name LOG  JSON: what only the machine of a server of databases knows; changes nothing
#   server --of NAMES              JSON: the machine of a new server, and what the server says of itself; changes nothing
#   setup --do options|secure|zones|tls|administrator|enable ...  a new server of databases, under --fence N: see database-setup.sh, which stands in this file too
#   files --do facts | --do read --of PATHS   what is backed up of a host; changes nothing
#   files --do put|back|settle|accounts --set S ...   files of a backup put in place, under --fence N: see files.sh, which stands in this file too
#   tables --of SOCKET            mariadb-upgrade, under --fence N: see database.sh, which stands in this file when it lies on a host
#   fence | install | start | stop | current | remove      under --fence N
#   pause | exited                called by the units: the pause before a restart, and the record of an exit
# Lists of units are words: no name of one has a space or a star.
# shellcheck disable=SC2030,SC2031,SC2046,SC2086
set -eu
umask 022
LC_ALL=C
PATH=/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH

UNITS=/etc/systemd/system
EXITS=/run/shiplock
TAB=$(printf '\t')
LINE='
'

# CODE, then what was found. The other side knows the rest of the problem by its code.
die() {
  printf 'shiplock-host: %s: %s\n' "$1" "$2" >&2
  exit 70
}
usage() {
  printf 'shiplock-host: usage: %s\n' "$1" >&2
  exit 64
}

[ "$#" -ge 2 ] || usage 'host.sh ROOT VERB [OPTION VALUE]...'
self=$0
root=$1
verb=$2
shift 2

# Names become paths and lines of unit files: they are checked here too, whoever calls.
case $root in
/home | /home/* | /root | /root/* | /tmp | /tmp/* | /run | /run/* | /var/tmp/*) usage "$root: units cannot see this directory" ;;
/*[!A-Za-z0-9/._-]* | */../* | */.. | */./* | *//* | */ | [!/]*) usage "$root is no plain absolute path" ;;
esac

service='' component='' version='' fence='' digest='' kind='' name='' unit='' launch='' instances='' ports='' address=''
word='' env_bytes='' stop_ms='' exits='' window_ms='' of='' also_current=no do='' downgrade=no to='' set=''
rotator=no reopen='' every='' mib='' keep='' days='' due=''
while [ "$#" -gt 0 ]; do
  [ "$#" -ge 2 ] || usage "$1 has no value"
  case $1 in
  --service) service=$2 ;;
  --component) component=$2 ;;
  --version) version=$2 ;;
  --fence) fence=$2 ;;
  --digest) digest=$2 ;;
  --kind) kind=$2 ;;
  --name) name=$2 ;;
  --unit) unit=$2 ;;
  --launch) launch=$2 ;;
  --instances) instances=$2 ;;
  --ports) ports=$2 ;;
  --address) address=$2 ;;
  --command) word=$2 ;;
  --env-bytes) env_bytes=$2 ;;
  --stop-ms) stop_ms=$2 ;;
  --exits) exits=$2 ;;
  --window-ms) window_ms=$2 ;;
  --of) of=$2 ;;
  --do) do=$2 ;;
  --downgrade) downgrade=$2 ;;
  --to) to=$2 ;;
  --set) set=$2 ;;
  --also-current) also_current=$2 ;;
  --rotator) rotator=$2 ;;
  --reopen) reopen=$2 ;;
  --every) every=$2 ;;
  --mib) mib=$2 ;;
  --keep) keep=$2 ;;
  --days) days=$2 ;;
  --due) due=$2 ;;
  *) usage "what is $1?" ;;
  esac
  shift 2
done

# TEXT, CLASS OF CHARACTERS, LONGEST, WHAT IT IS: also no empty one, and none that begins with a dot or a dash.
plain() {
  case $1 in '' | [.-]* | *[!$2]*) usage "$4 $1" ;; esac
  [ "${#1}" -le "$3" ] || usage "$4 $1"
}
number() {
  case $1 in '' | *[!0-9]*) usage "$2 $1 is no number" ;; esac
  [ "${#1}" -le 15 ] || usage "$2 $1"
}
named() {
  plain "$component" 'a-z0-9_-' 40 component
  [ "$component" != run ] || usage 'component run'
  plain "$version" 'A-Za-z0-9._+-' 64 version
  home=$root/$component
  run=$home/run
  release=$home/releases/$version
}
# Also the service: its name stands in those of the units.
in_units() {
  named
  plain "$service" 'a-z0-9_-' 40 service
  shared=/var/lib/shiplock/$service-$component
}

# INSTANCE → name of its unit. `+` may not stand in one, and `:` in no version.
unit_of() {
  printf '%s-%s@%s.service' "$service" "$component" "$(printf '%s' "$1" | tr + :)"
}

# FILE < its content: whole or not at all, also after a power cut.
keep() {
  cat >"$1.part"
  sync -- "$1.part"
  mv -f -- "$1.part" "$1"
}

# Everything below has the lock until this process ends, also when its caller is gone.
fenced() {
  number "$fence" --fence
  [ -d "$root/run" ] || mkdir -p -- "$root/run"
  exec 9<>"$root/run/fence"
  flock -x 9
  held=''
  read -r held <"$root/run/fence" || :
  case $held in
  *[!0-9]*)
    echo "shiplock-fence: refused: $root/run/fence does not hold a number; write the greatest fence of the journal into it" >&2
    exit 75
    ;;
  esac
  if [ "${held:-0}" -gt "$fence" ]; then
    echo "shiplock-fence: refused: $fence is older than $held" >&2
    exit 75
  fi
  if [ "$fence" -gt "${held:-0}" ]; then
    printf '%020d\n' "$fence" 1<>"$root/run/fence"
    sync -- "$root/run/fence"
  fi
}

# The digest of a release directory as docs/layout.md has it, computed from its bytes.
digest_of() {
  if [ "$2" = file ]; then
    printf 'sha256:%s' "$(sha256sum <"$1/$3" | cut -c1-64)"
    return
  fi
  (
    cd -- "$1"
    {
      find . -type f ! -path ./unit.json -exec sha256sum -- {} +
      echo --
      find . -mindepth 1 ! -path ./unit.json -printf '%P\t%y\t%m\t%l\n' | sort
    } | awk -F '\t' '
      BEGIN { print "shiplock-tree-v1" }
      !list && $0 == "--" { list = 1; next }
      !list { hash[substr($0, 69)] = substr($0, 1, 64); next }
      $2 == "d" { printf "d %s\001\n", $1 }
      $2 == "f" { printf "%s %s\001%s\n", int($3 / 100) % 2 ? "x" : "f", $1, hash[$1] }
      $2 == "l" { printf "l %s\001%s\n", $1, $4 }
    ' | tr '\001' '\000' | sha256sum | { read -r sum _ && printf 'sha256:%s' "$sum"; }
  )
}

# Changes whenever somebody writes into a release; cheap.
stamp_of() {
  find "$1" -mindepth 1 ! -path "$1/unit.json" \( -type d -printf 'd %P\n' -o -printf '%y %P %s %T@ %l\n' \) | sort | sha256sum | cut -c1-64
}

# What was written down at the installation: sets was_digest, was_kind, was_name, was_stamp.
recorded() {
  was_digest='' was_kind='' was_name='' was_stamp=''
  { read -r was_digest was_kind was_stamp was_name <"$1/run/$2.installed"; } 2>/dev/null || :
}

# Instances that have a record, one a line.
instances_of() {
  for record in "$run/$version"-*.run; do
    [ -e "$record" ] || continue
    instance=${record##*/}
    instance=${instance%.run}
    case ${instance#"$version"-} in *[!0-9]*) continue ;; esac
    printf '%s\n' "$instance"
  done
}

is_current() {
  [ "$(readlink -- "$home/current" 2>/dev/null || :)" = "releases/$version" ]
}

install_release() {
  in_units
  case $digest in sha256:*) plain "${digest#sha256:}" 0-9a-f 64 --digest ;; *) usage "--digest $digest" ;; esac
  case $kind:$name in tree: | file:?*) ;; *) usage "--kind $kind" ;; esac
  case $name in */* | . | .. | unit.json | *"$LINE"*) usage "--name $name" ;; esac
  fenced
  mkdir -p -- "$home/releases" "$run"
  [ -e "$home/shared" ] || [ -L "$home/shared" ] || ln -s -- "$shared" "$home/shared"
  # We hold the lock: what lies there was left by somebody who was killed.
  rm -rf -- "$home/releases"/.new-* "$home/releases"/.old-*
  if [ -d "$release" ]; then
    recorded "$home" "$version"
    found=$(digest_of "$release" "${was_kind:-$kind}" "${was_name:-$name}")
    if [ "$found" != "$digest" ] || [ "$was_digest" != "$digest" ]; then die other-content "$version with $found"; fi
    if [ "$(cat -- "$release/unit.json")" = "$unit" ] && [ "$(cat -- "$run/$version.launch")" = "$launch" ]; then
      echo 'already there'
      return
    fi
    if is_current || [ -n "$(instances_of)" ]; then die settings-in-use "$component $version runs or is current"; fi
    settle_down "$release"
    echo 'settings replaced'
    return
  fi
  new=$home/releases/.new-$version
  mkdir -- "$new"
  if ! tar -x -f - -C "$new" --no-same-owner --no-same-permissions --warning=no-timestamp; then
    free=$(df -Pk -- "$new" | awk 'NR == 2 { print $4 }')
    rm -rf -- "$new"
    [ "${free:-9999}" -ge 1024 ] || die disk-full "$free KiB free in $root"
    die cut-off 'an artefact that did not arrive as a whole'
  fi
  found=$(digest_of "$new" "$kind" "$name" 2>/dev/null) || found='something else'
  if [ "$found" != "$digest" ]; then
    rm -rf -- "$new"
    die wrong-digest "$found"
  fi
  printf '%s %s %s %s\n' "$digest" "$kind" "$(stamp_of "$new")" "$name" | keep "$run/$version.installed"
  settle_down "$new"
  find "$new" \( -type f -o -type d \) -exec sync -- {} +
  mv -T -- "$new" "$release"
  sync -- "$home/releases"
  echo installed
}
settle_down() {
  printf '%s\n' "$launch" | keep "$run/$version.launch"
  printf '%s\n' "$unit" | keep "$1/unit.json"
}

# Ports that somebody listens on now, one a line.
listening() {
  cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk '$4 == "0A" {
    hex = $2; sub(/.*:/, "", hex); port = 0
    for (i = 1; i <= length(hex); i++) port = port * 16 + index("0123456789ABCDEF", substr(hex, i, 1)) - 1
    print port
  }'
}

start_instances() {
  in_units
  number "$instances" --instances
  number "$env_bytes" --env-bytes
  number "$stop_ms" --stop-ms
  number "$exits" --exits
  number "$window_ms" --window-ms
  case $address in '' | *[!0-9A-Za-z.:-]*) usage "--address $address" ;; esac
  fenced
  [ -d "$release" ] || die not-installed "$component $version"
  case $word in
  */*) [ -x "$release/$word" ] || [ -x "$word" ] || die command-not-found "$word" ;;
  *) command -v -- "$word" >/dev/null || die command-not-found "$word" ;;
  esac
  # Secrets: read by systemd before it gives the process away, by nobody else.
  (
    umask 077
    head -c "$env_bytes" >"$run/.env.part"
  )
  if [ "$(wc -c <"$run/.env.part")" -ne "$env_bytes" ]; then
    rm -f -- "$run/.env.part"
    die cut-off 'an environment that did not arrive as a whole'
  fi
  sync -- "$run/.env.part"
  mv -f -- "$run/.env.part" "$run/$version.env"
  mkdir -p -- "$EXITS"
  busy=$(listening)
  missing=''
  count=0
  while [ "$count" -lt "$instances" ]; do
    count=$((count + 1))
    instance=$version-$count
    of=$(unit_of "$instance")
    port=$(printf '%s' "$ports" | cut -d, -f"$count")
    number "$port" --ports
    if [ -f "$UNITS/$of" ] && ! grep -qx "# shiplock $root" "$UNITS/$of"; then die foreign-unit "$UNITS/$of"; fi
    case $(systemctl show -P ActiveState -- "$of") in
    active | activating | reloading) [ ! -f "$run/$instance.run" ] || continue ;;
    esac
    for record in "$root"/*/run/*.run; do
      if [ ! -e "$record" ] || [ "$record" = "$run/$instance.run" ]; then continue; fi
      read -r given _ <"$record" || :
      [ "$given" != "$port" ] || die port-taken "port $port, given to ${record##*/}"
    done
    if printf '%s\n' "$busy" | grep -qx "$port"; then die port-taken "port $port, where somebody listens"; fi
    rm -f -- "$EXITS/$of"
    printf '%s %s\n' "$port" "$of" | keep "$run/$instance.run"
    unit_text "$instance" "$of" "$port" | keep "$UNITS/$of"
    missing="$missing $of"
  done
  [ -n "$missing" ] || {
    echo 'all run'
    return
  }
  systemctl daemon-reload
  systemctl --quiet --no-reload enable -- $missing
  systemctl reset-failed -- $missing 2>/dev/null || :
  systemctl start -- $missing || die start-failed "$(systemctl show -P Result -- $missing | tr '\n' ' ')"
  echo "started$missing"
}

# A file per instance, not a template: each version keeps its own settings, and a reboot needs systemd only.
unit_text() {
  cat <<UNIT
# shiplock $root
[Unit]
Description=$service $component $1
Wants=network-online.target
After=network-online.target
StartLimitIntervalSec=0

[Service]
Type=exec
DynamicUser=yes
User=sl-$(printf '%s' "$service-$component" | sha256sum | cut -c1-12)
StateDirectory=shiplock/$service-$component
WorkingDirectory=$release
Environment=SHIPLOCK_PORT=$3 SHIPLOCK_HOST=$address SHIPLOCK_RELEASE=$release SHIPLOCK_SHARED=$shared SHIPLOCK_VERSION=$version SHIPLOCK_INSTANCE=$1
EnvironmentFile=$run/$version.env
ExecStartPre=+$self $root pause --of $2 --exits $exits --window-ms $window_ms
ExecStart=/bin/sh $run/$version.launch
ExecStopPost=+$self $root exited --of $2
SyslogIdentifier=$service-$component
Restart=always
RestartSec=100ms
KillMode=mixed
TimeoutStopSec=${stop_ms}ms
UMask=0077
CapabilityBoundingSet=
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectControlGroups=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native

[Install]
WantedBy=multi-user.target
UNIT
}

stop_instances() {
  in_units
  fenced
  leaving=''
  for instance in $(instances_of); do
    of=$(unit_of "$instance")
    mkdir -p -- "$EXITS"
    : >"$EXITS/$of.stop"
    leaving="$leaving $of"
  done
  if [ -z "$leaving" ]; then
    rm -f -- "$run/$version.env"
    echo 'nothing ran'
    return
  fi
  systemctl --quiet --no-reload disable -- $leaving 2>/dev/null || :
  # A unit that was never loaded cannot be stopped, and need not be.
  systemctl stop -- $leaving 2>/dev/null || :
  for of in $leaving; do
    case $(systemctl show -P ActiveState -- "$of") in
    active | activating | reloading | deactivating) die still-stopping "$of" ;;
    esac
    rm -f -- "$UNITS/$of" "$EXITS/$of" "$EXITS/$of.stop"
  done
  systemctl daemon-reload
  systemctl reset-failed -- $leaving 2>/dev/null || :
  rm -f -- "$run/$version.env"
  for instance in $(instances_of); do rm -f -- "$run/$instance.run"; done
  echo "stopped$leaving"
}

make_current() {
  named
  fenced
  [ -d "$release" ] || die not-installed "$component $version"
  if is_current; then
    echo 'was current already'
    return
  fi
  rm -f -- "$home/.current"
  ln -s -- "releases/$version" "$home/.current"
  mv -T -- "$home/.current" "$home/current"
  sync -- "$home"
  echo 'is current now'
}

remove_release() {
  named
  fenced
  [ -z "$(instances_of)" ] || die version-running "$component $version"
  if is_current; then
    [ "$also_current" = yes ] || die version-current "$component $version"
    rm -f -- "$home/current"
  fi
  rm -rf -- "$home/releases"/.new-* "$home/releases"/.old-*
  if [ -d "$release" ]; then
    mv -T -- "$release" "$home/releases/.old-$version"
    rm -rf -- "$home/releases/.old-$version"
  fi
  rm -f -- "$run/$version.installed" "$run/$version.launch" "$run/$version.env"
  echo removed
}

# What systemd is for elsewhere: 0.1 s doubling to 10 s between the starts of a process that keeps ending.
pause() {
  plain "$of" 'A-Za-z0-9._@:-' 250 --of
  mkdir -p -- "$EXITS"
  if [ -f "$EXITS/$of" ]; then
    sleep "$(awk -v most="$exits" -v window="$window_ms" '
      $1 == "s" { from = $2 }
      $1 == "e" { row = (($2 - from) * 1000 >= window ? 1 : row + 1) }
      END { print (row == 0 ? 0 : (row >= most || row > 7 ? 10 : 0.1 * 2 ^ (row - 1))) }
    ' "$EXITS/$of")"
  fi
  read -r now _ </proc/uptime
  echo "s $now" >>"$EXITS/$of"
}

exited() {
  plain "$of" 'A-Za-z0-9._@:-' 250 --of
  # Asked to end: by us, or by whoever runs systemctl.
  [ ! -e "$EXITS/$of.stop" ] || return 0
  [ "${SERVICE_RESULT:-} ${EXIT_STATUS:-}" != 'success TERM' ] || return 0
  mkdir -p -- "$EXITS"
  read -r now _ </proc/uptime
  echo "e $now ${EXIT_CODE:-} ${EXIT_STATUS:-}" >>"$EXITS/$of"
  if [ "$(wc -l <"$EXITS/$of")" -gt 200 ]; then
    tail -n 100 "$EXITS/$of" >"$EXITS/$of.part" && mv -f "$EXITS/$of.part" "$EXITS/$of"
  fi
}

# TEXT → as it stands between quotes in JSON.
json() {
  printf '%s' "$1" | sed 's/[\\"]/\\&/g' | tr '\001-\011\013-\037\177' '[?*]' | awk '{ printf "%s%s", (NR > 1 ? "\\n" : ""), $0 }'
}

broken() {
  printf '{"kind":"broken","what":"%s"}\n' "$(json "$1")"
}

observe() {
  read -r now _ </proc/uptime
  printf '{"kind":"host","uptime":%s,"freeKiB":%s}\n' "$now" "$(df -Pk -- "$(nearest "$root")" | awk 'NR == 2 { print $4 }')"
  listening | sort -un | awk '{ list = list (NR > 1 ? "," : "") $1 } END { printf "{\"kind\":\"listening\",\"ports\":[%s]}\n", list }'
  all=''
  for home in "$root"/*; do
    component=${home##*/}
    [ -d "$home/releases" ] || continue
    case $component in run | *[!a-z0-9_-]*) continue ;; esac
    for release in "$home/releases"/*; do
      [ -d "$release" ] || continue
      see_release
    done
    if [ -L "$home/current" ]; then
      target=$(readlink -- "$home/current")
      printf '{"kind":"current","component":"%s","version":"%s"}\n' "$component" "$(json "${target#releases/}")"
    fi
    for record in "$home/run"/*.run; do
      [ -e "$record" ] || continue
      port='' of=''
      read -r port of <"$record" || :
      case $port:$of in
      *[!0-9]*:* | : | *: | *:*[!A-Za-z0-9._@:-]*) broken "$record: what it says is not understood" ;;
      *) see_instance "$record" && all="$all $of" ;;
      esac
    done
  done
  [ -z "$all" ] || see_units $all
  echo '{"kind":"end"}'
}

# The units that are meant, as words: sets `meant`.
units_meant() {
  meant=''
  if [ -n "$component" ]; then
    plain "$component" 'a-z0-9_-' 40 component
    for record in "$root/$component/run"/*.run; do
      [ -e "$record" ] || continue
      port='' unit_name=''
      read -r port unit_name <"$record" || :
      meant="$meant $unit_name"
    done
  else
    meant=$(printf '%s' "$of" | tr , ' ')
  fi
  for unit_name in $meant; do plain "$unit_name" 'A-Za-z0-9._@:-' 250 --of; done
}

# Units that belong to the system, whoever has installed them. InvocationID is another one after each start.
observe_system() {
  units_meant
  [ -z "$meant" ] || systemctl show -p Id -p LoadState -p ActiveState -p SubState -p Result -p InvocationID -- $meant | awk -F = '
    function out() { if ("Id" in v) printf "{\"kind\":\"member\",\"unit\":\"%s\",\"load\":\"%s\",\"active\":\"%s\",\"sub\":\"%s\",\"result\":\"%s\",\"invocation\":\"%s\"}\n", v["Id"], v["LoadState"], v["ActiveState"], v["SubState"], v["Result"], v["InvocationID"]; split("", v) }
    /^$/ { out(); next }
    { key = $1; sub(/^[^=]*=/, ""); gsub(/[\\"]/, "?"); v[key] = $0 }
    END { out() }
  '
  echo '{"kind":"end"}'
}

move_units() {
  case $do in start | stop | restart | reload) ;; *) usage "--do $do" ;; esac
  [ -z "$component" ] || usage '--component: units are moved by their names'
  units_meant
  [ -n "$meant" ] || usage '--of names no unit'
  fenced
  mkdir -p -- "$EXITS"
  # An exit that is asked for is none of a crash loop.
  for unit_name in $meant; do
    case $do in
    start) rm -f -- "$EXITS/$unit_name.stop" ;;
    stop | restart) : >"$EXITS/$unit_name.stop" ;;
    esac
  done
  # What was tried too often is not tried again by systemd until it is told to forget that.
  case $do in start | restart) systemctl reset-failed -- $meant 2>/dev/null || : ;; esac
  systemctl "$do" -- $meant || die unit-failed "systemctl $do: $(systemctl show -P Result -- $meant | tr '\n' ' ')"
  if [ "$do" = restart ]; then for unit_name in $meant; do rm -f -- "$EXITS/$unit_name.stop"; done; fi
  echo "$do done"
}

# A path of a file that does not belong to the layout: certificates and keys only, since root writes here for whoever is let in.
laid_path() {
  case $1 in *.pem | *.crt | *.cer | *.key) ;; *) usage "file $1: no name of a certificate or key" ;; esac
  case $1 in
  /*[!A-Za-z0-9._/-]* | */../* | */.. | */./* | */. | *//* | */ | [!/]* | '') usage "file $1" ;;
  esac
  [ "${#1}" -le 200 ] || usage "file $1"
}

# Root reads also keys: only their digests leave the host.
see_laid() {
  for to in $(printf '%s' "$of" | tr , ' '); do
    laid_path "$to"
    found=''
    [ ! -f "$to" ] || found=$(sha256sum <"$to" | cut -c1-64)
    printf '{"kind":"laid","path":"%s","digest":"%s"}\n' "$to" "$found"
  done
  echo '{"kind":"end"}'
}

# part: lay.sh

lay_file() {
  laid_path "$to"
  case $do in settle) ;; *)
    plain "$digest" 'a-f0-9' 64 --digest
    plain "$set" 'a-f0-9' 64 --set
    ;;
  esac
  fenced
  umask 077
  case $do in
  put)
    mkdir -p -- "$(dirname -- "$to")"
    cat >"$to.new"
    # Nothing else may be brought here, whatever the file is called: a line that is not of PEM would be one of another language.
    if grep -Evq '^(-----(BEGIN|END) [A-Z0-9 ]+-----|[A-Za-z0-9+/=]*)$' "$to.new"; then
      rm -f -- "$to.new"
      die lay-not-pem "$to: content that is not PEM"
    fi
    lay_put "$to" "$digest" "$set" "$to.new"
    ;;
  back) lay_back "$to" "$digest" "$set" ;;
  settle) lay_settle "$to" ;;
  *) usage "--do $do" ;;
  esac
}

nearest() {
  if [ -d "$1" ]; then echo "$1"; else nearest "$(dirname -- "$1")"; fi
}

see_release() {
  version=${release##*/}
  recorded "$home" "$version"
  if [ -z "$was_digest" ] || [ ! -f "$release/unit.json" ]; then
    broken "$release: a release without its record"
    return
  fi
  found=$was_digest
  if [ "$(stamp_of "$release")" != "$was_stamp" ]; then
    found=$(digest_of "$release" "$was_kind" "$was_name" 2>/dev/null) || found=unknown
    [ "$found" = "$was_digest" ] || broken "$release: content changed after installation: $found"
  fi
  printf '{"kind":"release","component":"%s","version":"%s","digest":"%s","unit":%s}\n' "$component" "$(json "$version")" "$found" "$(cat -- "$release/unit.json")"
}

see_instance() {
  instance=${1##*/}
  instance=${instance%.run}
  events=''
  [ ! -f "$EXITS/$of" ] || events=$(awk '
    $1 == "s" { printf "%s[\"s\",%s]", n++ ? "," : "", $2 }
    $1 == "e" { printf "%s[\"e\",%s,\"%s\",\"%s\"]", n++ ? "," : "", $2, $3, $4 }' "$EXITS/$of") || :
  printf '{"kind":"instance","component":"%s","version":"%s","instance":"%s","port":%s,"unit":"%s","events":[%s]}\n' \
    "$component" "$(json "${instance%-*}")" "$(json "$instance")" "$port" "$(json "$of")" "$events"
}

# All units in one question; the last words of those that are not well.
see_units() {
  systemctl show -p Id -p LoadState -p ActiveState -p SubState -p Result -p NRestarts -- "$@" | awk -F = '
    function out() { if ("Id" in v) printf "%s\t%s\t%s\t%s\t%s\t%s\n", v["Id"], v["LoadState"], v["ActiveState"], v["SubState"], v["Result"], v["NRestarts"]; split("", v) }
    /^$/ { out(); next }
    { key = $1; sub(/^[^=]*=/, ""); v[key] = $0 }
    END { out() }
  ' | while IFS=$TAB read -r of load active sub result restarts; do
    said=''
    if [ "$active" != active ] || [ "$restarts" != 0 ]; then said=$(last_words "$of"); fi
    printf '{"kind":"unit","unit":"%s","load":"%s","active":"%s","sub":"%s","result":"%s","restarts":%s,"said":"%s"}\n' \
      "$(json "$of")" "$load" "$active" "$sub" "$result" "${restarts:-0}" "$(json "$said")"
  done
}

# Values of its secrets are blanked before anything leaves the host.
last_words() {
  base=${1%%@*}
  inner=${1#*@}
  inner=$(printf '%s' "${inner%-*}" | tr : +)
  secrets=/dev/null
  for file in "$root"/*/run/"$inner.env"; do
    here=${file%/run/*}
    case $base in *-"${here##*/}") [ ! -f "$file" ] || secrets=$file ;; esac
  done
  journalctl -q --no-pager -o cat -n 20 -t "$base" _SYSTEMD_UNIT="$1" 2>/dev/null | tail -n 3 | awk '
    secret {
      text = $0
      if (!open) sub(/^[A-Za-z_][A-Za-z0-9_]*="/, "", text)
      open = !(text ~ /^"$/ || text ~ /[^\\](\\\\)*"$/)
      if (!open) sub(/"$/, "", text)
      gsub(/\\\\/, "\001", text); gsub(/\\/, "", text); gsub(/\001/, "\\", text)
      if (length(text) >= 4) hidden[++n] = text
      next
    }
    {
      for (i = 1; i <= n; i++)
        while ((at = index($0, hidden[i])) > 0) $0 = substr($0, 1, at - 1) "***" substr($0, at + length(hidden[i]))
      print substr($0, 1, 400)
    }' secret=1 "$secrets" secret=0 -
}

check() {
  [ "$(id -u)" = 0 ] || die not-root "user $(id -un)"
  [ -d /run/systemd/system ] || die no-systemd 'process 1 is not systemd'
  for tool in flock tar sha256sum awk find journalctl systemctl readlink; do
    command -v "$tool" >/dev/null || die no-tool "no $tool"
  done
  system=$(systemctl --version | awk 'NR == 1 { print $2 }')
  [ "${system%%[!0-9]*}" -ge 247 ] || die systemd-version "systemd $system"
  mkdir -p -- "$root"
  case $(stat -c %u -- "$root") in 0) ;; *) die root-owner "$root belongs to $(stat -c %U -- "$root")" ;; esac
  printf '{"kind":"checked","systemd":"%s"}\n' "$system"
}

# part: packages.sh

look_at_packages() {
  case $do in '' | new) ;; *) usage "--do $do" ;; esac
  # shellcheck disable=SC2034 # read by packages.sh
  package_new=$do
  packages_look "$root/run/packages.log" "$downgrade" $(printf '%s' "$of" | tr , ' ')
}
# Whoever is not root by himself may do so only where root of this host has said that he may.
move_packages() {
  if [ -n "${SUDO_USER:-}" ] && [ ! -e /etc/shiplock/packages ]; then
    die packages-not-allowed "$SUDO_USER without /etc/shiplock/packages"
  fi
  fenced
  case $do in
  set) packages_set "$root/run/packages.log" "$downgrade" $(printf '%s' "$of" | tr , ' ') ;;
  refresh) packages_refresh ;;
  manual) packages_manual "$root/run/packages.log" $(printf '%s' "$of" | tr , ' ') ;;
  *) usage "--do $do" ;;
  esac
}

# part: database.sh

# As packages: what it does reaches every table of the server.
upgrade_tables() {
  if [ -n "${SUDO_USER:-}" ] && [ ! -e /etc/shiplock/packages ]; then
    die packages-not-allowed "$SUDO_USER without /etc/shiplock/packages"
  fi
  fenced
  database_upgrade "$of"
}

# part: database-setup.sh

# As packages: whoever does this is root of the server.
set_up() {
  if [ -n "${SUDO_USER:-}" ] && [ ! -e /etc/shiplock/packages ]; then
    die packages-not-allowed "$SUDO_USER without /etc/shiplock/packages"
  fi
  fenced
  case $do in
  options) setup_options "$of" ;;
  secure) setup_secure ;;
  zones) setup_zones ;;
  tls) setup_tls "$to" ;;
  administrator) setup_administrator "$name" "$of" ;;
  enable)
    plain "$of" 'A-Za-z0-9._@:-' 90 unit
    setup_enable "$of"
    ;;
  *) usage "--do $do" ;;
  esac
}

# part: logs.sh

see_logs() {
  plain "$name" 'a-z0-9_-' 90 --name
  logs_look "$name" "$of" "$rotator"
}
# Whoever is not root by himself may do so only in directories that root of this host has listed, a line each.
move_logs() {
  plain "$name" 'a-z0-9_-' 90 --name
  number "$mib" --mib
  number "$keep" --keep
  number "$days" --days
  case $every in daily | weekly | monthly) ;; *) usage "--every $every" ;; esac
  if [ -n "${SUDO_USER:-}" ]; then
    for log_dir in $(log_patterns "$of" | tr ' ' '\n' | sed 's,/[^/]*$,,' | sort -u); do
      grep -Fqx -- "$log_dir" /etc/shiplock/logs 2>/dev/null || die logs-not-allowed "$log_dir is not in /etc/shiplock/logs"
    done
  fi
  fenced
  logs_rotate "$name" "$of" "$rotator" "$reopen" "$every" "$mib" "$keep" "$days" "$due"
}

# part: keys.sh

# Base64 is a word, also for awk.
key_word() {
  case $1 in '' | *[!A-Za-z0-9+/=]*) usage "key $1" ;; esac
  [ "${#1}" -le 4096 ] || usage 'a key of more than 4096 characters'
}
see_keys() {
  keys_of
  for key_meant in $(printf '%s' "$of" | tr , ' '); do key_word "$key_meant"; done
  keys_look $(printf '%s' "$of" | tr , ' ')
}
move_keys() {
  key_word "$of"
  key_word "$to"
  [ "$of" != "$to" ] || usage 'one key twice'
  keys_of
  fenced
  case $do in
  add)
    plain "$name" 'A-Za-z0-9._-' 90 --name
    keys_add "$of" "$to" "$name"
    ;;
  remove) keys_remove "$of" "$to" ;;
  *) usage "--do $do" ;;
  esac
}

# part: files.sh

# Root reads here for whoever is let in, also keys: see files_allowed. A place of ours, so that no other name is written beside the files.
move_files() {
  files_of=$(printf '%s' "$of" | tr , ' ')
  case $do in
  facts) files_facts ;;
  read)
    for files_path in $files_of; do
      case $files_path in
      /*[!A-Za-z0-9._/@+:=~-]* | */../* | */.. | */./* | */. | *//* | */ | [!/]* | '') usage "file $files_path" ;;
      esac
      files_allowed "$files_path"
    done
    files_read $files_of
    ;;
  put | back | settle)
    plain "$set" 'a-f0-9' 64 --set
    [ "$do" != put ] || plain "$digest" 'a-f0-9' 64 --digest
    fenced
    case $do in
    put) files_put "$root/restore" "$set" "$digest" ;;
    back) files_back "$root/restore" "$set" ;;
    settle) files_settle "$root/restore" "$set" ;;
    esac
    ;;
  accounts)
    if [ -n "${SUDO_USER:-}" ] && [ ! -e /etc/shiplock/packages ]; then
      die packages-not-allowed "$SUDO_USER without /etc/shiplock/packages"
    fi
    case $files_of in *[!A-Za-z0-9:/._\ -]*) usage "--of $of" ;; esac
    fenced
    files_accounts $files_of
    ;;
  *) usage "--do $do" ;;
  esac
}

# Like fence.sh: after a signal, the work under the lock is done first.
trap : TERM INT HUP
case $verb in
check) check ;;
observe) observe ;;
units) observe_system ;;
unit) move_units ;;
packages) look_at_packages ;;
package) move_packages ;;
database) database_look "$of" "$to" "$name" ;;
tables) upgrade_tables ;;
server) setup_look "$of" ;;
setup) set_up ;;
logs) see_logs ;;
log) move_logs ;;
keys) see_keys ;;
key) move_keys ;;
laid) see_laid ;;
lay) lay_file ;;
files) move_files ;;
fence) fenced ;;
install) install_release ;;
start) start_instances ;;
stop) stop_instances ;;
current) make_current ;;
remove) remove_release ;;
pause) trap - TERM INT HUP && pause ;;
exited) exited ;;
*) usage "what is $verb?" ;;
esac
