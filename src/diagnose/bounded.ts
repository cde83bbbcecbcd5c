import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import type { Clock } from '../model/ports.ts';
import { endGroup } from '../procedure/machine/group.ts';
import type { Ended, Keep } from './collector.ts';

/** Answers of unknown length within a limit of bytes and of time: what is too much is never held, and what hangs is left behind. */

export interface Bounds {
  readonly timeoutMs: number;
  readonly maxBytes: number;
  readonly keep: Keep;
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

export interface Bounded {
  readonly bytes: Buffer;
  /** What a command said on its standard error, the end of it. */
  readonly said: string;
  readonly exit: number | null;
  readonly ended: Exclude<Ended, 'not-asked'>;
  /** Something is missing at the end that is not kept. */
  readonly cut: boolean;
}

const SAID_BYTES = 2_000;
/** How long output may still come from what a command left behind. */
const LEFT_BEHIND_MS = 500;
const WATCH_MS = 50;

/** Keeps at most so many bytes of what is put in. */
export function createRoom(maxBytes: number, keep: Keep) {
  let held: Buffer[] = [];
  let size = 0;
  let cut = false;
  return {
    put(chunk: Buffer): void {
      if (keep === 'beginning') {
        const room = maxBytes - size;
        if (chunk.length > room) cut = true;
        if (room <= 0) return;
        held.push(chunk.subarray(0, room));
        size += Math.min(room, chunk.length);
        return;
      }
      held.push(chunk);
      size += chunk.length;
      // A copy now and then: the memory of what is dropped is really given back.
      if (size <= 2 * maxBytes) return;
      held = [Buffer.from(Buffer.concat(held).subarray(-maxBytes))];
      size = maxBytes;
      cut = true;
    },
    /** Nothing more is of use. */
    full: () => keep === 'beginning' && size >= maxBytes && cut,
    take(): { readonly bytes: Buffer; readonly cut: boolean } {
      const all = Buffer.concat(held);
      if (all.length <= maxBytes) return { bytes: all, cut };
      return { bytes: all.subarray(-maxBytes), cut: true };
    },
  };
}

/**
 * Runs a command until it ends, its time is over or it has written enough; then its whole process group is ended. Any exit code is an answer, 127 when
 * there is no such program. Its environment is that of this process, in the C locale: what it says is read by people of any language.
 */
export async function runBounded(argv: readonly string[], bounds: Bounds): Promise<Bounded> {
  const { timeoutMs, maxBytes, keep, signal, clock } = bounds;
  signal.throwIfAborted();
  const [program = '', ...args] = argv;
  const room = createRoom(maxBytes, keep);
  const said = createRoom(SAID_BYTES, 'end');
  const child = spawn(program, args, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LC_ALL: 'C', LANG: 'C', SYSTEMD_PAGER: '', PAGER: 'cat' },
  });
  let failed = '';
  let exit: number | null = null;
  let over = false;
  const closed = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      failed = error.message;
      exit = 127;
      resolve();
    });
    child.once('close', () => resolve());
  });
  child.once('exit', (code) => {
    exit = code;
    over = true;
  });
  child.stdout.on('data', (chunk: Buffer) => room.put(chunk));
  child.stderr.on('data', (chunk: Buffer) => said.put(chunk));
  const ended = await watch(closed, { room, isOver: () => over, timeoutMs, signal, clock });
  if (ended !== 'itself' || over) await endGroup(child.pid, clock);
  child.stdout.destroy();
  child.stderr.destroy();
  signal.throwIfAborted();
  const answer = room.take();
  return {
    bytes: answer.bytes,
    said: failed === '' ? said.take().bytes.toString('utf8').trim() : failed,
    exit: ended === 'itself' ? exit : null,
    ended,
    cut: answer.cut,
  };
}

interface Watched {
  readonly room: { full(): boolean };
  isOver(): boolean;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

async function watch(closed: Promise<void>, watched: Watched): Promise<'itself' | 'limit' | 'time'> {
  const { room, isOver, timeoutMs, signal, clock } = watched;
  const begin = clock.monotonic();
  let done = false;
  void closed.then(() => {
    done = true;
  });
  let leftSince: number | null = null;
  while (!done) {
    await Promise.race([closed, clock.sleep(WATCH_MS, signal).catch(() => undefined)]);
    if (done) break;
    if (signal.aborted) return 'time';
    if (room.full()) return 'limit';
    const now = clock.monotonic();
    if (now - begin >= timeoutMs) return 'time';
    // The command is gone and something that it started keeps its output open.
    if (isOver()) leftSince ??= now;
    if (leftSince !== null && now - leftSince >= LEFT_BEHIND_MS) return 'itself';
  }
  return 'itself';
}

/** Asks a Unix socket one thing and reads until it closes. @throws when nobody listens there */
export async function askSocket(path: string, command: string, bounds: Bounds): Promise<Bounded> {
  const { timeoutMs, maxBytes, keep, signal, clock } = bounds;
  signal.throwIfAborted();
  const room = createRoom(maxBytes, keep);
  const socket = connect(path);
  let failure: Error | undefined;
  const closed = new Promise<void>((resolve) => {
    socket.once('error', (error) => {
      failure = error;
    });
    socket.once('close', () => resolve());
  });
  socket.on('data', (chunk: Buffer) => room.put(chunk));
  socket.write(`${command}\n`);
  const ended = await watch(closed, { room, isOver: () => false, timeoutMs, signal, clock });
  socket.destroy();
  signal.throwIfAborted();
  if (failure !== undefined) throw failure;
  const answer = room.take();
  return { bytes: answer.bytes, said: '', exit: null, ended, cut: answer.cut };
}
