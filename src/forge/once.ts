import { window } from './backoff.ts';
import type { ForgePorts } from './connection.ts';
import { ForgeError } from './failure.ts';

/** Tries of an effect whose answers are lost; then whoever asked is told that nobody knows. */
const TRIES = 12;

/**
 * Does something once although answers get lost: looks whether it is done, does it, and looks again whenever nobody can tell. Where the forge may
 * finish late what it seemed to have dropped, `look` is asked once more after a doubtful success, so that it can put a second one away.
 */
export async function once<T>(
  ports: ForgePorts,
  deed: {
    /** What is there of an earlier try; undefined: nothing. */
    readonly look: () => Promise<T | undefined>;
    readonly act: () => Promise<T>;
    /** Nothing can be there yet: the first look is not needed. */
    readonly fresh?: boolean;
  },
): Promise<T> {
  for (let tries = 1; ; tries++) {
    if (tries > 1 || deed.fresh !== true) {
      const there = await deed.look();
      if (there !== undefined) return there;
    }
    try {
      const done = await deed.act();
      return tries === 1 ? done : ((await deed.look()) ?? done);
    } catch (error) {
      if (
        !(error instanceof ForgeError) ||
        (error.reason !== 'unsure' && error.reason !== 'not-understood') ||
        tries >= TRIES
      )
        throw error;
      await ports.clock.sleep(Math.ceil(window({ tries, random: ports.random() })), ports.signal);
    }
  }
}
