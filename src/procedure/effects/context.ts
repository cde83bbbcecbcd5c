import type { Text } from '../../model/effect.ts';
import type { Clock } from '../../model/ports.ts';
import type { FenceCommand, SecretsWithMask } from '../api.ts';
import type { FenceLocks } from '../lease/fence-locks.ts';
import type { SqlConnections } from './sql-connections.ts';

/** What the execution of effects needs besides the effect. */
export interface EffectContext {
  readonly clock: Clock;
  readonly secrets: SecretsWithMask;
  readonly fence: number;
  readonly fenceFile: ((resource: string) => string | undefined) | undefined;
  readonly fenceCommand?: ((resource: string) => FenceCommand | undefined) | undefined;
  readonly signal: AbortSignal;
  /** Connections that are kept between effects; without it each effect has one of its own. */
  readonly connections?: SqlConnections | undefined;
  /** For the live view: what is waited for, how far it is. */
  readonly note?: (text: string) => void;
  /** For the live view: how far it is, said every second; only the newest counts. */
  readonly progress?: (text: string) => void;
}

/** The same for effects that take locks. */
export interface LockingContext extends EffectContext {
  readonly locks: FenceLocks;
}

/** The value behind a text; from here on it is masked everywhere. */
export function resolveText(text: Text, secrets: SecretsWithMask): string {
  return typeof text === 'string' ? text : secrets.get(text.secret);
}

export function resolveTexts(
  texts: Readonly<Record<string, Text>> | undefined,
  secrets: SecretsWithMask,
): Record<string, string> {
  return Object.fromEntries(Object.entries(texts ?? {}).map(([name, text]) => [name, resolveText(text, secrets)]));
}

const LONGEST = 64 * 1024;

/** Long output is cut in the middle: what it began with and how it ended are what people look for. */
export function cutMiddle(text: string, longest = LONGEST): string {
  if (text.length <= longest) return text;
  const half = Math.floor(longest / 2);
  return `${text.slice(0, half)}\n… ${text.length - 2 * half} characters left out …\n${text.slice(-half)}`;
}
