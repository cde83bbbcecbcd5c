import {
  type Plan,
  planProcedure,
  type RecordedRun,
  type ResumeOptions,
  type RunResult,
  resumeProcedure,
  runProcedure,
} from '../../procedure/index.ts';
import { engineOptions, openEnvironment } from '../environment/service.ts';
import { rollbackProcedure } from '../run/procedure.ts';
import { type UnitBackInputs, unitBackInputsSchema, unitBackProcedure } from './back.ts';
import { inputsIn } from './inputs.ts';
import { memberDoor, type ServiceUnit, unitOptions } from './open.ts';
import { memberPorts } from './ports.ts';
import { drawBack } from './prepare-back.ts';
import { agreeOrNote, tellUnit } from './shared.ts';
import { backSummaries, exitOf, summariseBack, type UnitOutcome } from './summary.ts';

export interface UnitBackPlan {
  /** The run of the unit: its members, the last first. */
  readonly unit: Plan;
  readonly members: readonly (
    | { readonly kind: 'stays'; readonly name: string; readonly version: string }
    | { readonly kind: 'moves'; readonly name: string; readonly rollback: Plan }
  )[];
}

/** Takes a unit back to the unit release before, member by member in reverse order. Refused as a whole while one of them cannot go back. */
export async function rollbackUnit(
  unit: ServiceUnit,
  environment: string,
  { why }: { readonly why: string },
): Promise<UnitOutcome> {
  // A way back waits for nobody: where git does not answer, what is here must do.
  await agreeOrNote(unit, environment);
  const inputs = await drawBack(unit, environment, why);
  return outcomeOf(unit, inputs, await runProcedure(procedureOf(unit, inputs), { ...unitOptions(unit), urgent: true }));
}

/** What that would do now. Looks only. */
export async function planUnitRollback(
  unit: ServiceUnit,
  environment: string,
  { why }: { readonly why: string },
): Promise<UnitBackPlan> {
  const inputs = await drawBack(unit, environment, why);
  const members: UnitBackPlan['members'][number][] = [];
  for (const member of inputs.members.toReversed()) {
    if (member.kind === 'stays') members.push(member);
    else {
      const service = await openEnvironment(memberDoor(unit, member.name), environment);
      const tree = rollbackProcedure(member.inputs, service.target);
      const rollback = await planProcedure(tree, engineOptions(service));
      members.push({ kind: 'moves', name: member.name, rollback });
    }
  }
  return { unit: await planProcedure(procedureOf(unit, inputs), unitOptions(unit)), members };
}

/** Goes on with it where it stopped. */
export async function resumeUnitRollback(
  unit: ServiceUnit,
  { run, inputs: recorded }: RecordedRun,
  answers: Pick<ResumeOptions, 'outcome' | 'allowChanged'>,
): Promise<UnitOutcome> {
  const inputs = inputsIn(unitBackInputsSchema, recorded, run);
  const options = { ...unitOptions(unit), urgent: true, ...answers };
  return outcomeOf(unit, inputs, await resumeProcedure(procedureOf(unit, inputs), run, options));
}

function procedureOf(unit: ServiceUnit, inputs: UnitBackInputs) {
  return unitBackProcedure(inputs, memberPorts(unit, inputs.environment), unit.store);
}

async function outcomeOf(unit: ServiceUnit, inputs: UnitBackInputs, result: RunResult): Promise<UnitOutcome> {
  await tellUnit(unit, inputs.environment);
  const members = await backSummaries(unit, inputs, result);
  return { exit: exitOf(result), summary: summariseBack(inputs, result, members) };
}
