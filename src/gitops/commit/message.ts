import type { FileEdit, OurCommit } from './derive.ts';

/** Lines at the end of a message by which programs know our commits again. */
export const TRAILERS = {
  run: 'Shiplock-Run',
  node: 'Shiplock-Node',
  release: 'Shiplock-Release',
  environment: 'Shiplock-Environment',
  fence: 'Shiplock-Fence',
  actor: 'Shiplock-Actor',
  verdict: 'Shiplock-Verdict',
} as const;

/** Who commits, for which release, in which run. */
export interface Origin {
  readonly service: string;
  readonly environment: string;
  /** The version that is released; left out: the commit is of no release. */
  readonly version?: string | undefined;
  readonly run: string;
  /** Node id; tells two commits of one run apart. */
  readonly node: string;
  readonly fence: number;
  /** Person or program that asked for the release. */
  readonly actor?: string | undefined;
  /** What the analysis said of the version. */
  readonly verdict?: string | undefined;
}

export interface Author {
  readonly name: string;
  readonly email: string;
}

/** Pure: the whole message. */
export function messageOf(origin: Origin, edits: readonly FileEdit[], subject?: string): string {
  const { service, environment, version } = origin;
  const first = line(subject ?? `${service} in ${environment}: ${version ?? 'changed'}`);
  const all: readonly (readonly [keyof typeof TRAILERS, string | undefined])[] = [
    ['release', version === undefined ? undefined : `${service} ${version}`],
    ['environment', environment],
    ['run', origin.run],
    ['node', origin.node],
    ['fence', String(origin.fence)],
    ['actor', origin.actor],
    ['verdict', origin.verdict],
  ];
  const trailers = all.flatMap(([key, value]) =>
    value === undefined || line(value) === '' ? [] : [`${TRAILERS[key]}: ${line(value)}`],
  );
  return `${first}\n\n${beforeLines(edits).join('\n')}\n\n${trailers.join('\n')}\n`;
}

function beforeLines(edits: readonly FileEdit[]): readonly string[] {
  const values = edits.flatMap(({ file, values: of }) => of.map((one) => ({ file, ...one })));
  const [only, ...more] = values;
  if (only === undefined) return edits.map(({ file }) => `Changes ${line(file)}`);
  if (more.length === 0) return [`Before: ${line(only.before)}`];
  return values.map(({ file, path, before, after }) => `${line(file)} ${path}: ${line(before)} → ${line(after)}`);
}

/** Pure: the commit in git's fast-import language; ends by asking for its id. All data is given, so its id is the same every time. */
export function importStream(commit: {
  readonly ref: string;
  readonly base: string | null;
  readonly author: Author;
  /** Seconds since 1970. */
  readonly time: number;
  readonly message: string;
  readonly edits: readonly FileEdit[];
}): string {
  const { ref, base, time, message, edits } = commit;
  const who = `${clean(commit.author.name)} <${clean(commit.author.email)}> ${time} +0000`;
  return [
    'feature done\n',
    `commit ${ref}\nmark :1\nauthor ${who}\ncommitter ${who}\n`,
    data(message),
    base === null ? '' : `from ${base}\n`,
    ...edits.map(({ file, mode, text }) => `M ${mode} inline ${file}\n${data(text)}\n`),
    '\nget-mark :1\ndone\n',
  ].join('');
}

const FIELDS = [
  TRAILERS.run,
  TRAILERS.node,
  TRAILERS.environment,
  TRAILERS.fence,
  TRAILERS.release,
  TRAILERS.actor,
  TRAILERS.verdict,
];

/** For `git log`: what `oursIn` reads. */
export const LOG_FORMAT = ['%H', ...FIELDS.map((key) => `%(trailers:key=${key},valueonly,separator=%x2C)`)].join(
  '%x09',
);

/** Pure: commits with the trailers that every one of ours has, from the log. */
export function oursIn(log: string): readonly OurCommit[] {
  return log.split('\n').flatMap((text) => {
    const [commit = '', run = '', node = '', environment = '', fence = '', release = '', actor = '', verdict = ''] =
      text.split('\t');
    if (run === '' || !/^\d+$/.test(fence)) return [];
    return [{ commit, run, node, environment, fence: Number(fence), release, actor, verdict }];
  });
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}`;
}

function clean(text: string): string {
  return text.replace(/[<>\p{Cc}]/gu, '').trim();
}

/** On one line: nothing that comes from outside can add a trailer of its own. */
function line(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
}
