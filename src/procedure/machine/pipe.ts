import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Clock } from '../../model/ports.ts';
import { systemClock } from './clock.ts';
import { endGroup } from './group.ts';

/**
 * Bytes from one command to another, through us, so that they can be counted, digested and held back. Nothing of them is kept: they may be more
 * than memory holds.
 */

export interface PipeCommand {
  readonly argv: readonly string[];
  /** Added to the environment of this process. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Its whole input, where nothing is piped into it. Left out: it is empty. */
  readonly stdin?: string | undefined;
}

export interface PipeEnd {
  /** 127 when there is no such command, 128 + n when signal n ended it. */
  readonly exitCode: number;
  /** The end of what it said on standard error. */
  readonly stderr: string;
}

export interface Piped {
  readonly from: PipeEnd;
  /** Standard output of the second one too, of which a little is expected. */
  readonly to: (PipeEnd & { readonly stdout: string }) | null;
}

export interface PipeSpec {
  readonly from: PipeCommand;
  /** Left out: the bytes only go through `onChunk`. */
  readonly to?: PipeCommand | undefined;
  readonly onChunk?: ((chunk: Buffer) => void) | undefined;
  /** What goes on in place of what came: of each piece, and at the end, when `allow` has let it through. Left out: what came. */
  readonly through?: { push(chunk: Buffer): Buffer; end(): Buffer } | undefined;
  /**
   * Asked when the first one has ended, before the second one learns that its input is over. When it throws, the second one is killed
   * instead, so that it never takes a part for the whole.
   */
  readonly allow?: ((from: PipeEnd) => void) | undefined;
  readonly signal: AbortSignal;
}

const MOST_ERRORS = 16_384;
const MOST_OUTPUT = 1_000_000;

/**
 * Runs both to their ends. Any exit code is an answer; a second one that ends before it has all of its input never ends with 0.
 * @throws what `allow` throws, or the reason of the signal */
export async function pipeCommands(spec: PipeSpec, clock: Clock = systemClock): Promise<Piped> {
  spec.signal.throwIfAborted();
  const target = spec.to === undefined ? null : begin(spec.to);
  target?.listen();
  const source = begin(spec.from);
  const kill = async (): Promise<void> => {
    await Promise.all(
      [source, target].map((one) => (one === null || one.over() ? undefined : endGroup(one.child.pid, clock))),
    );
  };
  const onAbort = (): void => void kill();
  spec.signal.addEventListener('abort', onAbort, { once: true });
  if (spec.signal.aborted) onAbort();
  try {
    source.child.stdin?.end(spec.from.stdin ?? '');
    await pass(source, target, spec);
    if (target?.over()) {
      // It took no more: what the first one then says is only that nobody listens.
      await endGroup(source.child.pid, clock);
      const end = await target.ended;
      spec.signal.throwIfAborted();
      const to = { ...end, exitCode: end.exitCode === 0 ? 1 : end.exitCode, stdout: target.output() };
      return { from: await source.ended, to };
    }
    const from = await source.ended;
    spec.signal.throwIfAborted();
    spec.allow?.(from);
    if (target === null) return { from, to: null };
    target.child.stdin?.end(spec.through?.end());
    const to = await target.ended;
    spec.signal.throwIfAborted();
    return { from, to: { ...to, stdout: target.output() } };
  } catch (error) {
    await kill();
    throw error;
  } finally {
    spec.signal.removeEventListener('abort', onAbort);
    // Only now: closed input would tell the second one that it has all of it.
    target?.child.stdin?.destroy();
    source.child.stdout?.destroy();
  }
}

interface Begun {
  readonly child: ChildProcess;
  readonly ended: Promise<PipeEnd>;
  over(): boolean;
  /** What it said on standard output since `listen`. */
  output(): string;
  listen(): void;
}

function begin({ argv, env }: PipeCommand): Begun {
  const [program = '', ...words] = argv;
  const child = spawn(program, words, { env: { ...process.env, ...env }, detached: true, stdio: 'pipe' });
  let errors = '';
  let said = '';
  let over = false;
  child.stderr.on('data', (chunk: Buffer) => {
    errors = `${errors}${chunk.toString('utf8')}`.slice(-MOST_ERRORS);
  });
  // A command that ends without reading its input is an answer, not an error of ours.
  child.stdin.on('error', () => undefined);
  const hear = (chunk: Buffer): void => {
    if (said.length < MOST_OUTPUT) said += chunk.toString('utf8');
  };
  const ended = new Promise<PipeEnd>((resolve) => {
    child.once('error', (error) => {
      over = true;
      resolve({ exitCode: 127, stderr: error.message });
    });
    child.once('close', (code, signal) => {
      over = true;
      resolve({ exitCode: code ?? 128 + (signal === 'SIGKILL' ? 9 : 15), stderr: errors });
    });
  });
  return { child, ended, over: () => over, output: () => said, listen: () => void child.stdout.on('data', hear) };
}

async function pass(source: Begun, target: Begun | null, { onChunk, through }: PipeSpec): Promise<void> {
  const { stdout } = source.child;
  const into = target?.child.stdin ?? null;
  if (stdout === null) return;
  for await (const chunk of stdout) {
    if (!Buffer.isBuffer(chunk)) continue;
    onChunk?.(chunk);
    if (into === null || target === null) continue;
    if (into.write(through?.push(chunk) ?? chunk) || into.destroyed) continue;
    await Promise.race([once(into, 'drain').catch(() => undefined), target.ended]);
    // Nobody takes the rest.
    if (target.over()) break;
  }
}
