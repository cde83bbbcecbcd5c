import { isDeepStrictEqual } from 'node:util';
import type { Effect } from '../../model/effect.ts';

/** Begins the words of an effect that belong to one host; everything before is the same for all hosts. */
export const ON = '--on';
export const RESOURCE = 'ssh:';

type Exec = Extract<Effect, { kind: 'exec' }>;

/**
 * Effects that differ only in their host become one, so that hosts are asked at the same time; what happens on this machine (guards) follows in its
 * order. No effect of one host waits for one of another, so this changes nothing else. Pure.
 */
export function together(effects: readonly Effect[], parallel: number): readonly Effect[] {
  const merged: { effect: Exec; hosts: number; timeoutMs: number }[] = [];
  const rest: Effect[] = [];
  for (const effect of effects) {
    if (effect.kind !== 'exec' || effect.resource?.startsWith(RESOURCE) !== true) {
      rest.push(effect);
      continue;
    }
    const same = merged.find((one) => isSame(one.effect, effect));
    if (same === undefined) {
      merged.push({ effect, hosts: 1, timeoutMs: effect.timeoutMs });
      continue;
    }
    same.hosts += 1;
    same.timeoutMs = Math.max(same.timeoutMs, effect.timeoutMs);
    same.effect = {
      ...same.effect,
      argv: [...same.effect.argv, ...split(effect).own],
      resource: `${same.effect.resource},${effect.resource.slice(RESOURCE.length)}`,
      why: `${same.effect.why}, ${hostsIn(effect.why)}`,
      timeoutMs: same.timeoutMs * Math.ceil(same.hosts / parallel),
    };
  }
  return [...merged.map((one) => one.effect), ...rest];
}

/** `start 1 × api 2.0.0 on web1` → `web1`. */
function hostsIn(why: string | undefined): string {
  return why?.split(' on ').at(-1) ?? '';
}

function isSame(one: Exec, other: Exec): boolean {
  return isDeepStrictEqual([split(one).common, one.env], [split(other).common, other.env]);
}

function split({ argv }: Exec): { readonly common: Exec['argv']; readonly own: Exec['argv'] } {
  const at = argv.indexOf(ON);
  return at < 0 ? { common: argv, own: [] } : { common: argv.slice(0, at), own: argv.slice(at) };
}
