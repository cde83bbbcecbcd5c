import { distance } from 'fastest-levenshtein';
import { nearest } from '../../model/json.ts';
import { type Problem, ProblemError, problemsOf } from '../../model/problem.ts';
import { liveUnit, type UnitEntry, type UnitRelease } from '../../model/unit.ts';
import { listRuns } from '../../procedure/index.ts';
import type { ServiceEnvironment } from '../environment/service.ts';
import { manifestDigest } from '../promotion/manifest.ts';
import { liveVersion, type ReleaseRecord, readEnvironmentRecord } from '../record.ts';
import { unfinishedRun } from '../run/go-back.ts';
import type { ReleaseInputs } from '../run/procedure.ts';
import { stableRecord } from '../run/release.ts';
import { memberDoor, memberOf, openMember, type ServiceUnit } from './open.ts';
import type { MemberInputs, UnitInputs } from './procedure.ts';
import { readUnitHistory, readUnitRelease, unitReleaseDigest } from './record.ts';

/** What a unit release would be, from what each member would be. Touches nothing of any environment. */

/** What is made of a member: as a run needs it, or with its plan. */
export interface Drawn {
  readonly inputs: ReleaseInputs;
}

export type DrawnMember<D extends Drawn> =
  | { readonly kind: 'moves'; readonly name: string; readonly drawn: D }
  | { readonly kind: 'stays'; readonly name: string; readonly record: ReleaseRecord };

/** Draws every member, one after the other, before anything begins: what one cannot be stops the unit here. */
export async function drawMembers<D extends Drawn>(
  unit: ServiceUnit,
  environment: string,
  draw: (service: ServiceEnvironment, name: string) => Promise<D>,
): Promise<readonly DrawnMember<D>[]> {
  await noUnfinishedRun(unit, environment);
  const drawn: DrawnMember<D>[] = [];
  for (const { name } of unit.file.members) {
    try {
      drawn.push(await drawMember(await openMember(unit, name, memberDoor(unit, name), environment), name, draw));
    } catch (error) {
      const problems = problemsOf(error, `member ${name}`);
      throw new ProblemError(problems.map((problem) => ({ ...problem, where: `member ${name}, ${problem.where}` })));
    }
  }
  return drawn;
}

async function drawMember<D extends Drawn>(
  service: ServiceEnvironment,
  name: string,
  draw: (service: ServiceEnvironment, name: string) => Promise<D>,
): Promise<DrawnMember<D>> {
  const busy = await unfinishedRun(service);
  if (busy !== null) throw new ProblemError(memberBusy(service, busy));
  try {
    return { kind: 'moves', name, drawn: await draw(service, name) };
  } catch (error) {
    const problems = problemsOf(error, name);
    const record = problems.every(({ code }) => code === 'release.already-live') ? await stableRecord(service) : null;
    if (record === null) throw error;
    return { kind: 'stays', name, record };
  }
}

export async function noUnfinishedRun({ store, file }: ServiceUnit, environment: string): Promise<void> {
  const open = (await listRuns(store)).findLast((run) => run.environment === environment && run.finished === null);
  if (open === undefined) return;
  throw new ProblemError({
    code: 'unit.unfinished',
    where: `unit ${file.unit} in ${environment}`,
    found: `run ${open.run}, which is not over`,
    expected: 'one run of a unit in an environment at a time',
    remedy: `shiplock resume ${open.run} --unit ${file.file}`,
  });
}

export function memberBusy({ configFile, environment }: ServiceEnvironment, run: string): Problem {
  return {
    code: 'unit.member-busy',
    where: environment.environment,
    found: `run ${run} of this service, which is not over`,
    expected: 'members with nothing under way',
    remedy: `\`shiplock resume ${run} --config ${configFile}\`, or roll it back`,
  };
}

/** For `shiplock release --unit`. Throws where the unit must come from another environment. */
export function mayReleaseUnit({ file }: ServiceUnit, environment: string): void {
  const { from } = placeOf(file, environment);
  if (from === null) return;
  throw new ProblemError({
    code: 'unit.promotion-needed',
    where: environment,
    found: 'a unit that is built for it',
    expected: `one that was released in ${from}`,
    remedy: `shiplock promote --unit ${file.file} --to ${environment}, once it was released in ${from}`,
  });
}

/** For `shiplock promote --unit`: where the unit comes from. Throws where that is not the environment before. */
export function unitComesFrom({ file }: ServiceUnit, environment: string, wanted: string | undefined): string {
  const { from } = placeOf(file, environment);
  if (wanted !== undefined) placeOf(file, wanted);
  const found = from ?? wanted ?? null;
  if (found !== null && found !== environment && (wanted === undefined || wanted === found)) return found;
  throw new ProblemError({
    code: 'unit.out-of-order',
    where: `${wanted ?? 'nowhere'} → ${environment}`,
    found: wanted === undefined ? 'no environment that it comes from' : `a unit of ${wanted}`,
    expected: from === null ? 'another environment, in which it was released' : `one that was released in ${from}`,
    remedy:
      from === null
        ? 'give --from, or write `from:` into the file of the unit'
        : `shiplock promote --unit ${file.file} --to ${from} first`,
  });
}

export function placeOf({ file, environments }: ServiceUnit['file'], name: string): { readonly from: string | null } {
  const place = environments.get(name);
  if (place !== undefined) return place;
  const names = [...environments.keys()];
  throw new ProblemError({
    code: 'config.unknown-environment',
    where: file,
    found: `the environment \`${name}\``,
    expected: `one of ${names.join(', ')}`,
    remedy: `write \`${nearest(name, names, distance) ?? names[0] ?? ''}\``,
  });
}

/** The unit release that serves where it comes from, with every byte as it was made. */
export async function provenUnit(
  { store, file }: ServiceUnit,
  from: string,
): Promise<{ readonly release: UnitRelease; readonly entry: UnitEntry }> {
  const entry = liveUnit(await readUnitHistory(store, file.unit, from));
  if (entry === undefined) {
    throw new ProblemError({
      code: 'unit.not-proven',
      where: `unit ${file.unit} in ${from}`,
      found: 'no unit release that came to its end there',
      expected: `a unit that was released in ${from}`,
      remedy: `shiplock release --unit ${file.file} ${from}, or promote it to there`,
    });
  }
  const release = await readUnitRelease(store, entry.release);
  const [made, now] = [release.members, file.members].map((members) => members.map(({ name }) => name).toSorted());
  if (String(made) !== String(now)) {
    throw new ProblemError({
      code: 'unit.other-members',
      where: file.file,
      found: `the members ${now?.join(', ') ?? ''}`,
      expected: `those of the unit release: ${made?.join(', ') ?? ''}`,
      remedy: 'release the unit anew in its first environment: a unit release goes on as it was made',
    });
  }
  return { release, entry };
}

/** A member must still serve, where it comes from, what the unit release names. */
export async function sameThere(
  service: ServiceEnvironment,
  name: string,
  { release, entry }: Awaited<ReturnType<typeof provenUnit>>,
  { from, manifest }: { readonly from: string; readonly manifest: string | undefined },
): Promise<void> {
  const history = await readEnvironmentRecord(service.store, from, service.target.service);
  const serves = liveVersion(history);
  const expected = entry.versions[name];
  const made = release.members.find((member) => member.name === name)?.release;
  if (serves === expected && (manifest === undefined || manifest === made)) return;
  throw new ProblemError({
    code: 'unit.member-differs',
    where: `${name} in ${from}`,
    found: serves === expected ? `release.json with the digest ${manifest ?? ''}` : `${serves ?? 'nothing'} serves`,
    expected:
      serves === expected ? `${made ?? ''}, as in the unit release` : `${expected ?? ''}, as in the unit release`,
    remedy: `it was released alone since: release the unit in ${from} again, so that what goes on has served together`,
  });
}

/** The unit release that these members make. Pure but for placeholders of a plan, which it keeps. */
export function unitReleaseOf(
  { file }: Pick<ServiceUnit, 'file'>,
  members: readonly DrawnMember<Drawn>[],
): UnitRelease {
  const records = new Map(members.map((one) => [one.name, recordOf(one)]));
  return {
    formatVersion: 1,
    unit: file.unit,
    members: file.members.flatMap(({ name, after }) => {
      const record = records.get(name);
      if (record === undefined) return [];
      const { service, version, commit, artefacts } = record.release;
      return [
        {
          name,
          service,
          version,
          commit,
          release: record.manifest ?? manifestDigest(record.release),
          artefacts,
          after,
        },
      ];
    }),
  };
}

function recordOf(member: DrawnMember<Drawn>): ReleaseRecord {
  return member.kind === 'moves' ? member.drawn.inputs.candidate : member.record;
}

/** All that the run of the unit is made from. Throws when it would change nothing. */
export async function unitInputs(
  unit: ServiceUnit,
  environment: string,
  members: readonly DrawnMember<Drawn>[],
  made: { readonly release: UnitRelease; readonly from: string | null; readonly why: string },
): Promise<UnitInputs> {
  const { file, store, door } = unit;
  const before = liveUnit(await readUnitHistory(store, file.unit, environment))?.release ?? null;
  const digest = unitReleaseDigest(made.release);
  if (members.every(({ kind }) => kind === 'stays') && before === digest) {
    throw new ProblemError({
      code: 'unit.already-live',
      where: `unit ${file.unit} in ${environment}`,
      found: 'every member serves already what it would be',
      expected: 'a member that changes',
      remedy: 'nothing to do',
    });
  }
  return {
    unit: file.unit,
    environment,
    release: made.release,
    before,
    from: made.from,
    members: members.map((one): MemberInputs => {
      const { name } = one;
      const { after } = memberOf(unit, name);
      return one.kind === 'moves'
        ? { kind: 'moves', name, after, inputs: one.drawn.inputs }
        : { kind: 'stays', name, after, version: one.record.release.version };
    }),
    who: door.who,
    why: made.why,
  };
}
