import type { Instance } from '../../model/platform.ts';
import { afterExit, CALM, type CrashPolicy } from '../local/crash-policy.ts';
import type { HostInstance, HostUnit, UnitEvent } from './answer.ts';

/** What systemd says of a unit, in the words of the platform. Pure. */

export interface Running {
  /** It runs; whether it is ready has to be asked. */
  readonly kind: 'running';
  /** Since its last start. */
  readonly ranMs: number;
}

export type Condition = Running | ({ readonly kind: 'settled' } & Pick<Instance, 'state' | 'detail'>);

export function conditionOf(
  { events }: HostInstance,
  unit: HostUnit | undefined,
  uptime: number,
  policy: CrashPolicy,
): Condition {
  const settled = (state: Instance['state'], detail: string): Condition => ({ kind: 'settled', state, detail });
  if (unit === undefined || unit.load !== 'loaded') return settled('stopped', 'its unit is gone');
  const said = lastWords(events, unit);
  if (unit.active === 'deactivating' && /^(?:stop|final)-sig/.test(unit.sub)) {
    return settled('draining', 'finishes its requests');
  }
  if (unit.active === 'inactive') return settled('stopped', '');
  const lastStart = events.findLast(([kind]) => kind === 's')?.[1] ?? uptime;
  const ranMs = Math.max(0, (uptime - lastStart) * 1000);
  const runs = unit.active === 'active' || unit.active === 'reloading';
  if (isLooping(events, policy) && !(runs && ranMs >= policy.windowMs)) return settled('crash-loop', said);
  if (runs) return { kind: 'running', ranMs };
  if (unit.active === 'failed') return settled('stopped', said);
  return unit.restarts === 0 && !events.some(([kind]) => kind === 'e')
    ? settled('starting', '')
    : settled('not-ready', said);
}

/** The same rule as on a host that we supervise ourselves. */
function isLooping(events: readonly UnitEvent[], policy: CrashPolicy): boolean {
  let state = CALM;
  let from = 0;
  for (const [kind, at] of events) {
    if (kind === 's') from = at;
    else state = afterExit(state, at * 1000, (at - from) * 1000, policy).state;
  }
  return state.looping;
}

export function lastWords(events: readonly UnitEvent[], { result, said }: Pick<HostUnit, 'result' | 'said'>): string {
  const exit = events.findLast((event) => event[0] === 'e');
  const how =
    exit?.[0] !== 'e'
      ? result === 'success'
        ? 'ended'
        : result
      : exit[2] === 'exited'
        ? `exit ${exit[3]}`
        : `killed by ${exit[3]}`;
  const words = said
    .split('\n')
    .filter((line) => line !== '')
    .join(' | ');
  return words === '' ? how : `${how}: ${words}`;
}
