import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Effect } from '../model/effect.ts';
import { parsedJson } from '../model/json.ts';
import type { Clock } from '../model/ports.ts';

/**
 * The file by which a controller says "we are still here" to the guards of a version. A guard trusts a change of `seq` seen
 * on its own clock and nothing else in it: times of two processes are never compared.
 */
export const heartbeatSchema = z.discriminatedUnion('mode', [
  z.strictObject({
    mode: z.literal('beat'),
    /** Another number each time. */
    seq: z.number().int().nonnegative(),
    /** The share ends this long after the last change of `seq`, milliseconds. */
    ttlMs: z.number().int().positive(),
  }),
  z.strictObject({
    mode: z.literal('hold'),
    seq: z.number().int().nonnegative(),
    /** No heartbeats are needed until then (wall clock, milliseconds since 1970); the guard turns it into a duration once. */
    holdUntil: z.number(),
    limits: z.strictObject({
      /** Largest share of bad answers, 0 to 1. */
      errorRate: z.number().min(0).max(1),
    }),
  }),
]);
export type Heartbeat = Readonly<z.infer<typeof heartbeatSchema>>;

/** Where the heartbeat of a version lies. */
export function heartbeatFile(directory: string, version: string): string {
  return join(directory, `${encodeURIComponent(version)}.json`);
}

/** Text of a heartbeat file → heartbeat, or why it is none. */
export function parseHeartbeat(text: string): Heartbeat | undefined {
  return heartbeatSchema.safeParse(parsedJson(text)).data;
}

/**
 * Beats for the versions of one heartbeat directory. A beat is one small file, written beside and renamed, without fsync: after a
 * power cut no share should live on.
 */
export function heartbeats(options: {
  readonly directory: string;
  readonly ttlMs: number;
  readonly clock: Clock;
}): (version: string) => Promise<void> {
  const last = new Map<string, number>();
  let made = false;
  return async (version) => {
    // Beginning at the wall clock, a controller that took over does not repeat the numbers of the one before.
    const seq = Math.max((last.get(version) ?? 0) + 1, Math.floor(options.clock.now()));
    last.set(version, seq);
    if (!made) {
      await mkdir(options.directory, { recursive: true });
      made = true;
    }
    const beat: Heartbeat = { mode: 'beat', seq, ttlMs: options.ttlMs };
    const path = heartbeatFile(options.directory, version);
    const beside = `${path}.${process.pid}.${seq}`;
    await writeFile(beside, JSON.stringify(beat));
    await rename(beside, path);
  };
}

/**
 * Lets the guards keep watch by themselves until a moment, for the time a gate waits and nobody beats: they take the version out when
 * it is unhealthy, when more than `limits.errorRate` of its answers are bad, and at the deadline.
 */
export function holdEffect(
  directory: string,
  version: string,
  untilMs: number,
  limits: { readonly errorRate: number },
  resource?: string,
): Effect {
  const hold: Heartbeat = { mode: 'hold', seq: Math.floor(untilMs), holdUntil: untilMs, limits };
  return {
    kind: 'file',
    path: heartbeatFile(directory, version),
    content: JSON.stringify(hold),
    why: `the guards of ${version} keep watch until ${new Date(untilMs).toISOString()}`,
    timeoutMs: 5000,
    ...(resource === undefined ? {} : { resource }),
  };
}
