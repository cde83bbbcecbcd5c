import type { UnitSpec } from '../../model/platform.ts';
import { forEach, type Node, sequence, step } from '../../procedure/index.ts';
import { hostTraffic } from '../environment/host-traffic.ts';
import { hostsNode } from '../environment/hosts.ts';
import { sshReach } from '../environment/platform.ts';
import type { ServiceEnvironment } from '../environment/service.ts';
import { stableRecord } from '../run/release.ts';
import { type Found, foundIn, foundSchema, hostsMeant, refusals, type World } from './decide.ts';
import { type AfterStep, afterStep, type FoundStep, joinNode, lookAtWorld, type Scaled } from './join.ts';
import { backNode, leaveNode } from './leave.ts';

/** More hosts for the version that serves, or fewer: first those that are to serve, then those that are not. */

export { type PodsNodes, podsNodes } from './pods.ts';
export { podsMeant, podsText } from './pods-decide.ts';

export interface ScaleNodes {
  readonly nodes: readonly Node[];
  readonly after: AfterStep;
  /** Hosts that serve afterwards. */
  readonly wanted: readonly string[];
}

/** What serves, as it was released; `files`: it has no instances; null: nothing. */
export type Serving = UnitSpec | 'files' | null;

/**
 * @param to how many of the configured hosts, the first ones, or their names
 * @throws ProblemError for words that name no such hosts
 */
export function scaleNodes(service: ServiceEnvironment, to: string): ScaleNodes {
  const { target } = service;
  const wanted = hostsMeant(to, target.hosts);
  const { nodes, after } = scaleTree(target, wanted, () => servingOf(service));
  return { wanted, after, nodes: [...prepared(service, wanted), ...nodes] };
}

/** What was released last, and stayed. */
export async function servingOf(service: ServiceEnvironment): Promise<Serving> {
  const record = await stableRecord(service);
  return record === null ? null : (record.unit ?? 'files');
}

/** The tree, over whatever hosts and proxy there are. */
export function scaleTree(
  target: Scaled,
  wanted: readonly string[],
  serving: () => Promise<Serving>,
): Pick<ScaleNodes, 'nodes' | 'after'> {
  const unwanted = target.hosts.filter((host) => !wanted.includes(host));
  const look = lookStep(target, { wanted, unwanted }, serving);
  const after = afterStep(target, look);
  // Null where there is one host: then nothing leaves either.
  const traffic = hostTraffic({ target });
  return {
    after,
    nodes: [
      look,
      forEach({
        id: 'out',
        title: `${wanted.join(', ')} serve`,
        items: wanted,
        shares: wanted.map((_host, at) => (at + 0.5) / wanted.length),
        body: (host) => joinNode(target, host, look),
      }),
      ...(traffic === null || unwanted.length === 0
        ? []
        : [
            sequence({
              id: 'in',
              title: `${unwanted.join(', ')} serve no longer`,
              steps: unwanted.map((host) => leaveNode(target, host, traffic, look)),
              rollback: backNode(target, unwanted),
            }),
          ]),
      after,
    ],
  };
}

/** Only those that are to serve must be there: one that is to leave may be dead. */
function prepared({ environment, exec }: ServiceEnvironment, wanted: readonly string[]): readonly Node[] {
  const { platform } = environment;
  if (platform.kind !== 'ssh') return [];
  const reach = sshReach(environment, platform);
  return [hostsNode({ ...reach, hosts: reach.hosts.filter(({ name }) => wanted.includes(name)), exec }, 'what serves')];
}

/** Hosts that are to serve, and those that are not; others stay as they are. */
interface Meant {
  readonly wanted: readonly string[];
  readonly unwanted: readonly string[];
}

interface Facts {
  readonly serving: Serving;
  readonly world: World;
}

/** What serves, where, and whether it may be begun. Recorded: a resume goes by what was found first. */
export function lookStep(target: Scaled, { wanted, unwanted }: Meant, serving: () => Promise<Serving>): FoundStep {
  const { environment, policy } = target;
  return step<Facts, Found>({
    id: 'look',
    title: 'Look what serves, and where',
    inputs: { wanted: [...wanted], capacityPerInstance: policy.capacityPerInstance ?? null },
    read: async (ctx) => {
      const [now, world] = await Promise.all([serving(), lookAtWorld(target, ctx.signal)]);
      return { serving: now, world };
    },
    decide: ({ serving: now, world }) => {
      const { capacityPerInstance } = policy;
      const problems = refusals(now, world, { environment, wanted, capacityPerInstance });
      if (problems.length > 0 || now === null || now === 'files') return { kind: 'refuse', problems };
      const { joining, leaving } = foundIn(now, world, wanted, unwanted);
      const words = [
        joining.length === 0 ? '' : `${joining.join(', ')} will serve`,
        leaving.length === 0 ? '' : `${leaving.join(', ')} will not`,
      ].filter((text) => text !== '');
      return { kind: 'nothing', why: `${now.version}: ${words.join('; ') || 'it is so already'}` };
    },
    outputs: foundSchema,
    collect: (_results, facts) => found(facts, { wanted, unwanted }),
    planned: (facts) => found(facts, { wanted, unwanted }),
    probe: 'repeatable',
  });
}

function found({ serving, world }: Facts, { wanted, unwanted }: Meant): Found {
  if (serving === null || serving === 'files') throw new TypeError('it was refused without instances');
  return foundIn(serving, world, wanted, unwanted);
}
