import { resolve } from 'node:path';
import {
  type Base,
  type Chain,
  type ChangeKind,
  type Cut,
  coveredUntil,
  cutAt,
  type Family,
  gtidStateText,
  momentText,
  parseGtidState,
  parseMoment,
  placeText,
  type Replay,
  readChain,
  replay,
  replayArguments,
  type Target,
} from '../../backup/replay/index.ts';
import { EXIT } from '../../model/exit.ts';
import { type Json, jsonSchema } from '../../model/json.ts';
import { ProblemError } from '../../model/problem.ts';
import { formatDuration } from '../../model/scalars.ts';
import { createExec, createSecrets, systemClock } from '../../procedure/index.ts';
import type { CommandResult, Io } from '../io.ts';

export interface PlanOptions {
  readonly base?: string;
  readonly baseGtids?: string;
  readonly time?: string;
  readonly gtid?: string;
  readonly before?: string;
  readonly end?: boolean;
  readonly kind?: readonly ChangeKind[];
  readonly which?: string;
  readonly completeUntil?: string;
}

export interface RunOptions extends PlanOptions {
  readonly socket: string;
  readonly user: string;
  readonly password?: string;
  readonly plain?: string;
  readonly client: string;
}

const PLAIN_MS = 24 * 3_600_000;

/** What a target means: read from files alone. */
export async function planRestore(io: Io, files: readonly string[], options: PlanOptions): Promise<CommandResult> {
  const { chain, base, target, limits } = await read(io, files, options);
  const cut = cutAt(chain, base, target, limits);
  return { exit: EXIT.done, text: planText(chain, cut), json: planJson(chain, cut) };
}

/** The replay itself. */
export async function replayRestore(io: Io, files: readonly string[], options: RunOptions): Promise<CommandResult> {
  const { chain, base, target, limits } = await read(io, files, options);
  const secrets = createSecrets({ env: io.env, base: io.cwd });
  const password = options.password === undefined ? {} : { password: secrets.get(options.password) };
  const wanted: Replay = {
    ...{ chain, base, target, ...limits },
    access: { socketPath: resolve(io.cwd, options.socket), user: options.user, ...password },
  };
  const plain =
    options.plain === undefined
      ? {}
      : { plain: { exec: createExec(), reader: options.plain, client: options.client, timeoutMs: PLAIN_MS } };
  const { cut, before, ms } = await replay(wanted, { clock: systemClock, ...plain });
  const went = before === 0 ? '' : `, ${before} of them by a replay that was interrupted`;
  return {
    exit: EXIT.done,
    text: `${planText(chain, cut)}\nreplayed in ${formatDuration(ms)}${went}: the server is as it was there`,
    json: jsonSchema.parse({ plan: planJson(chain, cut), before, ms: Math.round(ms) }),
  };
}

/** The words with which a throw-away server is started. */
export function serverArguments(
  family: string,
  { workers, serverId, gtids }: { readonly workers: number; readonly serverId: number; readonly gtids: boolean },
): CommandResult {
  const list = replayArguments({ family: family === 'mariadb' ? 'mariadb' : 'mysql', gtids, workers, serverId });
  return { exit: EXIT.done, text: list.join('\n'), json: jsonSchema.parse({ arguments: list }) };
}

interface Read {
  readonly chain: Chain;
  readonly base: Base;
  readonly target: Target;
  readonly limits: { readonly completeUntil?: number };
}

async function read(io: Io, files: readonly string[], options: PlanOptions): Promise<Read> {
  // Words that are wrong are told before gigabytes are read.
  const target = targetOf(options);
  const until = options.completeUntil;
  const limits = until === undefined ? {} : { completeUntil: momentOf('--complete-until', until) };
  const place = options.base === undefined ? null : placeOf(options.base);
  const chain = await readChain(files.map((file) => resolve(io.cwd, file)));
  const gtids = options.baseGtids === undefined ? null : stateOf(options.baseGtids, chain.family);
  return { chain, base: { gtids, place }, target, limits };
}

function targetOf({ time, gtid, before, end, kind, which }: PlanOptions): Target {
  if (time !== undefined) return { kind: 'time', time: momentOf('--time', time) };
  if (gtid !== undefined) return { kind: 'gtid', gtid };
  if (before !== undefined) {
    return {
      ...{ kind: 'before', table: before },
      ...(kind === undefined ? {} : { kinds: kind }),
      ...(which === undefined ? {} : { which }),
    };
  }
  if (end === true) return { kind: 'end' };
  throw wrong('the command line', 'no target', 'one of --time, --gtid, --before and --end');
}

/** Microseconds since 1970. @throws ProblemError for what is none, or names no zone */
export function momentOf(option: string, text: string): number {
  const moment = parseMoment(text);
  if (moment !== null) return moment;
  throw wrong(
    option,
    text,
    'a time with its zone, for instance 2026-11-22T14:03:07.250000Z or 2026-11-22T15:03:07+01:00',
  );
}

function placeOf(text: string): Base['place'] {
  const [, file, position] = /^([^/]+):(\d+)$/.exec(text) ?? [];
  if (file !== undefined) return { file, position: Number(position) };
  throw wrong('--base', text, 'a file and a position, as the backup recorded them: binlog.000007:157');
}

function stateOf(text: string, family: Family) {
  const state = parseGtidState(text, family);
  if (state !== null) return state;
  throw wrong('--base-gtids', text, family === 'mysql' ? 'a set such as UUID:1-5' : 'a place such as 0-1-5');
}

function wrong(where: string, found: string, expected: string): ProblemError {
  return new ProblemError({
    code: 'cli.usage',
    where,
    found,
    expected,
    remedy: 'see `shiplock restore plan --help`',
  });
}

function planText(chain: Chain, { transactions, segments, last, lost, late }: Cut): string {
  const { family } = chain;
  const lines = [
    `replays      ${transactions} transactions of ${segments.length} files`,
    `last of them ${last === null ? 'none' : placeText(last)}`,
    `is lost      ${lost.transactions} transactions${lostSpan(lost)}`,
    ...lost.tables.slice(0, 20).map(({ table, transactions: count }) => `             ${count} change ${table}`),
    ...(late === 0
      ? []
      : [`beware       ${late} of these are stamped at or before that time, but were committed later`]),
    ...(lost.beyond === null ? [] : [`beware       ${lost.beyond}`]),
    `logs cover   up to ${momentText(Math.max(0, coveredUntil(chain)), family)}`,
  ];
  return lines.join('\n');
}

function lostSpan({ first, last }: Cut['lost']): string {
  return first === null || last === null ? '' : `, from ${placeText(first)} to ${placeText(last)}`;
}

function planJson(chain: Chain, { transactions, segments, executed, last, lost, late }: Cut): Json {
  return jsonSchema.parse({
    ...{ family: chain.family, transactions, late },
    segments: segments.map(({ file, parts }) => ({ file, parts: [...parts] })),
    executed: executed === null ? null : gtidStateText(executed),
    last: last === null ? null : placeText(last),
    lost: {
      ...{ transactions: lost.transactions, tables: [...lost.tables], beyond: lost.beyond },
      first: lost.first === null ? null : placeText(lost.first),
      last: lost.last === null ? null : placeText(lost.last),
    },
    coveredUntil: momentText(Math.max(0, coveredUntil(chain)), chain.family),
  });
}
