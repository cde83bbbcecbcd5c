import { z } from 'zod';
import { jsonSchema } from '../../model/json.ts';
import { problemsOf } from '../../model/problem.ts';
import { digestSchema, versionSchema } from '../../model/release.ts';
import { unitReleaseSchema } from '../../model/unit.ts';
import { type Node, opaque, type Procedure, procedure, sequence } from '../../procedure/index.ts';
import { type MemberEnd, type MemberPorts, mustBeOver, mustFollow } from './member.ts';
import {
  backId,
  historyStep,
  MEMBER_MS,
  type Moving,
  memberInputsSchema,
  memberNodes,
  memberRun,
  movingOf,
  waitsBack,
} from './procedure.ts';
import { unitReleaseDigest } from './record.ts';

/** A unit that has come through goes back to its unit release before: the members in reverse order, each by a rollback of its own. */

/** All that the run is made from; stored with it, so that a resume builds the same tree. */
export const unitBackInputsSchema = z.strictObject({
  unit: z.string(),
  environment: z.string(),
  /** The unit release that it goes back to. */
  release: unitReleaseSchema,
  /** Digest of the one that goes. */
  before: digestSchema,
  /** In the order in which they are released. `stable` of each is what it goes back to. */
  members: z.array(memberInputsSchema).readonly(),
  /** By member: the version that it has afterwards. */
  versions: z.record(z.string(), versionSchema),
  who: z.string(),
  why: z.string(),
});
export type UnitBackInputs = Readonly<z.infer<typeof unitBackInputsSchema>>;

/**
 * Members in reverse order. When the first cannot go back after all, and goes alone, nothing has been touched and the run has failed. When another
 * one cannot, the run stops there, and its resume tries that one again: nothing is taken forward anew.
 */
export function unitBackProcedure(
  inputs: UnitBackInputs,
  ports: Pick<MemberPorts, 'goBack'>,
  store: string,
): Procedure {
  const { unit, environment, versions } = inputs;
  const moving = movingOf(inputs).toReversed();
  const waits = waitsBack(inputs);
  const first = moving.filter(({ name }) => waits.get(name)?.length === 0);
  const words = moving.map(({ name }) => `${name} ${versions[name] ?? ''}`).join(', ');
  return procedure({
    id: 'unit-rollback',
    title: `Take the unit ${unit} in ${environment} back${words === '' ? '' : ` to ${words}`}`,
    description: 'Each after those that were released after it, otherwise side by side. Each by a rollback of its own.',
    environment,
    inputs: z.record(z.string(), jsonSchema).parse(structuredClone(inputs)),
    root: sequence({
      id: 'unit-back',
      title: `Take the unit ${unit} back`,
      steps: [
        memberNodes(
          'Take the members back',
          moving.map((member) =>
            goBackNode(member, ports, first.length === 1 && first[0] === member ? mustBeOver : mustFollow),
          ),
          waits,
          backId,
        ),
        historyStep({ ...inputs, release: unitReleaseDigest(inputs.release) }, store, 'went-back-to'),
      ],
    }),
  });
}

function goBackNode({ name, inputs }: Moving, ports: Pick<MemberPorts, 'goBack'>, settle: typeof mustBeOver): Node {
  const { candidate, stable } = inputs;
  const version = stable?.release.version ?? 'nothing';
  return opaque({
    id: backId(name),
    title: `Take ${name} back to ${version}`,
    inputs: { version, serves: candidate.release.version },
    outputs: z.strictObject({}),
    promise: `a rollback of its own, from ${candidate.release.version}: traffic first, where its ledger allows it`,
    // Its run is looked for first: begun, gone on with, or asked how it ended.
    probe: 'repeatable',
    timeoutMs: MEMBER_MS,
    run: async (ctx) => {
      const task = { of: ctx.run, run: memberRun(ctx.run, name), inputs, signal: ctx.signal };
      // A member that cannot even be looked at has not gone back.
      const failed = (error: unknown): MemberEnd => ({ kind: 'failed', problems: problemsOf(error, name) });
      settle(await ports.goBack(name, task).catch(failed));
      return {};
    },
  });
}
