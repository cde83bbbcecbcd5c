import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection, ConnectionOptions } from 'mysql2/promise';
import { z } from 'zod';
import type { SqlTool } from '../../model/effect.ts';
import type { CommandResult } from '../../model/ports.ts';
import { type Problem, ProblemError } from '../../model/problem.ts';
import { LeaseLostError } from '../lease/fence.ts';
import { runCommand } from '../machine/exec.ts';
import type { EffectContext } from './context.ts';
import { waitFree } from './sql-guard.ts';
import { openToolBrake, type ToolBrake } from './sql-tool-brake.ts';

/** A program that copies a table in the background, as a child of this process, while our connection keeps lock and fence. */

const LOOK_MS = 1_000;
const SAY_MS = 5_000;
/** So long a swap may take that was let go, before it is held back again. */
const SWAP_MS = 5_000;

/**
 * Ends the program when the input ends, which it does when whoever started it is gone, however that happened; and removes the directory with
 * its credentials. `trap :` keeps this shell until the program has ended; the program itself gets the signals as they are.
 */
const SCRIPT = `dir=$1; shift
exec 3<&0
"$@" </dev/null 3<&- & tool=$!
trap : TERM INT HUP
( cat <&3; kill -TERM $tool; sleep 2; kill -KILL $tool ) >/dev/null 2>&1 & watch=$!
exec 3<&-
wait $tool; code=$?
while kill -0 $tool 2>/dev/null; do wait $tool; code=$?; done
kill -KILL $watch 2>/dev/null
rm -rf "$dir"
exit $code`;

export interface ToolPlace {
  /** Where the server is, and who asks. */
  readonly options: ConnectionOptions;
  /** What this connection holds under GET_LOCK, and the resource whose fence was compared. */
  readonly lock: string | undefined;
  readonly fenced: string | undefined;
}

/**
 * Runs the program to its end. The tool's lock, which this connection holds, is given to it. Throws when it fails, LeaseLostError when another
 * holder's fence is met; the program has ended then.
 */
export async function runTool(
  connection: Connection,
  tool: SqlTool,
  place: ToolPlace,
  ctx: EffectContext,
): Promise<void> {
  if (place.options.socketPath !== undefined && tool.access === 'environment') throw new ProblemError(bySocket(tool));
  if (place.options.ssl !== undefined) throw new ProblemError(overTls(tool));
  await waitFree(connection, tool.guard, ctx);
  const dir = await mkdtemp(join(tmpdir(), 'shiplock-tool-'));
  const over = new AbortController();
  const signal = AbortSignal.any([ctx.signal, over.signal]);
  try {
    await writeFiles(dir, tool, place.options);
    await using brake = openToolBrake(connection, tool.brake, dir, { ...ctx, signal });
    await connection.query('SELECT RELEASE_LOCK(?)', [tool.lock]);
    const state: Output = { rest: '', held: false, saidAt: Number.NEGATIVE_INFINITY };
    const running = runCommand(
      {
        argv: ['/bin/sh', '-c', SCRIPT, 'shiplock', dir, ...tool.argv.map((word) => filled(word, dir, place.options))],
        // Neither program shall find options of a user of this machine.
        env: { HOME: dir, MYSQL_PWD: undefined, PTDEBUG: undefined, ...environmentOf(tool, place.options) },
        signal,
        onOutput: (text) => follow(text, tool, state, ctx),
      },
      ctx.clock,
    );
    running.catch(() => undefined);
    try {
      judge(tool, await attended(connection, tool, { place, dir, brake, running, state }, { ...ctx, signal }), ctx);
    } catch (error) {
      over.abort(error);
      await running.catch(() => undefined);
      throw error;
    }
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

interface Output {
  rest: string;
  held: boolean;
  saidAt: number;
}

interface Attending {
  readonly place: ToolPlace;
  readonly dir: string;
  readonly brake: ToolBrake;
  readonly running: Promise<CommandResult>;
  readonly state: Output;
}

/** Until it ends: keeps the connection, compares the fence, holds it back, and lets it swap when nobody is in the way. */
async function attended(
  connection: Connection,
  { hold, guard }: SqlTool,
  { place, dir, brake, running, state }: Attending,
  ctx: EffectContext,
): Promise<CommandResult> {
  const ended = new AbortController();
  const end = running.finally(() => ended.abort());
  end.catch(() => undefined);
  const inner = { ...ctx, signal: AbortSignal.any([ctx.signal, ended.signal]) };
  const pause = (ms: number): Promise<undefined> =>
    ctx.clock.sleep(ms, inner.signal).then(
      () => undefined,
      () => undefined,
    );
  let swapping = Number.POSITIVE_INFINITY;
  for (;;) {
    const result = await Promise.race([end, pause(LOOK_MS)]);
    if (result !== undefined || ended.signal.aborted) return result ?? end;
    ctx.signal.throwIfAborted();
    await stillOurs(connection, place, ctx);
    await brake.look();
    if (hold === null) continue;
    const now = ctx.clock.monotonic();
    if (now - swapping > SWAP_MS) {
      await writeFile(join(dir, hold.file), '');
      [swapping, state.held] = [Number.POSITIVE_INFINITY, false];
    } else if (state.held && swapping === Number.POSITIVE_INFINITY) {
      try {
        await waitFree(connection, guard, inner);
      } catch (error) {
        if (ended.signal.aborted && !ctx.signal.aborted) continue;
        throw error;
      }
      swapping = ctx.clock.monotonic();
      await rm(join(dir, hold.file), { force: true });
    }
  }
}

const oneNumber = z.array(z.tuple([z.coerce.number().nullable()]));

/** A connection that was closed has lost its lock, and a greater fence means that somebody else goes on. */
async function stillOurs(connection: Connection, { lock, fenced }: ToolPlace, ctx: EffectContext): Promise<void> {
  const ask = async (sql: string, value: string): Promise<number | null> => {
    const [rows] = await connection.query({ sql, values: [value], rowsAsArray: true });
    return oneNumber.parse(rows)[0]?.[0] ?? null;
  };
  if (lock !== undefined && (await ask('SELECT IS_USED_LOCK(?) = CONNECTION_ID()', lock)) !== 1)
    throw new LeaseLostError(`the lock ${lock} was lost while the tool worked`);
  if (fenced === undefined) return;
  const seen = (await ask('SELECT fence FROM shiplock_fence WHERE resource = ?', fenced)) ?? 0;
  if (seen > ctx.fence) throw new LeaseLostError(`${fenced} has seen fence ${seen}; this run holds ${ctx.fence}`);
}

function environmentOf({ access }: SqlTool, { user = '', password = '' }: ConnectionOptions) {
  return access === 'file' ? {} : { SHIPLOCK_TOOL_USER: user, SHIPLOCK_TOOL_PASSWORD: password };
}

async function writeFiles(dir: string, tool: SqlTool, options: ConnectionOptions): Promise<void> {
  const { host = '127.0.0.1', port = 3306, user = '', password = '', socketPath } = options;
  const { access, files, hold } = tool;
  // As servers and their clients read option files.
  const value = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
  const place = socketPath === undefined ? [`host=${host}`, `port=${port}`] : [`socket=${value(socketPath)}`];
  const lines = ['[client]', `user=${value(user)}`, `password=${value(password)}`, ...place, ''];
  const write = (name: string, text: string): Promise<void> => writeFile(join(dir, name), text, { mode: 0o600 });
  if (access === 'file') await write('access.cnf', lines.join('\n'));
  for (const [name, text] of Object.entries(files)) await write(name, text);
  if (hold !== null) await write(hold.file, '');
}

function filled(word: SqlTool['argv'][number], dir: string, { host = '127.0.0.1', port = 3306 }: ConnectionOptions) {
  if (typeof word === 'string') return word;
  const values: Readonly<Record<string, string>> = { dir, host, port: String(port) };
  return word.fill.replace(/\{(dir|host|port)\}/g, (_, name: string) => values[name] ?? '');
}

function follow(text: string, { progress, hold }: SqlTool, state: Output, ctx: EffectContext): void {
  const lines = `${state.rest}${text}`.split('\n');
  state.rest = lines.pop() ?? '';
  for (const line of lines) {
    if (hold !== null && new RegExp(hold.said).test(line)) state.held = true;
    const found = new RegExp(progress).exec(line);
    const now = ctx.clock.monotonic();
    if (found === null || now - state.saidAt < SAY_MS) continue;
    state.saidAt = now;
    ctx.note?.(ctx.secrets.mask((found[1] ?? found[0]).slice(0, 200)));
  }
}

/** It would find another server at the usual port, or none. */
function bySocket({ argv }: SqlTool): Problem {
  return {
    code: 'effect.sql-tool-socket',
    where: typeof argv[0] === 'string' ? argv[0] : '',
    found: 'a connection string with a Unix socket',
    expected: 'host and port, since this tool knows no sockets',
    remedy: 'write host and port into database.dsn, or choose pt-online-schema-change in database.rewrite.tool',
  };
}

/** What they are told of TLS differs between their versions, and one that is told nothing connects in the clear. */
function overTls({ argv }: SqlTool): Problem {
  return {
    code: 'effect.sql-tool-tls',
    where: typeof argv[0] === 'string' ? argv[0] : '',
    found: 'a connection that is to be encrypted and verified, which this tool is not told',
    expected: 'for pt-online-schema-change a connection string with the Unix socket of the server',
    remedy:
      'run it on the machine of the server, `user:password@unix(/path/to/socket)/database`; or let the server do the change (`database.rewrite.tool: never`)',
  };
}

function judge({ argv }: SqlTool, { exitCode, stdout, stderr }: CommandResult, ctx: EffectContext): void {
  if (exitCode === 0) return;
  const where = typeof argv[0] === 'string' ? argv[0] : '';
  if (exitCode === 127) {
    throw new ProblemError({
      code: 'effect.sql-tool-missing',
      where,
      found: 'no such program on this machine',
      expected: 'the tool that the plan chose',
      remedy: 'install it where the run goes on, or write its path into database.rewrite, then resume the run',
    });
  }
  const words = ctx.secrets.mask(`${stdout}\n${stderr}`.trim()).split('\n').slice(-12).join('\n').slice(-1200);
  throw new ProblemError({
    code: 'effect.sql-tool',
    where,
    found: `exit code ${exitCode}: ${words}`,
    expected: 'the table copied and in its place',
    remedy: 'the table is as it was; mend what the tool names, then resume the run',
  });
}
