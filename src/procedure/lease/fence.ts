import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Clock, CommandResult } from '../../model/ports.ts';
import { type CommandSpec, runCommand } from '../machine/exec.ts';
import { isMissing } from '../store.ts';

/** The fence at a resource of this machine: fence.sh locks its file and compares. See docs/formats/journal.md. */

/** Somebody else holds the environment by now: everything of this run stops at once. */
export class LeaseLostError extends Error {
  constructor(why: string) {
    super(why);
    this.name = 'LeaseLostError';
  }
}

export interface FencePoint {
  /** Fence file of the resource. */
  readonly file: string;
  readonly fence: number;
}

export const FENCE_SCRIPT = fileURLToPath(new URL('./fence.sh', import.meta.url));
const REFUSED = 75;
const MARK = 'shiplock-fence:';

/** The greatest fence that a resource has seen; 0 when it has seen none. Only looks. */
export async function readFence(file: string): Promise<number> {
  try {
    const text = (await readFile(file, 'utf8')).trim();
    // What is no number is refused by fence.sh, which says what to do.
    return /^\d{1,15}$/.test(text.replace(/^0+(?=\d)/, '')) ? Number(text) : 0;
  } catch (error) {
    if (isMissing(error)) return 0;
    throw error;
  }
}

/** The command as it is really started. */
export function fencedArgv(point: FencePoint, argv: readonly string[]): readonly string[] {
  return ['sh', FENCE_SCRIPT, point.file, String(point.fence), '--', ...argv];
}

/** Runs a command under the fence. Throws LeaseLostError when the resource has seen a greater number. */
export async function runFenced(point: FencePoint, spec: CommandSpec, clock: Clock): Promise<CommandResult> {
  const result = await runCommand({ ...spec, argv: fencedArgv(point, spec.argv) }, clock);
  refuseStale(result);
  return result;
}

/**
 * Raises the fence and waits for whatever a dead holder left running under the lock. After this nothing of an earlier holder
 * can change the resource any more, so a probe sees a world that stays as it is.
 */
export async function raiseFence(point: FencePoint, signal: AbortSignal, clock: Clock): Promise<void> {
  const result = await runFenced(point, { argv: ['true'], signal }, clock);
  if (result.exitCode !== 0) throw new Error(`the fence of ${point.file} could not be raised: ${result.stderr.trim()}`);
}

/** Where a resource elsewhere finds the fence of the run that asks. */
const FENCE_VARIABLE = 'SHIPLOCK_FENCE';

/** The same for a resource that compares by itself, wherever it is. */
export async function runFencedThere(fence: number, spec: CommandSpec, clock: Clock): Promise<CommandResult> {
  const result = await runCommand({ ...spec, env: { ...spec.env, [FENCE_VARIABLE]: String(fence) } }, clock);
  refuseStale(result);
  return result;
}

export async function raiseFenceThere(fence: number, spec: CommandSpec, clock: Clock): Promise<void> {
  const result = await runFencedThere(fence, spec, clock);
  if (result.exitCode !== 0) throw new Error(`the fence could not be raised: ${result.stderr.trim()}`);
}

function refuseStale(result: CommandResult): void {
  if (result.exitCode !== REFUSED) return;
  const line = result.stderr.split('\n').find((text) => text.startsWith(MARK));
  if (line !== undefined) throw new LeaseLostError(line.slice(MARK.length).trim());
}
