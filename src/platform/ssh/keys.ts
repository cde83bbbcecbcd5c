import { z } from 'zod';
import type { Effect } from '../../model/effect.ts';
import { wholeLines } from '../lines.ts';
import { hostEffect } from './effect.ts';
import type { SshReach } from './fleet.ts';
import { askWhole } from './look.ts';
import type { HostUnitsOptions } from './units.ts';

/**
 * Keys by which the user of ours logs in to a host: those in its `authorized_keys` (sshd(8)). A key is its bytes in base64, the second word of a public
 * key.
 */

const KEYS_MS = 60_000;

type Options = Pick<HostUnitsOptions, 'host' | 'reach'>;

/** Lets a key in beside one that is let in, with the same restrictions. Repeatable. Pure. */
export function addKeyEffect(options: Options, old: string, added: string, comment: string): Effect {
  const why = `let the new key in beside the old one on ${options.host.name}`;
  return keyEffect(options, ['--do', 'add', '--of', old, '--to', added, '--name', comment], why);
}

/** Lets a key in no more; the host refuses where the other one is not let in. Repeatable. Pure. */
export function removeKeyEffect(options: Options, removed: string, kept: string, which: 'old' | 'new'): Effect {
  const why = `let the ${which} key in no more on ${options.host.name}`;
  return keyEffect(options, ['--do', 'remove', '--of', removed, '--to', kept], why);
}

function keyEffect(options: Options, words: readonly string[], why: string): Effect {
  return hostEffect(options, 'key', words, { why, timeoutMs: KEYS_MS });
}

const line = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('key'), key: z.string(), file: z.string() }),
  z.strictObject({ kind: z.literal('end') }),
]);

/**
 * In which file each of these keys stands, in their order; null for one that stands in none.
 * @param identityFile log in anew with this key alone, and with nothing else: a proof that it is let in
 * @throws ProblemError when the host cannot be asked; `ssh.refused` where it does not let the key in
 */
export async function keysOn(
  { host, reach, exec }: Pick<HostUnitsOptions, 'host' | 'reach' | 'exec'>,
  keys: readonly string[],
  { identityFile, signal }: { readonly identityFile?: string; readonly signal?: AbortSignal } = {},
): Promise<readonly (string | null)[]> {
  const access: SshReach['access'] =
    identityFile === undefined ? reach.access : { ...reach.access, identityFile, alone: true };
  const looking = { host, access, root: reach.root, exec };
  const parse = (said: string): readonly (string | null)[] | undefined => {
    const found = new Map(
      wholeLines(said, line)?.flatMap((one) => (one.kind === 'key' ? [[one.key, one.file] as const] : [])),
    );
    return keys.every((key) => found.has(key)) ? keys.map((key) => found.get(key) || null) : undefined;
  };
  return askWhole(looking, { verb: 'keys', words: ['--of', keys.join(',')], parse }, signal);
}
