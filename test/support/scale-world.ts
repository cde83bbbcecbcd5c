import type { Boundary } from '../../src/procedure/api.ts';
import { type Procedure, sequence } from '../../src/procedure/index.ts';
import { scaleTree } from '../../src/release/scale/index.ts';
import { tree } from './engine.ts';
import { hostOf, OLD, type RollingWorld, type Truth } from './rolling-world.ts';
import { unit } from './rollout.ts';

/** More hosts or fewer over simulated ones (rolling-world.ts), and what must hold whenever the journal grows. */

/** `out`: a host came back empty; `in`: one is not needed any more. */
export type Way = 'out' | 'in';

export function scaleProcedure({ rollout, hosts }: RollingWorld, way: Way): Procedure {
  const wanted = way === 'out' ? hosts : hosts.slice(0, -1);
  const { nodes } = scaleTree(rollout, wanted, async () => unit(OLD, hosts.length));
  return tree(sequence({ id: 'scale', title: 'Scale', steps: nodes }));
}

/** Names of the hosts that get requests. */
export function takingHosts({ routes }: Truth): readonly string[] {
  return routes.routes.flatMap(({ endpoints }) => endpoints.filter(({ draining }) => draining !== true).map(hostOf));
}

/** Rules that are broken at a boundary, in words. Pure. */
export function scaleRules(
  truth: Truth,
  way: Way,
  answered: boolean,
  { type, node, when }: Pick<Boundary, 'type' | 'node' | 'when'>,
): readonly string[] {
  const at = `${when} ${type} ${node}`;
  const taking = takingHosts(truth);
  const deaf = taking.filter((host) => !truth.hosts.some(({ name, ready }) => name === host && ready.includes(OLD)));
  const stopped = truth.hosts.filter(({ runs }) => !runs.includes(OLD)).map(({ name }) => name);
  const least = truth.hosts.length - 1;
  return [
    ...deaf.map((host) => `${host} gets requests and cannot answer, ${at}`),
    ...(taking.length < least ? [`only ${taking.join(', ')} get requests, ${at}`] : []),
    ...(way === 'in' && !answered && stopped.length > 0 ? [`${stopped.join(', ')} stopped, nobody asked, ${at}`] : []),
  ];
}
