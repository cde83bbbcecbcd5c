import { parseArgs } from 'node:util';
import { distance } from 'fastest-levenshtein';
import { nearest, parsedJson } from '../../model/json.ts';
import { ProblemError } from '../../model/problem.ts';
import { parseDuration, parsePorts } from '../../model/scalars.ts';
import { CRASH_POLICY } from './crash-policy.ts';
import { PORT_RANGE } from './host-ports.ts';
import { type EnvValue, type GuardTemplate, guardSchema, type Settings, type StartSettings } from './records.ts';
import { LOG_POLICY } from './resume.ts';

/** The command lines of `shiplock unit`: what may be given, and what it means. */

interface OptionSpec {
  readonly type: 'string' | 'boolean';
  readonly multiple?: boolean;
  readonly help: string;
}

const COMMON = {
  root: { type: 'string', help: 'DIR       directory of the host (required)' },
  json: { type: 'boolean', help: '          print JSON' },
  help: { type: 'boolean', help: '          print this help' },
} as const satisfies Record<string, OptionSpec>;

const COMPONENT = { component: { type: 'string', help: 'NAME component, for instance api' } } as const;
const VERSION = { version: { type: 'string', help: 'VERSION' } } as const;

const OPTIONS = {
  ...COMMON,
  ...COMPONENT,
  ...VERSION,
  digest: { type: 'string', help: 'SHA256  digest the artefact must have' },
  artefact: { type: 'string', help: 'PATH   file or directory the build made' },
  env: {
    type: 'string',
    multiple: true,
    help: 'K=V        variable of the service; {port} {release} {shared} {instance} {version} are put in',
  },
  'secret-env': {
    type: 'string',
    multiple: true,
    help: 'K=REF variable from env:NAME or file:/path, read at start, never written down',
  },
  replicas: { type: 'string', help: 'N      instances a start begins with' },
  ready: { type: 'string', help: 'PATH     answers 200 when an instance may get traffic' },
  live: { type: 'string', help: 'PATH      answers 200 while it lives' },
  'start-timeout': { type: 'string', help: 'TIME how long it may take to become ready (30s)' },
  'stop-timeout': { type: 'string', help: 'TIME  how long it may take to finish its requests (15s)' },
  instances: { type: 'string', help: 'N     instances that must run (default: the replicas of the release)' },
  ports: { type: 'string', help: `A-B       ports that may be given (${PORT_RANGE.first}-${PORT_RANGE.last})` },
  'crash-exits': { type: 'string', help: `N   this many exits … (${CRASH_POLICY.exits})` },
  'crash-window': { type: 'string', help: 'TIME … within this time are a crash loop (30s)' },
  backoff: { type: 'string', help: 'TIME    first pause before a restart, doubled each time (100ms)' },
  'max-backoff': { type: 'string', help: 'TIME longest pause (10s)' },
  'log-size': { type: 'string', help: 'BYTES  a log is put aside at this size (10485760)' },
  'log-keep': { type: 'string', help: 'N      logs put aside that are kept (5)' },
  guard: {
    type: 'string',
    help: 'JSON      command line of the guard as a list; {guardPort} {port} {readyPath} {version} {instance} {heartbeatFile}',
  },
  'heartbeat-file': { type: 'string', help: 'PATH file the guard watches; {version} is put in' },
  current: { type: 'boolean', help: '       also when it is current; then nothing is current any more' },
  verify: { type: 'boolean', help: '        compute every digest again' },
  keep: { type: 'string', help: 'N          releases to keep (5)' },
} as const satisfies Record<string, OptionSpec>;

type OptionName = keyof typeof OPTIONS;

export interface CommandSpec {
  readonly summary: string;
  readonly options: readonly OptionName[];
  readonly required: readonly OptionName[];
  /** Takes a command line after `--`. */
  readonly words?: boolean;
  readonly example: string;
}

const ONE = ['root', 'component', 'version', 'json', 'help'] as const;
const START = [
  'instances',
  'ports',
  'crash-exits',
  'crash-window',
  'backoff',
  'max-backoff',
  'log-size',
  'log-keep',
  'guard',
  'heartbeat-file',
] as const;
const IN = '--root /srv/shop --component api';

export const COMMANDS = {
  install: {
    summary: 'lay a release down: copied, checked against its digest, renamed into place',
    options: [
      ...ONE,
      'digest',
      'artefact',
      'env',
      'secret-env',
      'replicas',
      'ready',
      'live',
      'start-timeout',
      'stop-timeout',
    ],
    required: ['root', 'component', 'version', 'digest', 'artefact'],
    words: true,
    example: `${IN} --version 2.0.0 --digest sha256:… --artefact build/api --ready /readyz -- ./api --listen 127.0.0.1:{port}`,
  },
  start: {
    summary: 'start what is missing of the wanted instances; running ones stay',
    options: [...ONE, ...START],
    required: ['root', 'component', 'version'],
    example: `${IN} --version 2.0.0 --instances 2`,
  },
  stop: {
    summary: 'stop every instance of a version: SIGTERM, its time to finish requests, SIGKILL',
    options: [...ONE],
    required: ['root', 'component', 'version'],
    example: `${IN} --version 1.9.0`,
  },
  'stop-guards': {
    summary: 'stop the guards of a version; its instances stay',
    options: [...ONE],
    required: ['root', 'component', 'version'],
    example: `${IN} --version 2.0.0`,
  },
  reload: {
    summary: 'SIGHUP to each instance; refused when one would die of it',
    options: [...ONE],
    required: ['root', 'component', 'version'],
    example: `${IN} --version 2.0.0`,
  },
  restart: {
    summary: 'restart the running instances one at a time, each ready before the next',
    options: [...ONE],
    required: ['root', 'component', 'version'],
    example: `${IN} --version 2.0.0`,
  },
  status: {
    summary: 'what is installed, current and running; changes nothing',
    options: ['root', 'component', 'verify', 'json', 'help'],
    required: ['root'],
    example: '--root /srv/shop --json',
  },
  current: {
    summary: 'make a version current: what is served from files, and what starts after a reboot',
    options: [...ONE],
    required: ['root', 'component', 'version'],
    example: `${IN} --version 2.0.0`,
  },
  remove: {
    summary: 'remove a release from disk; never one that runs, and the current one only with --current',
    options: [...ONE, 'current'],
    required: ['root', 'component', 'version'],
    example: `${IN} --version 1.7.0`,
  },
  prune: {
    summary: 'remove old releases; never the current, the previous, or one that runs or is wanted',
    options: ['root', 'component', 'keep', 'json', 'help'],
    required: ['root'],
    example: '--root /srv/shop --keep 5',
  },
  resume: {
    summary: 'after a reboot: start what `current` names and what was wanted',
    options: ['root', 'json', 'help'],
    required: ['root'],
    example: '--root /srv/shop',
  },
} as const satisfies Record<string, CommandSpec>;

export type CommandName = keyof typeof COMMANDS;

export interface UnitArguments {
  readonly command: CommandName;
  readonly words: readonly string[];
  text(name: OptionName): string | undefined;
  texts(name: OptionName): readonly string[];
  flag(name: OptionName): boolean;
}

/** @throws ProblemError `unit.usage` with the nearest known word; `undefined` when help was asked for in general */
export function parseUnitArguments(argv: readonly string[]): UnitArguments | undefined {
  const [name, ...rest] = argv;
  if (name === undefined || name === '--help' || name === 'help') return undefined;
  if (!isCommand(name)) throw unknown(`unit ${name}`, name, Object.keys(COMMANDS));
  const spec: CommandSpec = COMMANDS[name];
  const split = rest.indexOf('--');
  const words = split < 0 ? [] : rest.slice(split + 1);
  if (words.length > 0 && spec.words !== true) throw usage(`unit ${name}`, 'words after --', 'options only');
  const { values, tokens } = parseArgs({
    args: split < 0 ? rest : rest.slice(0, split),
    options: OPTIONS,
    strict: false,
    tokens: true,
    allowPositionals: true,
  });
  for (const token of tokens) {
    if (token.kind === 'positional') throw usage(`unit ${name}`, JSON.stringify(token.value), 'options only');
    if (token.kind !== 'option') continue;
    const known = spec.options.find((option) => option === token.name);
    if (known === undefined) throw unknown(`unit ${name} ${token.rawName}`, token.name, spec.options);
    if (OPTIONS[known].type === 'string' && (token.value === undefined || token.value === '')) {
      throw usage(`unit ${name} ${token.rawName}`, 'no value', 'a value');
    }
  }
  const text = (option: OptionName): string | undefined => {
    const value = values[option];
    return typeof value === 'string' ? value : undefined;
  };
  const texts = (option: OptionName): readonly string[] => {
    const value = values[option];
    return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
  };
  if (values['help'] !== true) {
    const missing = spec.required.filter((option) => text(option) === undefined);
    if (missing.length > 0)
      throw usage(`unit ${name}`, 'too little', missing.map((option) => `--${option}`).join(', '));
  }
  return { command: name, words, text, texts, flag: (option) => values[option] === true };
}

/** Settings of a release as `install` is told. */
export function settingsFrom(args: UnitArguments): Settings {
  const env: Record<string, EnvValue> = {};
  for (const pair of args.texts('env')) {
    const [name, value] = pairOf('--env', pair);
    env[name] = value;
  }
  for (const pair of args.texts('secret-env')) {
    const [name, secret] = pairOf('--secret-env', pair);
    if (!/^(?:env|file):./.test(secret))
      throw usage('--secret-env', `a value that is no reference for ${name}`, 'NAME=env:NAME or NAME=file:/path');
    env[name] = { secret };
  }
  return {
    command: args.words,
    env,
    replicas: count(args, 'replicas', 1, 0),
    readyPath: pathOf(args, 'ready'),
    livePath: pathOf(args, 'live'),
    startTimeoutMs: time(args, 'start-timeout', 30_000),
    stopTimeoutMs: time(args, 'stop-timeout', 15_000),
  };
}

/** What `start` is told. `replicas`: instances when it is not told. */
export function startFrom(args: UnitArguments, replicas: number, defaultHeartbeat: string): StartSettings {
  const ports = parsePorts(args.text('ports') ?? `${PORT_RANGE.first}-${PORT_RANGE.last}`);
  if (ports === undefined) throw usage('--ports', args.text('ports') ?? '', 'a range such as 20000-20999');
  return {
    instances: count(args, 'instances', Math.max(1, replicas), 1),
    ports,
    crash: {
      exits: count(args, 'crash-exits', CRASH_POLICY.exits, 1),
      windowMs: time(args, 'crash-window', CRASH_POLICY.windowMs),
      backoffMs: time(args, 'backoff', CRASH_POLICY.backoffMs),
      maxBackoffMs: time(args, 'max-backoff', CRASH_POLICY.maxBackoffMs),
    },
    log: {
      maxBytes: count(args, 'log-size', LOG_POLICY.maxBytes, 1),
      keep: count(args, 'log-keep', LOG_POLICY.keep, 0),
    },
    guard: guardFrom(args, defaultHeartbeat),
  };
}

function guardFrom(args: UnitArguments, defaultHeartbeat: string): GuardTemplate | null {
  const text = args.text('guard');
  if (text === undefined) return null;
  const heartbeatFile = args.text('heartbeat-file') ?? defaultHeartbeat;
  const parsed = guardSchema.safeParse({ argv: parsedJson(text), heartbeatFile });
  if (!parsed.success) throw usage('--guard', text, 'a JSON list of words, such as ["guard","--listen","{guardPort}"]');
  return parsed.data;
}

function pairOf(option: string, pair: string): readonly [string, string] {
  const [, name, value] = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(pair) ?? [];
  // The pair itself is not printed: somebody may have put a secret there.
  if (name === undefined || value === undefined) throw usage(option, 'something without NAME=', 'NAME=VALUE');
  return [name, value];
}

export function count(args: UnitArguments, name: OptionName, otherwise: number, least: number): number {
  const text = args.text(name);
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (!/^\d{1,12}$/.test(text) || value < least) throw usage(`--${name}`, text, `a whole number, at least ${least}`);
  return value;
}

function time(args: UnitArguments, name: OptionName, otherwise: number): number {
  const text = args.text(name);
  const value = text === undefined ? otherwise : parseDuration(text);
  if (value === undefined || value < 1) throw usage(`--${name}`, text ?? '', 'a duration such as 30s or 250ms');
  return value;
}

function pathOf(args: UnitArguments, name: OptionName): string {
  const path = args.text(name) ?? '';
  if (path !== '' && !/^\/[^\s#]*$/.test(path)) throw usage(`--${name}`, path, 'a path that begins with /');
  return path;
}

function isCommand(name: string): name is CommandName {
  return Object.hasOwn(COMMANDS, name);
}

function unknown(where: string, word: string, known: readonly string[]): ProblemError {
  const near = nearest(word, known, distance);
  return usage(where, `unknown ${JSON.stringify(word)}`, near === undefined ? `one of ${known.join(', ')}` : near);
}

function usage(where: string, found: string, expected: string): ProblemError {
  return new ProblemError({
    code: 'unit.usage',
    where,
    found,
    expected,
    remedy: 'see `shiplock unit --help` and `shiplock unit COMMAND --help`',
  });
}

/** Help for one command, or for all. */
export function unitHelp(name?: CommandName): string {
  if (name === undefined) {
    const lines = Object.entries(COMMANDS).map(([command, spec]) => `  ${command.padEnd(12)} ${spec.summary}`);
    return `shiplock unit COMMAND --root DIR …: the services of this machine, one interface for all\n\n${lines.join('\n')}\n\nEvery command may be given twice: what is done already is not done again.\n`;
  }
  const spec: CommandSpec = COMMANDS[name];
  const lines = spec.options.map((option) => `  --${option} ${OPTIONS[option].help}`);
  const words = spec.words === true ? ' [-- COMMAND WORDS…]' : '';
  return `shiplock unit ${name} [options]${words}: ${spec.summary}\n\n${lines.join('\n')}\n\nExample:\n  shiplock unit ${name} ${spec.example}\n`;
}
