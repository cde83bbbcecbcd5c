import type { Collector, Keep, Place } from '../collector.ts';

/** Facts of one machine, asked with what every Linux has. What is missing there is said, and the rest goes on. */

export interface HostFacts {
  readonly place: Place;
  /** How far back logs are read, minutes. */
  readonly minutes: number;
}

type Ask = readonly [name: string, answers: string, argv: readonly string[], more?: Partial<Limits>];

interface Limits {
  readonly keep: Keep;
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

const KB = 1000;
const USUAL: Limits = { keep: 'beginning', timeoutMs: 10_000, maxBytes: 64 * KB };

/** Who has most files open, beside what each may have: /proc knows, without lsof. One program for all, since an incident has no processor to spare. */
const OPEN_FILES = `cat /proc/sys/fs/file-nr
ls -U /proc/[0-9]*/fd 2>/dev/null | awk '/^.proc.[0-9]+.fd:$/ { split($0, part, "/"); pid = part[3]; next } NF { n[pid]++ } END { for (p in n) print n[p], p }' |
sort -rn | head -n 30 | while read -r n p; do
  limit='?'; comm='?'
  while read -r a b c d rest; do [ "$a $b $c" = 'Max open files' ] && limit=$d; done <"/proc/$p/limits"
  read -r comm <"/proc/$p/comm"
  printf '%s of %s  %s  %s\\n' "$n" "$limit" "$p" "$comm"
done 2>/dev/null; :`;

const KERNEL = `for k in fs/file-max fs/nr_open fs/inotify/max_user_instances fs/inotify/max_user_watches kernel/pid_max kernel/threads-max \\
  net/core/somaxconn net/core/netdev_max_backlog net/ipv4/ip_local_port_range net/ipv4/tcp_max_syn_backlog net/ipv4/tcp_tw_reuse net/ipv4/tcp_fin_timeout \\
  net/netfilter/nf_conntrack_max net/netfilter/nf_conntrack_count vm/swappiness vm/overcommit_memory vm/max_map_count vm/dirty_ratio
do v='(not there)'; [ -r "/proc/sys/$k" ] && read -r v <"/proc/sys/$k"; echo "$k = $v"; done; ulimit -a`;

const CLOCK = `date -u +%FT%T.%NZ; timedatectl show 2>/dev/null; chronyc -n tracking 2>/dev/null; :`;

const CGROUPS = `for f in /sys/fs/cgroup/memory.events /sys/fs/cgroup/system.slice/memory.events /sys/fs/cgroup/memory/memory.failcnt \\
  /sys/fs/cgroup/cpu.stat /sys/fs/cgroup/system.slice/cpu.stat
do [ -r "$f" ] && { echo "== $f"; cat "$f"; }; done; :`;

const CHANGES = `ls -lt --time-style=full-iso /etc 2>/dev/null | head -n 40
for f in /var/log/dpkg.log /var/log/apt/history.log; do [ -r "$f" ] && { echo "== $f"; tail -n 200 "$f"; }; done; :`;

/** Every fact of a machine, as collectors. Pure. */
export function hostCollectors({ place, minutes }: HostFacts): readonly Collector[] {
  const since = `--since=-${minutes}min`;
  const sh = (script: string): readonly string[] => ['sh', '-c', script];
  const log: Partial<Limits> = { keep: 'end', maxBytes: 1500 * KB, timeoutMs: 20_000 };
  const journal = ['journalctl', '--no-pager', '--quiet', '-o', 'short-iso', since];
  const asks: readonly Ask[] = [
    ['clock', 'What time does this machine think it is, and is its clock kept in step?', sh(CLOCK)],
    ['uptime', 'How long has it been up, and how loaded is it?', sh('uptime; cat /proc/loadavg; nproc')],
    ['memory', 'Is there memory left, and how is it used?', ['cat', '/proc/meminfo']],
    ['pressure', 'Do processes wait for processor, memory or disk?', sh('grep . /proc/pressure/* 2>/dev/null; :')],
    ['cgroups', 'Did a memory limit or a processor limit strike?', sh(CGROUPS)],
    ['disk', 'Which file system is full?', ['df', '-hT']],
    ['inodes', 'Which file system has no inodes left?', ['df', '-i']],
    ['mounts', 'What is mounted, and what has become read-only?', ['cat', '/proc/mounts']],
    ['disk-activity', 'Are the disks or the processors busy right now?', ['vmstat', '-t', '1', '3']],
    ['processes', 'Which processes take the processor and the memory?', PROCESSES, { maxBytes: 200 * KB }],
    ['sockets', 'Who listens, and in which states are the connections?', sh('ss -s; ss -tulpn')],
    ['connections', 'Who is connected to whom?', ['ss', '-tanop'], { maxBytes: 300 * KB }],
    ['network', 'Do interfaces drop packets, are segments sent again?', sh('ip -s link; ip route; nstat -az')],
    ['open-files', 'Who has most files open, and how many may it have?', sh(OPEN_FILES), { timeoutMs: 20_000 }],
    ['kernel-limits', 'Which limits does the kernel set?', sh(KERNEL)],
    ['kernel-log', 'What does the kernel complain about (OOM killer, disks, hung tasks)?', DMESG, log],
    ['journal-errors', 'Which errors were logged, by whomever?', [...journal, '-p', 'err', '-n', '4000'], log],
    [
      'failed-units',
      'Which units of systemd have failed?',
      sh('systemctl --failed --no-pager --plain; systemctl list-jobs --no-pager'),
    ],
    ['logins', 'Who was and is logged in?', sh('who -a; last -n 60 -F')],
    ['ssh-log', 'Who tried to log in?', [...journal, '-t', 'sshd', '-n', '1000'], { ...log, maxBytes: 200 * KB }],
    ['changes', 'What was installed or configured last?', sh(CHANGES), { maxBytes: 100 * KB }],
  ];
  return asks.map(([name, answers, argv, more]) => {
    const { keep, timeoutMs, maxBytes }: Limits = { ...USUAL, ...more };
    const file = `${place.name}/${name}.txt`;
    return { file, answers, place, timeoutMs, maxBytes, work: { kind: 'command', argv, keep } };
  });
}

const PROCESSES = ['ps', '-eo', 'pid,ppid,user,stat,pcpu,pmem,rss,nlwp,etimes,wchan:24,args', '--sort=-pcpu', '-ww'];
const DMESG = ['dmesg', '-T', '--level=emerg,alert,crit,err,warn'];

/**
 * The command line that starts another one with a low priority, and ends it there when its time is over: a command on a host does not notice that nobody
 * waits for it any more. Not the lowest: on a machine that is overloaded it would never have its turn, and that is when somebody asks. Pure.
 * @param seconds a little more than the one who waits gives it
 */
export function gently(argv: readonly string[], seconds: number): readonly string[] {
  return ['sh', '-c', GENTLY, 'sh', String(seconds), ...argv];
}

const GENTLY = `PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin LC_ALL=C SYSTEMD_PAGER= PAGER=cat; export PATH LC_ALL SYSTEMD_PAGER PAGER
seconds=$1; shift
command -v timeout >/dev/null 2>&1 && set -- timeout -k 2 "$seconds" "$@"
if ionice -c 2 -n 7 true >/dev/null 2>&1; then exec nice -n 5 ionice -c 2 -n 7 "$@"; else exec nice -n 5 "$@"; fi`;
