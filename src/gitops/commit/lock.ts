import { randomBytes } from 'node:crypto';
import { link, readFile, rename, stat, unlink, writeFile } from 'node:fs/promises';
import type { Clock } from '../../model/ports.ts';
import { identitySchema, isGone, ownIdentity, type ProcessIdentity } from '../../procedure/machine/identity.ts';
import { hasCode, isMissing } from '../../procedure/store.ts';

/**
 * Turns between the processes of one machine. It only saves work: whatever two processes do at once, the branch itself decides which
 * of them was first. So a lock that a dead process left is taken away without ceremony.
 */

const POLL_MS = 8;
const SLOWEST_POLL_MS = 40;
/** A process is looked for less often than its lock. */
const POLLS_PER_LOOK = 8;
/** Of a process in another container nobody here can see whether it lives; nothing takes it as long as this. */
const UNSEEN_MS = 200_000;

export interface LockOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Waits for the lock file and holds it while `work` runs. */
export async function withLock<T>(file: string, options: LockOptions, work: () => Promise<T>): Promise<T> {
  const { clock, signal } = options;
  await underName(file, async (own) => {
    let pollMs = POLL_MS;
    for (let poll = 0; !(await take(file, own, poll % POLLS_PER_LOOK === 0 ? clock : undefined)); poll++) {
      await clock.sleep(pollMs, signal);
      pollMs = Math.min(SLOWEST_POLL_MS, pollMs * 1.3);
    }
  });
  return release(file, work);
}

/** Holds the lock file while `work` runs if nobody has it; `'busy'` when somebody has. */
export async function tryLock<T>(file: string, clock: Clock, work: () => Promise<T>): Promise<T | 'busy'> {
  const held = await underName(file, (own) => take(file, own, clock));
  return held ? release(file, work) : 'busy';
}

async function release<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    await unlink(file).catch(() => undefined);
  }
}

/** A file that says who we are; linked to the name of the lock it is the lock. */
async function underName<T>(file: string, work: (own: string) => Promise<T>): Promise<T> {
  const own = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  await writeFile(own, JSON.stringify(ownIdentity()));
  try {
    return await work(own);
  } finally {
    await unlink(own).catch(() => undefined);
  }
}

async function take(file: string, own: string, look: Clock | undefined): Promise<boolean> {
  try {
    await link(own, file);
    return true;
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
    if (look !== undefined) await takeAwayFromDead(file, own, look);
    return false;
  }
}

async function takeAwayFromDead(file: string, own: string, clock: Clock): Promise<void> {
  const holder = await holderOf(file);
  try {
    const { mtimeMs } = await stat(file);
    if (!isOver(holder, clock.now() - mtimeMs)) return;
    await rename(file, `${own}.dead`);
    await unlink(`${own}.dead`);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

/** Has a process ended, or is it one of which that cannot be seen, and so long ago that it must have? Undefined: nobody knows which. */
export function isOver(holder: ProcessIdentity | undefined, ageMs: number): boolean {
  const unseen = holder === undefined || holder.bootId === '' || holder.bootId !== ownIdentity().bootId;
  return unseen ? ageMs > UNSEEN_MS : isGone(holder);
}

async function holderOf(file: string): Promise<ProcessIdentity | undefined> {
  try {
    const parsed: unknown = JSON.parse(await readFile(file, 'utf8'));
    return identitySchema.parse(parsed);
  } catch {
    // Gone between two looks, or cut short by a full disk.
    return undefined;
  }
}
