import { ProblemError } from '../../model/problem.ts';
import {
  listRuns,
  type Plan,
  planProcedure,
  type ResumeOptions,
  type RunResult,
  readRun,
  resumeProcedure,
  runProcedure,
} from '../../procedure/index.ts';
import type { ServiceEnvironment } from '../environment/service.ts';
import { type Rules, rulesText } from '../policy/persons.ts';
import { planPromotion, preparePromotion } from '../run/promote.ts';
import { planRelease, prepareRelease, type ReleaseRequest } from '../run/release.ts';
import { refreshRun } from '../run/shared.ts';
import { changesOfMembers } from './changes.ts';
import { inputsIn, unreadable } from './inputs.ts';
import { type ServiceUnit, unitOptions } from './open.ts';
import { memberPorts } from './ports.ts';
import {
  type Drawn,
  type DrawnMember,
  drawMembers,
  mayReleaseUnit,
  provenUnit,
  sameThere,
  unitComesFrom,
  unitInputs,
  unitReleaseOf,
} from './prepare.ts';
import { type UnitInputs, unitInputsSchema, unitProcedure } from './procedure.ts';
import { resumeUnitRollback } from './rollback.ts';
import { agreeOrNote, agreeUnit, tellUnit } from './shared.ts';
import { exitOf, memberSummaries, summariseUnit, type UnitOutcome } from './summary.ts';

export interface UnitPlan {
  /** The run of the unit: its members in order. */
  readonly unit: Plan;
  readonly members: readonly (
    | { readonly kind: 'stays'; readonly name: string; readonly version: string }
    | {
        readonly kind: 'moves';
        readonly name: string;
        /** Null where nothing is built: it comes from another environment. */
        readonly build: Plan | null;
        readonly release: Plan;
        readonly gates: string;
      }
  )[];
}

export interface UnitPromoteRequest extends ReleaseRequest {
  readonly from?: string | undefined;
}

/** Builds every member, then releases those that change, in order. */
export async function releaseUnit(
  unit: ServiceUnit,
  environment: string,
  request: ReleaseRequest,
): Promise<UnitOutcome> {
  mayReleaseUnit(unit, environment);
  const askedOf = requestsOf(unit, request);
  await agreeUnit(unit, environment);
  const members = await drawMembers(unit, environment, async (service, name): Promise<Drawn> => {
    const prepared = await prepareRelease(service, askedOf(name));
    if (prepared.kind === 'failed') throw new ProblemError(prepared.outcome.problems);
    return prepared;
  });
  const release = unitReleaseOf(unit, members);
  return begin(unit, await unitInputs(unit, environment, members, { release, from: null, why: request.why }));
}

/** Takes the unit release that serves one environment to this one, unchanged. */
export async function promoteUnit(
  unit: ServiceUnit,
  environment: string,
  request: UnitPromoteRequest,
): Promise<UnitOutcome> {
  await agreeUnit(unit, environment);
  const { inputs } = await promotion(unit, environment, request, preparePromotion);
  return begin(unit, inputs);
}

interface Planned extends Drawn {
  readonly build: Plan | null;
  readonly release: Plan;
  readonly rules: Rules;
}

/** What a release of the unit would do now. Looks only. */
export async function planUnit(unit: ServiceUnit, environment: string, request: ReleaseRequest): Promise<UnitPlan> {
  mayReleaseUnit(unit, environment);
  const askedOf = requestsOf(unit, request);
  const draw = (service: ServiceEnvironment, name: string): Promise<Planned> => planRelease(service, askedOf(name));
  const members = await drawMembers(unit, environment, draw);
  const release = unitReleaseOf(unit, members);
  return planOf(unit, await unitInputs(unit, environment, members, { release, from: null, why: request.why }), members);
}

/** What a promotion of the unit would do now. Looks only. */
export async function planUnitPromotion(
  unit: ServiceUnit,
  environment: string,
  request: UnitPromoteRequest,
): Promise<UnitPlan> {
  const { inputs, members } = await promotion(
    unit,
    environment,
    request,
    async (service, asked): Promise<Planned> => ({
      ...(await planPromotion(service, asked)),
      build: null,
    }),
  );
  return planOf(unit, inputs, members);
}

/** What is asked of each member: the same of all, but for its change record. */
function requestsOf<R extends ReleaseRequest>(unit: ServiceUnit, request: R): (name: string) => R {
  const changes = changesOfMembers(unit.file, request.change);
  return (name) => ({ ...request, change: changes.get(name) });
}

async function promotion<D extends Drawn>(
  unit: ServiceUnit,
  environment: string,
  request: UnitPromoteRequest,
  draw: (...asked: Parameters<typeof preparePromotion>) => Promise<D>,
): Promise<{ readonly inputs: UnitInputs; readonly members: readonly DrawnMember<D>[] }> {
  const from = unitComesFrom(unit, environment, request.from);
  const askedOf = requestsOf(unit, request);
  const proven = await provenUnit(unit, from);
  const members = await drawMembers(unit, environment, async (service, name): Promise<D> => {
    const version = proven.entry.versions[name];
    const drawn = await draw(service, { ...askedOf(name), from, version }).catch(async (error: unknown) => {
      // What serves here already must be what serves there, too.
      await sameThere(service, name, proven, { from, manifest: undefined });
      throw error;
    });
    await sameThere(service, name, proven, { from, manifest: drawn.inputs.promotion?.manifest });
    return drawn;
  });
  const made = { release: proven.release, from, why: request.why };
  return { inputs: await unitInputs(unit, environment, members, made), members };
}

async function planOf(
  unit: ServiceUnit,
  inputs: UnitInputs,
  members: readonly DrawnMember<Planned>[],
): Promise<UnitPlan> {
  return {
    unit: await planProcedure(procedureOf(unit, inputs), unitOptions(unit)),
    members: members.map((member) => {
      if (member.kind === 'stays') {
        return { kind: member.kind, name: member.name, version: member.record.release.version };
      }
      const { build, release, rules } = member.drawn;
      return { kind: member.kind, name: member.name, build, release, gates: rulesText(rules) };
    }),
  };
}

function procedureOf(unit: ServiceUnit, inputs: UnitInputs) {
  return unitProcedure(inputs, memberPorts(unit, inputs.environment), unit.store);
}

async function begin(unit: ServiceUnit, inputs: UnitInputs): Promise<UnitOutcome> {
  return outcomeOf(unit, inputs, await runProcedure(procedureOf(unit, inputs), unitOptions(unit)));
}

/**
 * Goes on with a unit run where it stopped, and with the member's run that it had come to.
 *
 * @param run default: the only one that is not over
 */
export async function resumeUnit(
  unit: ServiceUnit,
  run: string | undefined,
  answers: Pick<ResumeOptions, 'outcome' | 'allowChanged'> = {},
): Promise<UnitOutcome> {
  if (run !== undefined) await refreshRun(unit, run);
  const wanted = run ?? (await onlyOpenRun(unit));
  const { environment, procedure } = await readRun(unit.store, wanted);
  await (procedure === 'unit-rollback' ? agreeOrNote : agreeUnit)(unit, environment);
  const recorded = await readRun(unit.store, wanted);
  if (recorded.procedure === 'unit-rollback') return resumeUnitRollback(unit, recorded, answers);
  if (recorded.procedure !== 'unit') throw unreadable(wanted, `a run of ${recorded.procedure}`);
  const inputs = inputsIn(unitInputsSchema, recorded.inputs, wanted);
  const options = { ...unitOptions(unit), ...answers };
  return outcomeOf(unit, inputs, await resumeProcedure(procedureOf(unit, inputs), wanted, options));
}

async function onlyOpenRun({ store, file }: ServiceUnit): Promise<string> {
  const open = (await listRuns(store)).filter(({ finished }) => finished === null).map(({ run }) => run);
  const [only] = open;
  if (only !== undefined && open.length === 1) return only;
  throw new ProblemError({
    code: 'unit.unknown-run',
    where: `unit ${file.unit}`,
    found: only === undefined ? 'no unfinished run' : `${open.length} unfinished runs`,
    expected: only === undefined ? 'a run that is not over' : `one of ${open.join(', ')}`,
    remedy: 'name the run; `shiplock pipeline --unit …` lists them',
  });
}

async function outcomeOf(unit: ServiceUnit, inputs: UnitInputs, result: RunResult): Promise<UnitOutcome> {
  await tellUnit(unit, inputs.environment);
  const members = await memberSummaries(unit, inputs, result.run);
  return { exit: exitOf(result), summary: summariseUnit(inputs, result, members) };
}
