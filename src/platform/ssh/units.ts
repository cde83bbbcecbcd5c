import { z } from 'zod';
import type { Effect } from '../../model/effect.ts';
import type { Exec } from '../../model/ports.ts';
import { wholeLines } from '../lines.ts';
import { type SystemUnit, systemUnit } from '../unit-state.ts';
import type { SshHost } from './access.ts';
import { type HostReach, hostEffect } from './effect.ts';
import type { SshReach } from './fleet.ts';
import { askWhole } from './look.ts';

/** Units of systemd on a host over ssh: those that are named, or those of a component's instances. */

export interface HostUnitsOptions {
  readonly host: SshHost;
  readonly reach: SshReach;
  readonly which: { readonly units: readonly string[] } | { readonly component: string };
  readonly exec: Exec;
}

const line = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('member'),
    unit: z.string(),
    load: z.string(),
    active: z.string(),
    sub: z.string(),
    result: z.string(),
    invocation: z.string(),
  }),
  z.strictObject({ kind: z.literal('end') }),
]);

/** @throws ProblemError when the host cannot be asked */
export async function observeHostUnits(
  options: HostUnitsOptions,
  signal?: AbortSignal,
): Promise<readonly SystemUnit[]> {
  const { host, reach, which, exec } = options;
  const words = 'units' in which ? ['--of', which.units.join(',')] : ['--component', which.component];
  const looking = { host, access: reach.access, root: reach.root, exec };
  return askWhole(looking, { verb: 'units', words, parse: parsed }, signal);
}

/** Undefined for an answer that is not whole. Pure. */
function parsed(stdout: string): readonly SystemUnit[] | undefined {
  const lines = wholeLines(stdout, line);
  return lines?.flatMap((one) => (one.kind === 'member' ? [systemUnit(one)] : []));
}

/** One verb of the host's program under the fence of the host. Pure. */
export function hostUnitEffect(
  options: HostReach,
  verb: 'start' | 'stop' | 'restart' | 'reload',
  names: readonly string[],
  timeoutMs: number,
): Effect {
  return hostEffect(options, 'unit', ['--do', verb, '--of', names.join(',')], {
    why: `${verb} ${names.join(', ')} on ${options.host.name}`,
    timeoutMs,
  });
}
