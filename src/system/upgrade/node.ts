import { z } from 'zod';
import { forEach, gate, type Node, parallel, type Step, sequence, step } from '../../procedure/index.ts';
import { digestOfChanges } from './changes.ts';
import {
  type After,
  type AfterStep,
  afterStep,
  fitStep,
  healthyNode,
  type LookStep,
  lookStep,
  refreshStep,
  restartStep,
  setStep,
} from './steps.ts';
import type { Upgrade, UpgradeHost } from './types.ts';

/** Packages of many hosts: looked at on all of them, changed on the first alone, inspected by a person, then on the rest. */

export interface UpgradeNodes {
  readonly nodes: readonly Node[];
  /** One for each host: its evidence. */
  readonly after: readonly AfterStep[];
}

export function upgradeNodes(upgrade: Upgrade): UpgradeNodes {
  const { hosts, atOnce, refresh } = upgrade;
  const looks = new Map(hosts.map((one) => [one.host, lookStep(upgrade, one)]));
  const after = new Map(hosts.map((one) => [one.host, afterStep(one, lookOf(looks, one))]));
  const body = (one: UpgradeHost): Node => hostNode(upgrade, one, lookOf(looks, one), after.get(one.host));
  const [first, ...rest] = hosts;
  const refreshed = parallel({
    id: 'refresh',
    title: 'Ask the package sources what they have',
    description:
      'A plan shows what the hosts know before it: give its digest with --planned, and nothing else is installed.',
    steps: hosts.map((one) => refreshStep(upgrade, one)),
  });
  const looked = parallel({
    id: 'look',
    title: 'Look what is to be upgraded',
    description: 'Nothing else than what is found here is changed later.',
    steps: [...looks.values()],
  });
  return {
    after: [...after.values()],
    nodes: [
      ...(refresh ? [refreshed] : []),
      looked,
      plannedStep(upgrade, looks),
      ...(first === undefined
        ? []
        : [
            sequence({ id: 'first', title: `${first.host}, alone`, steps: [body(first)] }),
            ...(rest.length === 0
              ? []
              : [
                  checkpoint(upgrade, first, () => rest.map((one) => lookOf(looks, one))),
                  forEach({
                    id: 'rest',
                    title: `The other hosts, ${atOnce === 1 ? 'one after the other' : `${atOnce} at a time`}`,
                    items: rest,
                    shares: sharesOf(rest.length, atOnce),
                    body,
                  }),
                ]),
          ]),
    ],
  };
}

/** Cumulative shares that make batches of the same size behind the first of them, which is alone. Pure. */
export function sharesOf(count: number, atOnce: number): readonly number[] {
  const ends: number[] = [];
  for (let end = 1; end < count; end += atOnce) ends.push((end - 0.5) / count);
  return ends;
}

function lookOf(looks: ReadonlyMap<string, LookStep>, { host }: UpgradeHost): LookStep {
  const look = looks.get(host);
  if (look === undefined) throw new TypeError('every host is looked at');
  return look;
}

function hostNode(upgrade: Upgrade, one: UpgradeHost, look: LookStep, after: AfterStep | undefined): Node {
  const { host, traffic } = one;
  const set = setStep(upgrade, one, look);
  const moved = traffic?.around(host, (ctx) => ctx.outputOf(look).changes.length > 0);
  return sequence({
    id: host,
    title: `Upgrade ${host}`,
    steps: [
      ...(upgrade.mustBeFit ? [fitStep(upgrade, one, look)] : []),
      ...(moved?.out ?? []),
      set,
      restartStep(upgrade, one, look, set),
      healthyNode(upgrade, one, look),
      ...(moved?.back ?? []),
      ...(after === undefined ? [] : [after]),
    ],
  });
}

const plannedSchema = z.strictObject({ digest: z.string() });

/** Binds a run to a plan: the same list, or nothing is changed. */
function plannedStep(
  { planned }: Upgrade,
  looks: ReadonlyMap<string, LookStep>,
): Step<null, z.infer<typeof plannedSchema>> {
  const digestNow = (outputOf: (look: LookStep) => z.infer<LookStep['outputs']>): string =>
    digestOfChanges([...looks].map(([host, look]) => ({ host, changes: outputOf(look).changes })));
  return step({
    id: 'planned',
    title: 'Compare it with what was planned',
    inputs: { planned: planned ?? null },
    read: async () => null,
    decide: (_facts, ctx) => {
      const digest = digestNow((look) => ctx.outputOf(look));
      if (planned === undefined)
        return { kind: 'nothing', why: `nothing is asked; to ask for this list: --planned ${digest}` };
      if (planned === digest) return { kind: 'nothing', why: 'it is the same list' };
      return {
        kind: 'refuse',
        problems: [
          {
            code: 'system.candidate-changed',
            where: '--planned',
            found: `${planned}, while the list of today is ${digest}`,
            expected: 'the same packages and versions on all hosts as when it was planned',
            remedy: 'plan it again, look at the list, and give its digest',
          },
        ],
      };
    },
    outputs: plannedSchema,
    collect: (_results, _facts, ctx) => ({ digest: digestNow((look) => ctx.outputOf(look)) }),
    probe: 'repeatable',
  });
}

/** The forced checkpoint: no flag skips it. It falls away only where no other host is to be changed. */
function checkpoint({ system }: Upgrade, { host }: UpgradeHost, rest: () => readonly LookStep[]): Node {
  return gate({
    id: 'checkpoint',
    title: `Inspect ${host} before any other host is touched`,
    role: system.role,
    evidence: [
      { kind: 'check', name: 'works', question: `Does everything on ${host} do its work with the new packages?` },
      { kind: 'text', name: 'seen', question: 'What did you look at, and what did you see?', minLength: 10 },
    ],
    guard: { kind: 'nothing-shifted' },
    needed: (ctx) => rest().some((look) => ctx.outputOf(look).changes.length > 0),
    judge: (evidence) =>
      evidence['works'] === true
        ? { kind: 'pass' }
        : { kind: 'reject', why: `not everything on ${host} does its work` },
  });
}

/** What was installed where, as a table for people. Pure. */
export function afterText(rows: readonly After[]): string {
  return rows
    .flatMap(({ host, packages, left, reboot }) => [
      ...(packages.length === 0 ? [`${host}: nothing to upgrade`] : []),
      ...packages.map(({ name, before, after }) => `${host}: ${name} ${before ?? '(new)'} → ${after}`),
      ...(left.length === 0 ? [] : [`${host}: still with old files until a reboot: ${left.join(', ')}`]),
      ...(reboot ? [`${host}: asks for a reboot`] : []),
    ])
    .join('\n');
}
