import { type Collector, endOf, type Place } from '../collector.ts';

/** Facts of what runs: units of systemd on hosts, supervised processes of this machine, profiles of Go. All pure. */

const KB = 1000;

/** Programs beside the service whose state is worth a look wherever they run. */
const BESIDE = [
  'haproxy.service',
  'nginx.service',
  'mariadb.service',
  'mysql.service',
  'redis-server.service',
  'keepalived.service',
];

const PROPERTIES = [
  ...['Id', 'ActiveState', 'SubState', 'Result', 'ExecMainStatus', 'NRestarts', 'StateChangeTimestamp', 'MainPID'],
  ...[
    'MemoryCurrent',
    'MemoryPeak',
    'MemoryMax',
    'TasksCurrent',
    'TasksMax',
    'CPUUsageNSec',
    'LimitNOFILE',
    'OOMPolicy',
  ],
].join(',');

/** Units of a service on a host. @param service its name: its units begin with it */
export function unitCollectors(place: Place, service: string, minutes: number): readonly Collector[] {
  const units = `${service}-*`;
  const base = { place, timeoutMs: 20_000 };
  const command = (argv: readonly string[], keep: 'beginning' | 'end' = 'beginning') =>
    ({ kind: 'command', argv, keep }) as const;
  return [
    {
      ...base,
      file: `${place.name}/units.txt`,
      answers: 'Do the units of the service run, how often were they started again, and what do they use?',
      maxBytes: 200 * KB,
      work: command(['systemctl', 'show', '--no-pager', `--property=${PROPERTIES}`, units, ...BESIDE]),
    },
    {
      ...base,
      file: `${place.name}/unit-status.txt`,
      answers: 'What does systemd say of each unit?',
      maxBytes: 200 * KB,
      work: command(['systemctl', 'status', '--no-pager', '--full', '-n', '5', '--all', units, ...BESIDE]),
    },
    {
      ...base,
      file: `${place.name}/unit-log.txt`,
      answers: 'What did the instances of the service log?',
      maxBytes: 4000 * KB,
      work: command(
        [
          'journalctl',
          '--no-pager',
          '--quiet',
          '-o',
          'short-iso-precise',
          `--since=-${minutes}min`,
          '-u',
          units,
          '-n',
          '40000',
        ],
        'end',
      ),
    },
  ];
}

/**
 * The newest lines of each log, the log that was written last at the end. Of a large one the line is left out that its middle cuts: it could begin with half
 * a secret.
 */
const TAILS = `cd -- "$1" || exit 1
for f in $(ls -tr); do case $f in *.log) [ -f "$f" ] && { echo "== $f"
  if [ "$(wc -c <"$f")" -gt 500000 ]; then tail -c 500000 -- "$f" | tail -n +2; else cat -- "$f"; fi; } ;; esac; done; :`;

const RECORDS = `cd -- "$1" || exit 1
for f in *.json; do [ -f "$f" ] && { echo "== $f"; cat -- "$f"; echo; }; done; :`;

/** Supervised processes of this machine. @param home directory of the component, as docs/layout.md has it */
export function processCollectors(place: Place, component: string, home: string): readonly Collector[] {
  return [
    {
      place,
      file: `${place.name}/${component}-instances.txt`,
      answers: `Which instances of ${component} run, how often were they started again, and why?`,
      timeoutMs: 10_000,
      maxBytes: 100 * KB,
      work: { kind: 'command', argv: ['sh', '-c', RECORDS, 'sh', `${home}/run`], keep: 'beginning' },
    },
    {
      place,
      file: `${place.name}/${component}-log.txt`,
      answers: `What did ${component} log?`,
      timeoutMs: 20_000,
      maxBytes: 2000 * KB,
      work: { kind: 'command', argv: ['sh', '-c', TAILS, 'sh', `${home}/logs`], keep: 'end' },
    },
  ];
}

const LOG_BYTES = 1000 * KB;

/** Any further log. @param index keeps two files of the same name apart */
export function logCollector(place: Place, path: string, index: number): Collector {
  return {
    place,
    file: `${place.name}/log-${index + 1}.txt`,
    answers: `What stands in ${path}?`,
    timeoutMs: 20_000,
    maxBytes: LOG_BYTES,
    work: { kind: 'command', argv: endOf(path, LOG_BYTES), keep: 'end' },
  };
}

const CPU_SECONDS = 5;

/**
 * Profiles of a Go program that serves net/http/pprof, asked on the machine that it runs on: the port is most often open there only.
 * @param url address of the handlers, such as http://127.0.0.1:6060/debug/pprof
 */
export function profileCollectors(place: Place, url: string, index: number): readonly Collector[] {
  const base = url.replace(/\/+$/, '');
  const curl = (path: string): readonly string[] => ['curl', '-fsS', '--max-time', '20', '--', `${base}/${path}`];
  const profile = (name: string, answers: string, path: string, content?: 'profile'): Collector => ({
    place,
    file: `${place.name}/profile-${index + 1}-${name}`,
    answers,
    timeoutMs: 25_000,
    maxBytes: 2000 * KB,
    work: { kind: 'command', argv: curl(path), keep: 'beginning', ...(content === undefined ? {} : { content }) },
  });
  return [
    profile('goroutines.txt', 'What does every goroutine do or wait for?', 'goroutine?debug=2'),
    profile('heap.txt', 'Which code holds the memory?', 'heap?debug=1'),
    profile('heap.pb.gz', 'The same for `go tool pprof`.', 'heap', 'profile'),
    profile(
      'cpu.pb.gz',
      `Which code took the processor for ${CPU_SECONDS} s? For \`go tool pprof\`.`,
      `profile?seconds=${CPU_SECONDS}`,
      'profile',
    ),
  ];
}
