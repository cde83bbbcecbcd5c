import { type Problem, ProblemError, problemsOf } from '../../model/problem.ts';
import { liveUnit, previousUnit, type UnitEntry, type UnitRelease } from '../../model/unit.ts';
import { rollbackInputs, servingRecord, unfinishedRun } from '../run/go-back.ts';
import { askLedger, rollbackBreaks } from '../run/ledger-gate.ts';
import { fetchRecordsAtOnce } from '../run/shared.ts';
import type { UnitBackInputs } from './back.ts';
import { memberDoor, memberOf, openMember, type ServiceUnit } from './open.ts';
import { memberBusy, noUnfinishedRun, placeOf } from './prepare.ts';
import type { MemberInputs } from './procedure.ts';
import { readUnitHistory, readUnitRelease } from './record.ts';

/** What a way back of the unit would be. Touches nothing; what one member cannot do ends it here, for all of them. */

/** @throws ProblemError with what every member that cannot go back says */
export async function drawBack(unit: ServiceUnit, environment: string, why: string): Promise<UnitBackInputs> {
  const { file, store, door } = unit;
  placeOf(file, environment);
  await noUnfinishedRun(unit, environment);
  const { live, goal } = await entries(unit, environment);
  const release = await readUnitRelease(store, goal.release);
  // Never opened, and so never taken back: a member that went out of the file.
  for (const name of Object.keys(goal.versions)) memberOf(unit, name);
  const members: MemberInputs[] = [];
  const problems: Problem[] = [];
  for (const { name } of file.members) {
    try {
      members.push(await drawMember(unit, environment, name, { live, goal, release, why }));
    } catch (error) {
      const found = problemsOf(error, `member ${name}`);
      problems.push(...found.map((problem) => ({ ...problem, where: `member ${name}, ${problem.where}` })));
    }
  }
  if (problems.length > 0) throw new ProblemError(problems);
  const versions = Object.fromEntries(file.members.map(({ name }) => [name, goal.versions[name] ?? '']));
  return { unit: file.unit, environment, release, before: live.release, members, versions, who: door.who, why };
}

interface Way {
  readonly live: UnitEntry;
  readonly goal: UnitEntry;
  readonly release: UnitRelease;
  readonly why: string;
}

async function entries({ store, file }: ServiceUnit, environment: string): Promise<Pick<Way, 'live' | 'goal'>> {
  const history = await readUnitHistory(store, file.unit, environment);
  const [live, goal] = [liveUnit(history), previousUnit(history)];
  if (live !== undefined && goal !== undefined) return { live, goal };
  throw new ProblemError({
    code: 'unit.nothing-to-roll-back',
    where: `unit ${file.unit} in ${environment}`,
    found: live === undefined ? 'no unit release that came to its end there' : 'no unit release before the one it has',
    expected: 'two unit releases, one after the other',
    remedy: 'roll the members back one by one, in the reverse of their order; or release the unit anew, mended',
  });
}

async function drawMember(
  unit: ServiceUnit,
  environment: string,
  name: string,
  { live, goal, release, why }: Way,
): Promise<MemberInputs> {
  const service = await openMember(unit, name, memberDoor(unit, name), environment);
  const busy = await unfinishedRun(service);
  if (busy !== null) throw new ProblemError(memberBusy(service, busy));
  const [from, to] = [live.versions[name], goal.versions[name]];
  if (to === undefined) throw new ProblemError(cameLater(environment, from, release));
  const serves = (await servingRecord(service, await fetchRecordsAtOnce(service)))?.release.version ?? null;
  // Somebody took it back alone: that is where it should be.
  const { after } = memberOf(unit, name);
  if (serves === to) return { kind: 'stays', name, after, version: to };
  if (serves !== from) throw new ProblemError(movedAlone(environment, serves, { from, to }));
  const inputs = await rollbackInputs(service, { to, why });
  const { database } = service.target;
  if (database !== null && inputs.stable !== null) {
    const { candidate: serving, stable } = inputs;
    const { answer, schema } = await askLedger(service.target, database, { serving, stable }, service.clock);
    if (answer === 'no') throw new ProblemError(rollbackBreaks(to, schema));
  }
  return { kind: 'moves', name, after, inputs };
}

function cameLater(environment: string, from: string | undefined, { members }: UnitRelease): Problem {
  return {
    code: 'unit.member-came-later',
    where: environment,
    found: `${from ?? 'a member'}, which is not part of the unit release before: that one has ${members.map(({ name }) => name).join(', ')}`,
    expected: 'members that both unit releases have',
    remedy:
      'roll back each of the others by its own `shiplock rollback`, in the reverse of their order, and decide what becomes of this one',
  };
}

function movedAlone(
  environment: string,
  serves: string | null,
  { from, to }: { readonly from: string | undefined; readonly to: string },
): Problem {
  return {
    code: 'unit.member-moved-alone',
    where: environment,
    found: `${serves ?? 'nothing'} serves`,
    expected: `${from ?? 'nothing'}, as the unit released it, or ${to}, as before`,
    remedy: `somebody has released it alone since: take it to ${to} by its own \`shiplock rollback ${environment} --to ${to} --reason …\`, then roll the unit back`,
  };
}
