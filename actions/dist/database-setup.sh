#!/bin/sh
# Setting up a server of databases on the machine where it is to run: a part of the program of a host (host.sh), and of nothing else.
#
#   setup_look NAMES          JSON, one line per thing; changes nothing: the machine, the directory of the data, our file of settings, and what the
#                             server says over its socket, where one answers. NAMES: settings that are asked for
#   setup_options WORDS       our file of settings, with these (name=value, commas between them), once the program of the server has taken them
#   setup_secure              data for the server alone, root by the socket alone, no account without a name, no root from other machines, no schema `test`
#   setup_zones               tables of time zones
#   setup_tls DIRECTORY       the pair there belongs to the server
#   setup_administrator USER FROM   an account that may do everything, from there alone; standard input: what the server is to keep of its password
#   setup_enable UNIT         started again with the machine
#
# Every one of them may be given twice, and killed at any moment. The server is asked as root over its socket, by its own client.

setup_die() {
  printf 'shiplock-host: %s: %s\n' "$1" "$2" >&2
  exit 70
}

# STDIN: statements. Rows with tabs, without a head.
setup_sql() {
  setup_client=mariadb
  command -v mariadb >/dev/null || setup_client=mysql
  "$setup_client" --protocol=socket --user=root --batch --skip-column-names "$@"
}
setup_ask() { printf '%s;\n' "$1" | setup_sql 2>/dev/null; }

setup_lines() {
  tr '\001-\011\013-\037\177' '[ *]' | awk -v kind="$1" '{ gsub(/[\\"]/, "\\\\&"); printf "{\"kind\":\"%s\",\"text\":\"%s\"}\n", kind, $0 }'
}

# Behind every file that a distribution has of its own: the last one counts.
setup_file() {
  for setup_dir in /etc/mysql/mariadb.conf.d /etc/mysql/mysql.conf.d /etc/mysql/conf.d; do
    if [ -d "$setup_dir" ]; then break; fi
  done
  echo "$setup_dir/zz-shiplock.cnf"
}

setup_family() {
  if command -v mariadbd >/dev/null; then echo mariadb; else echo mysql; fi
}

# What a server should not let in, a line each: what it is, and who.
setup_lax() {
  case $(stat -c %a /var/lib/mysql) in *[1-7]) echo 'others of the machine: /var/lib/mysql' ;; esac
  setup_ask "SELECT CONCAT('without a name: ', QUOTE(User), '@', QUOTE(Host)) FROM mysql.user WHERE User = ''
 UNION ALL SELECT CONCAT('from elsewhere: ', QUOTE(User), '@', QUOTE(Host)) FROM mysql.user WHERE User = 'root' AND Host <> 'localhost'
 UNION ALL SELECT 'schema: test' FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = 'test'"
  if [ "$1" = mariadb ]; then
    setup_ask "SELECT 'by a password: root' FROM mysql.global_priv WHERE User = 'root' AND Host = 'localhost'
 AND (JSON_VALUE(Priv, '\$.plugin') <> 'unix_socket' OR IFNULL(JSON_LENGTH(Priv, '\$.auth_or'), 0) > 1)"
  else
    setup_ask "SELECT 'by a password: root' FROM mysql.user WHERE User = 'root' AND Host = 'localhost' AND plugin <> 'auth_socket'"
  fi
}

setup_look() {
  case $1 in *[!a-z0-9_,]*)
    echo "shiplock-host: usage: settings $1" >&2
    exit 64
    ;;
  esac
  setup_data=/var/lib/mysql
  # A group of the machine may leave it less than the whole.
  setup_memory=$(awk '$1 == "MemTotal:" { printf "%d", $2 * 1024 }' /proc/meminfo)
  for setup_limit in /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes; do
    setup_bytes=$(cat "$setup_limit" 2>/dev/null) || continue
    case $setup_bytes in '' | *[!0-9]*) continue ;; esac
    setup_memory=$(printf '%s %s\n' "$setup_memory" "$setup_bytes" | awk '{ printf "%.0f", $1 < $2 ? $1 : $2 }')
  done
  echo "$setup_memory" | setup_lines memory
  getconf _NPROCESSORS_ONLN | setup_lines cores
  # A disk that turns says so; what says nothing does not.
  setup_turning=$(for setup_disk in /sys/block/sd* /sys/block/vd* /sys/block/nvme* /sys/block/xvd*; do cat "$setup_disk/queue/rotational" 2>/dev/null || :; done | sort | uniq)
  if [ "$setup_turning" = 1 ]; then echo hdd; else echo ssd; fi | setup_lines disk
  echo "${SSH_CONNECTION%% *}" | setup_lines from
  if [ -d "$setup_data" ]; then
    setup_in=$(find "$setup_data" -mindepth 1 -maxdepth 1 ! -name lost+found | head -n 1)
    printf '%s %s\n' "$([ -n "$setup_in" ] && echo filled || echo empty)" "$(stat -c '%U %a' -- "$setup_data")"
  else
    echo 'none - -'
  fi | setup_lines data
  df -PB1 -- "$(if [ -d "$setup_data" ]; then echo "$setup_data"; else echo /var/lib; fi)" | awk 'NR == 2 { print $4 }' | setup_lines free
  setup_options_file=$(setup_file)
  [ ! -e "$setup_options_file" ] || sed -n 's/^\([a-z0-9_]*\) = \(.*\)$/\1=\2/p' "$setup_options_file" | setup_lines option
  for setup_unit in mariadb.service mysql.service; do
    setup_enabled=$(systemctl is-enabled "$setup_unit" 2>/dev/null) || :
    if [ "$setup_enabled" = enabled ]; then echo "$setup_unit"; fi
  done | setup_lines enabled
  if setup_said=$(printf 'SELECT VERSION();\n' | setup_sql 2>&1); then
    echo "$setup_said" | setup_lines version
    setup_kind=mysql
    case $setup_said in *[Mm]aria*) setup_kind=mariadb ;; esac
    setup_in_list=$(printf '%s' "$1" | sed "s/[^,]*/'&'/g")
    setup_ask "SHOW GLOBAL VARIABLES WHERE Variable_name IN ($setup_in_list)" | sed 's/	/=/' | setup_lines variable
    setup_ask 'SELECT COUNT(*) FROM mysql.time_zone_name' | setup_lines zones
    setup_ask "SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_TYPE = 'BASE TABLE' AND TABLE_SCHEMA NOT IN ('mysql', 'information_schema', 'performance_schema', 'sys', 'test')" | setup_lines tables
    # With every right: one that was cut between its making and its rights has none of them.
    setup_ask "SELECT CONCAT(User, '@', Host) FROM mysql.user WHERE User <> '' AND Grant_priv = 'Y' AND Super_priv = 'Y'" | setup_lines account
    setup_lax "$setup_kind" | setup_lines lax
  else
    echo "$setup_said" | tail -n 1 | cut -c1-300 | setup_lines silent
  fi
  echo '{"kind":"end"}'
}

setup_options() {
  setup_given=''
  setup_text="# Written by shiplock runbook database-setup; edits are lost. Reasons: shiplock database configure.
[$(if [ "$(setup_family)" = mariadb ]; then echo mariadb; else echo mysqld; fi)]
"
  setup_rest=$1
  while [ -n "$setup_rest" ]; do
    setup_word=${setup_rest%%,*}
    case $setup_rest in *,*) setup_rest=${setup_rest#*,} ;; *) setup_rest='' ;; esac
    case $setup_word in
    *[!A-Za-z0-9._/:=-]* | =* | *= | *=*=* | [!a-z]*) setup_bad=yes ;;
    *=*) setup_bad=no ;;
    *) setup_bad=yes ;;
    esac
    case ${setup_word%%=*} in *[!a-z0-9_]*) setup_bad=yes ;; esac
    [ "$setup_bad" = no ] || {
      echo "shiplock-host: usage: $setup_word is no setting" >&2
      exit 64
    }
    setup_text="$setup_text${setup_word%%=*} = ${setup_word#*=}
"
    setup_given="$setup_given --$(printf '%s' "${setup_word%%=*}" | tr _ -)=${setup_word#*=}"
  done
  # Asked first: a server that does not start with its file does not start at all.
  if [ "$(setup_family)" = mariadb ]; then
    # shellcheck disable=SC2086
    setup_said=$(mariadbd --no-defaults --user=mysql $setup_given --help --verbose 2>&1 >/dev/null) || setup_die settings-refused "$(printf '%s\n' "$setup_said" | tail -n 2 | tr '\n' ' ')"
  else
    # shellcheck disable=SC2086
    setup_said=$(mysqld --no-defaults --user=mysql --secure-file-priv=NULL --validate-config $setup_given 2>&1) || setup_die settings-refused "$(printf '%s\n' "$setup_said" | tail -n 2 | tr '\n' ' ')"
  fi
  setup_to=$(setup_file)
  mkdir -p -- "$(dirname -- "$setup_to")"
  printf '%s' "$setup_text" >"$setup_to.part"
  chmod 0644 "$setup_to.part"
  if ! cmp -s "$setup_to" "$setup_to.part"; then
    if [ -e "$setup_to" ]; then cp -p -- "$setup_to" "$setup_to.previous"; fi
    sync -- "$setup_to.part"
    mv -f -- "$setup_to.part" "$setup_to"
    sync -- "$(dirname -- "$setup_to")"
  fi
  rm -f -- "$setup_to.part"
  echo "$setup_to"
}

setup_secure() {
  {
    setup_ask "SELECT CONCAT('DROP USER ', QUOTE(User), '@', QUOTE(Host), ';') FROM mysql.user WHERE User = '' OR (User = 'root' AND Host <> 'localhost')"
    # With a table in it, it is somebody's.
    setup_ask "SELECT 'DROP DATABASE test;' FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = 'test' AND NOT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'test')"
    if [ "$(setup_family)" = mariadb ]; then
      echo "ALTER USER 'root'@'localhost' IDENTIFIED VIA unix_socket;"
    elif setup_lax mysql | grep -q '^by a password'; then
      echo "ALTER USER 'root'@'localhost' IDENTIFIED WITH auth_socket;"
    fi
  } | setup_sql || setup_die not-secured 'the server refuses a statement'
  chmod o= /var/lib/mysql
  echo secured
}

setup_zones() {
  setup_tool=mariadb-tzinfo-to-sql
  command -v "$setup_tool" >/dev/null || setup_tool=mysql_tzinfo_to_sql
  [ -d /usr/share/zoneinfo ] || setup_die no-zones 'no /usr/share/zoneinfo: install the package tzdata'
  # What it says of files that are no zones is not the answer.
  "$setup_tool" /usr/share/zoneinfo 2>/dev/null | setup_sql mysql >/dev/null || setup_die no-zones "what $setup_tool says is refused"
  echo "$(setup_ask 'SELECT COUNT(*) FROM mysql.time_zone_name') zones"
}

setup_tls() {
  case $1 in /etc/*[!A-Za-z0-9._/-]* | */../* | */.. | *//*) setup_bad=yes ;; /etc/*) setup_bad=no ;; *) setup_bad=yes ;; esac
  [ "$setup_bad" = no ] || {
    echo "shiplock-host: usage: directory $1: below /etc only" >&2
    exit 64
  }
  install -d -m 0750 -o mysql -g mysql -- "$1"
  for setup_pem in "$1"/server-cert.pem "$1"/server-key.pem; do
    chown mysql: "$setup_pem"
    chmod 0600 "$setup_pem"
  done
  echo "$1"
}

setup_administrator() {
  case $1 in [!A-Za-z]* | '' | *[!A-Za-z0-9_.-]*) setup_bad=yes ;; *) setup_bad=no ;; esac
  case $2 in '' | *[!A-Za-z0-9%._:/-]*) setup_bad=yes ;; esac
  IFS= read -r setup_kept
  case $setup_kept in '' | *[!A-Za-z0-9\$*./]*) setup_bad=yes ;; esac
  [ "$setup_bad" = no ] || {
    echo "shiplock-host: usage: account $1@$2" >&2
    exit 64
  }
  if [ "$(setup_family)" = mariadb ]; then
    setup_by="IDENTIFIED VIA mysql_native_password USING '$setup_kept'"
  else
    setup_by="IDENTIFIED WITH caching_sha2_password AS '$setup_kept'"
  fi
  # By standard input: nothing of it is in the list of processes.
  setup_sql <<SQL || setup_die not-made "account $1@$2"
CREATE USER IF NOT EXISTS '$1'@'$2' $setup_by;
ALTER USER '$1'@'$2' $setup_by;
GRANT ALL PRIVILEGES ON *.* TO '$1'@'$2' WITH GRANT OPTION;
SQL
  echo "$1@$2"
}

setup_enable() {
  systemctl enable -q -- "$1" || setup_die not-enabled "$1"
  echo enabled
}
