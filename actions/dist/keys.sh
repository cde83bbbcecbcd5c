# keys.sh: the keys by which one user of this host logs in. Part of the program of a host (host.sh): no program by itself.
#
# It is always the user who asks, and what lies in its home is read and written with its own rights: no link in there leads anybody with more rights
# anywhere. Files elsewhere (/etc/ssh/authorized_keys/…) are looked at and never written. Keys are told apart by their bytes in base64, one word.
# shellcheck shell=sh disable=SC2154

keys_of() {
  keys_login=${SUDO_USER:-root}
  keys_home=$(getent passwd "$keys_login" | cut -d: -f6)
  case $keys_home in /?*) ;; *) die keys-elsewhere "$keys_login has no home" ;; esac
}

# A command with the rights of that user.
keys_as() {
  if [ "$keys_login" = root ]; then
    "$@"
  else
    setpriv --reuid "$(id -u -- "$keys_login")" --regid "$(id -g -- "$keys_login")" --init-groups -- "$@"
  fi
}

# Files in which sshd looks for keys of that user, one a line.
keys_files() {
  keys_words=$(sshd -T -C "user=$keys_login,host=localhost,addr=127.0.0.1" 2>/dev/null | sed -n 's/^authorizedkeysfile //p') || :
  for keys_word in ${keys_words:-.ssh/authorized_keys .ssh/authorized_keys2}; do
    keys_word=$(printf '%s\n' "$keys_word" | sed "s,%h,$keys_home,g; s,%u,$keys_login,g; s,%%,%,g")
    case $keys_word in
    none) ;;
    /*) printf '%s\n' "$keys_word" ;;
    *) printf '%s/%s\n' "$keys_home" "$keys_word" ;;
    esac
  done
}

keys_read() {
  case $1 in
  "$keys_home"/*) keys_as cat -- "$1" 2>/dev/null || : ;;
  *) cat -- "$1" 2>/dev/null || : ;;
  esac
}

# FILE KEY: how many lines have it.
keys_count() {
  keys_read "$1" | awk -v key="$2" '!/^[ \t]*#/ { for (i = 1; i <= NF; i++) if ($i == key) { n++; break } } END { print n + 0 }'
}

# KEY: the first file that has it; nothing where none has.
keys_file() {
  keys_files | while IFS= read -r keys_one; do
    [ "$(keys_count "$keys_one" "$1")" -eq 0 ] || {
      printf '%s\n' "$keys_one"
      break
    }
  done
}

# KEY...: a line of JSON each.
keys_look() {
  for keys_key in "$@"; do
    printf '{"kind":"key","key":"%s","file":"%s"}\n' "$keys_key" "$(json "$(keys_file "$keys_key")")"
  done
  printf '{"kind":"end"}\n'
}

# FILE: one that this user owns, in its home, and no link.
keys_own() {
  case $1 in "$keys_home"/*) ;; *) die keys-elsewhere "$1" ;; esac
  if [ -L "$1" ] || [ -L "${1%/*}" ]; then die keys-elsewhere "$1 is reached by a link"; fi
}

# FILE TEXT: whole at any moment, with owner and mode of before.
keys_write() {
  # shellcheck disable=SC2016
  printf '%s\n' "$2" | keys_as sh -c 'set -e
umask 077
rm -f -- "$1.shiplock"
cp -p -- "$1" "$1.shiplock"
cat >"$1.shiplock"
[ "$(wc -c <"$1.shiplock")" -eq "$2" ]
sync -- "$1.shiplock"
mv -f -- "$1.shiplock" "$1"
sync -- "${1%/*}"' sh "$1" "$(($(printf '%s\n' "$2" | wc -c)))" || die keys-not-written "$1"
}

# OLD NEW COMMENT: NEW beside OLD, in the same file and with what stands before OLD in its line (from=, command= …).
keys_add() {
  [ -z "$(keys_file "$2")" ] || { echo 'is let in already' && return; }
  keys_at=$(keys_file "$1")
  [ -n "$keys_at" ] || die keys-missing "the key by which shiplock is let in stands in no file of $keys_login"
  keys_own "$keys_at"
  keys_text=$(keys_read "$keys_at" | awk -v old="$1" -v new="$2" -v comment="$3" '
    { print }
    /^[ \t]*#/ { next }
    {
      for (i = 2; i <= NF; i++) if ($i == old) {
        head = substr($0, 1, index($0, old) - 1)
        sub(/[ \t]+$/, "", head)
        print substr(head, 1, length(head) - length($(i - 1))) "ssh-ed25519 " new " " comment
        break
      }
    }')
  keys_write "$keys_at" "$keys_text"
  echo 'let in beside the other one'
}

# KEY OTHER: KEY is let in no more, and only where OTHER is.
keys_remove() {
  [ -n "$(keys_file "$2")" ] || die keys-last "the other key stands in no file of $keys_login"
  keys_files | while IFS= read -r keys_one; do
    [ "$(keys_count "$keys_one" "$1")" -gt 0 ] || continue
    keys_own "$keys_one"
    keys_text=$(keys_read "$keys_one" | awk -v key="$1" '
      /^[ \t]*#/ { print; next }
      { for (i = 1; i <= NF; i++) if ($i == key) next; print }')
    keys_write "$keys_one" "$keys_text"
  done
  [ -z "$(keys_file "$1")" ] || die keys-not-written "the other key is let in still"
  echo 'let in no more'
}
