#!/bin/sh
# Proves every query of this folder, or those whose names are given: `docs/model/run.sh`, `docs/model/run.sh ratchet-none`.
# PROVERIF names the program, LIMIT the seconds of computing that one file may take. Prints what came out beside what
# README.md expects, and fails if they differ. T is true, F is false (an attack or a trace), in the order of the queries.
cd "$(dirname "$0")" || exit 2
PROVERIF=${PROVERIF:-proverif}
LIMIT=${LIMIT:-1800}
log=$(mktemp)
trap 'rm -f "$log"' EXIT
failed=0
wanted=" $* "

# prove <name> <expected> <libraries...> -- the file is <name>.pv, or the last argument if that ends in .pv
prove() {
  name=$1 expected=$2
  shift 2
  case "$wanted" in '  ' | *" $name "*) ;; *) return ;; esac
  file=$name.pv libraries=
  for each in "$@"; do
    case $each in *.pv) file=$each ;; *) libraries="$libraries -lib $each.pvl" ;; esac
  done
  # shellcheck disable=SC2086
  ( ulimit -t "$LIMIT"; exec "$PROVERIF" $libraries "$file" ) >"$log" 2>&1
  obtained=$(sed -n '/^RESULT/{s/.*is true\..*/T/;s/.*is false\..*/F/;s/.*cannot be proved\..*/?/;p;}' "$log" | tr -d '\n')
  if [ "$obtained" = "$expected" ]; then verdict=ok; else verdict=DIFFERENT failed=1; fi
  printf '%-28s %-9s expected %s, obtained %s\n' "$name" "$verdict" "$expected" "${obtained:-nothing}"
}

world() { prove "$1" "$2" primitives curve vocabulary core world; }
replay() { prove "$1" "$2" primitives curve vocabulary core replay; }
pair() { prove "$1" "$2" primitives "$3" "$4" vocabulary handshake pair; }
anonymity() { prove "$1" "$2" primitives curve-broken forget vocabulary anonymity; }
ratchet() { prove "ratchet-$1" TTTTTTTTTTTTTTTTTTTTTTTT primitives ratchet "state-$1" ratchet.pv; }

world handshake-reachable FFF
world secrecy-initiator T
world secrecy-responder T
world authentication-initiator T
world authentication-responder T
world same-key-same-view T
world certificate-key T
replay replay-memory T
replay replay-one-time T
replay replay-no-memory F
pair pair-reachable F curve-broken forget
pair link-alone TTTT curve-broken forget
pair link-leaks-later T curve-broken forget
pair link-leaks-later-unsealed F curve-broken forget
pair classical-authentication F curve-broken forget
pair signed-prekey-theft F curve forget
pair device-key-theft F curve forget
pair continuity T curve-broken remember
pair continuity-link-leaks T curve-broken remember
anonymity anonymity T
anonymity anonymity-psk T
anonymity anonymity-last-resort '?'
prove direct TTTF
prove hybrid-x25519-broken TTFF primitives hybrid
prove hybrid-mlkem-broken TTFF primitives hybrid
prove hybrid-both-broken FFFF primitives hybrid
prove ratchet-reachable F primitives ratchet
for state in none worthless-kem A0 A1 A2 A3 A4 A5 B0 B1 B2 B3 B4 B5; do ratchet $state; done
prove ratchet-tight FFF primitives ratchet state-B2
prove ratchet-late-psk F primitives ratchet state-A5
prove old-copy-reachable F primitives ratchet
for state in none worthless-kem A0 A1 A2 B0 B1 B2 B3; do prove old-copy-$state TT primitives ratchet state-$state old-copy.pv; done
for state in A3 A4 A5 B4 B5; do prove old-copy-$state FF primitives ratchet state-$state old-copy.pv; done
exit $failed
