import { z } from 'zod';
import type { Effect } from '../../model/effect.ts';
import { type LaidFile, type LayVerb, layWords } from '../lay.ts';
import { wholeLines } from '../lines.ts';
import { type HostReach, hostEffect } from './effect.ts';
import { askWhole } from './look.ts';
import type { HostUnitsOptions } from './units.ts';

/** Files of certificates and keys on a host over ssh: laid down whole, the one before kept. The host takes nothing else but PEM. */

const LAY_MS = 60_000;

/** Repeatable. Pure. */
export function hostLayEffect(options: HostReach, verb: LayVerb, { to, digest, set, sources }: LaidFile): Effect {
  const from = verb === 'put' ? sources.flatMap((source) => ['--source', source]) : [];
  const words = ['--do', verb, '--to', to, '--digest', digest, '--set', set, ...from];
  return hostEffect(options, 'lay', words, { why: `${layWords(verb, to)} on ${options.host.name}`, timeoutMs: LAY_MS });
}

const line = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('laid'), path: z.string(), digest: z.string() }),
  z.strictObject({ kind: z.literal('end') }),
]);

/** SHA-256 of each file that is there, in the order of the paths; null for one that is not. @throws ProblemError when the host cannot be asked */
export async function laidOn(
  { host, reach, exec }: Pick<HostUnitsOptions, 'host' | 'reach' | 'exec'>,
  paths: readonly string[],
  signal?: AbortSignal,
): Promise<readonly (string | null)[]> {
  const looking = { host, access: reach.access, root: reach.root, exec };
  const parse = (said: string): readonly (string | null)[] | undefined => {
    const found = new Map(
      wholeLines(said, line)?.flatMap((one) => (one.kind === 'laid' ? [[one.path, one.digest] as const] : [])),
    );
    return paths.every((path) => found.has(path)) ? paths.map((path) => found.get(path) || null) : undefined;
  };
  return askWhole(looking, { verb: 'laid', words: ['--of', paths.join(',')], parse }, signal);
}
