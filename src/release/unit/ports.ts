import { type Problem, problemsOf } from '../../model/problem.ts';
import { createStopSignal, type StopSignal } from '../../procedure/index.ts';
import type { RunState } from '../../procedure/journal/state.ts';
import { changeStillAsked } from '../change/with-change.ts';
import type { ServiceEnvironment } from '../environment/service.ts';
import { underPolicy } from '../policy/persons.ts';
import { runRollback, servingRecord } from '../run/go-back.ts';
import { orderRun } from '../run/orders.ts';
import type { ReleaseInputs } from '../run/procedure.ts';
import { type ReleaseOutcome, runRelease } from '../run/release.ts';
import { checkRules, resume } from '../run/resume.ts';
import { agreeWithGit, fetchRecordsAtOnce } from '../run/shared.ts';
import { scanStillAsked } from '../scan/release.ts';
import { heard, type MemberEnd, type MemberPorts, type MemberTask, type Seen, stateOf } from './member.ts';
import { memberDoor, memberOf, memberStore, openMember, type ServiceUnit } from './open.ts';
import { forwardPath } from './procedure.ts';
import { knownState, memberState } from './shared.ts';

/** The members as they are: services with an environment, a lease and journals of their own. */
export function memberPorts(unit: ServiceUnit, environment: string): MemberPorts {
  const placeOf = (name: string, { signal }: MemberTask): Place => {
    const door = memberDoor(unit, name);
    const stopping = { ...door, signal: stopAlso(door.signal, signal) };
    return {
      store: memberStore(unit, name),
      name,
      open: () => openMember(unit, name, stopping, environment),
      state: (run) => memberState(unit, name, run),
      known: (run) => knownState(unit, name, run),
      begun: async (of) => (await stateOf(unit.store, of))?.nodes.has(forwardPath(name)) === true,
    };
  };
  return {
    forward: async (name, task) => telling(unit, name, task.run, await looking(forward(placeOf(name, task), task))),
    back: async (name, task) => telling(unit, name, task.run, await looking(back(placeOf(name, task), task))),
    goBack: async (name, task) => {
      const end = goBack(placeOf(name, task), task.run, task.inputs, 'unit-back/members');
      return telling(unit, name, task.run, await looking(end));
    },
  };
}

/** Where git does not say whether another machine has begun the run, nobody knows: the unit waits, and begins nothing. */
function looking(end: Promise<MemberEnd>): Promise<MemberEnd> {
  return end.catch((error: unknown) => {
    const problems = problemsOf(error, 'git store');
    if (problems.some(({ code }) => code.startsWith('store.'))) return { kind: 'waiting', problems };
    throw error;
  });
}

/** A member that is opened only inside of what is listened to: a configuration that cannot be read says nothing about its run. */
interface Place {
  readonly name: string;
  readonly store: string;
  open(): Promise<ServiceEnvironment>;
  /** What the journal of a run of it says, here or where another machine has gone on with it; undefined when nothing was recorded. */
  state(run: string): Promise<RunState | undefined>;
  /** The same of a way back, which waits for no git: where that does not answer, what is here. */
  known(run: string): Promise<RunState | undefined>;
  /** Was its release begun by the run of the unit, by whatever machine? That stands in the unit's journal before anything of it happens. */
  begun(of: string): Promise<boolean>;
}

async function forward({ store, open, state }: Place, { run, inputs }: MemberTask): Promise<MemberEnd> {
  const begun = await state(run);
  return heard(store, run, async () =>
    toldOf(begun === undefined ? await begin(await open(), run, inputs) : await resume(await open(), run)),
  );
}

/** The same checks as at a resume: hours may lie between the plan of the unit and the turn of this member. */
async function begin(opened: ServiceEnvironment, run: string, inputs: ReleaseInputs): Promise<ReleaseOutcome> {
  const service = await underPolicy(opened, 'forward');
  await agreeWithGit(service);
  checkRules(service, run, inputs);
  await scanStillAsked(service, run, inputs);
  changeStillAsked(service, run, inputs);
  return runRelease(service, inputs, run);
}

async function back(place: Place, task: MemberTask): Promise<MemberEnd> {
  const { of, run, inputs } = task;
  if (!(await place.begun(of))) return { kind: 'done' };
  const brought = await place.state(run);
  if (brought === undefined) return { kind: 'done' };
  if (brought.status !== 'finished') {
    const end = await giveUp(place, task);
    if (end.kind !== 'done') return end.kind === 'failed' ? { kind: 'done' } : end;
  } else if (brought.finished?.outcome !== 'done') return { kind: 'done' };
  return goBack(place, backRun(run, 1), inputs, 'unit/rollback/members');
}

/** Its run is not over: it is aborted rather than brought to its end. Where that comes too late, it ends by itself and goes back afterwards. */
function giveUp({ store, open }: Place, { run, inputs: { why } }: MemberTask): Promise<MemberEnd> {
  return heard(store, run, async () => {
    const ordered = await orderRun(await open(), { run, kind: 'abort', why, waitMs: 0 });
    // Somebody else drives it, and finds the order there.
    return ordered.kind === 'ended' ? toldOf(ordered.outcome) : { outcome: 'waiting', problems: [] };
  });
}

/** From the candidate to what is stable. @param steps where the unit's own step stands, for a person who answers for it */
async function goBack(
  { name, store, open, known }: Place,
  base: string,
  inputs: ReleaseInputs,
  steps: string,
): Promise<MemberEnd> {
  const attempt = await newestAttempt(known, base);
  if (attempt.unfinished) return heard(store, attempt.run, async () => toldOf(await resume(await open(), attempt.run)));
  const service = await open();
  // Another machine may have brought it, and only git remember that.
  const asked = await fetchRecordsAtOnce(service);
  const serves = (await servingRecord(service, asked))?.release.version ?? null;
  const { candidate, stable } = inputs;
  if (stable === null) return { kind: 'failed', problems: [noWayBack(name, candidate.release.version, steps)] };
  if (serves === stable.release.version) return { kind: 'done' };
  if (serves !== candidate.release.version) {
    if (!asked) return { kind: 'waiting', problems: [] };
    const versions = { candidate: candidate.release.version, stable: stable.release.version, serves };
    return { kind: 'failed', problems: [moved(name, versions, steps)] };
  }
  return heard(store, attempt.run, async () => toldOf(await runRollback(service, inputs, { run: attempt.run })));
}

/** A way back that was refused or failed is over; once what stood in its way is mended, the next one is another run. */
async function newestAttempt(
  known: Place['known'],
  base: string,
): Promise<{ readonly run: string; readonly unfinished: boolean }> {
  for (let number = 1; ; number++) {
    const at = attemptRun(base, number);
    const state = await known(at);
    if (state === undefined) return { run: at, unfinished: false };
    if (state.status !== 'finished') return { run: at, unfinished: true };
  }
}

/** Id of the n-th run that takes back what a run of a member brought. Pure. */
export function backRun(run: string, number: number): string {
  return attemptRun(`${run}-back`, number);
}

/** Id of the n-th run of several of which each was over without having come through. Pure. */
export function attemptRun(base: string, number: number): string {
  return number === 1 ? base : `${base}-${number}`;
}

function toldOf({ summary, problems }: ReleaseOutcome): Omit<Seen, 'state'> {
  return { outcome: summary.outcome, problems };
}

/** A member stops for a signal to the program, and when the unit run may go no further. */
function stopAlso(door: StopSignal | undefined, lost: AbortSignal): StopSignal {
  const stop = createStopSignal();
  const hear = (signal: AbortSignal | undefined, asked: () => 'SIGINT' | 'SIGTERM'): void => {
    if (signal?.aborted === true) stop.request(asked());
    else signal?.addEventListener('abort', () => stop.request(asked()), { once: true });
  };
  hear(door?.signal, () => door?.requested ?? 'SIGTERM');
  hear(lost, () => 'SIGTERM');
  return stop;
}

/** Says which member it is, and where to go on with it. */
function telling(unit: ServiceUnit, name: string, run: string, end: MemberEnd): MemberEnd {
  if (end.kind === 'done' || end.kind === 'stopped') return end;
  const { config } = memberOf(unit, name);
  const words: Record<typeof end.kind, Pick<Problem, 'code' | 'found' | 'expected' | 'remedy'>> = {
    failed: {
      code: 'unit.member-failed',
      found: 'a member that did not come through',
      expected: 'every member of the unit',
      remedy: `its own problems stand beside this; \`shiplock journal show ${run} --config ${config}\` tells the rest`,
    },
    waiting: {
      code: 'unit.member-waits',
      found: 'a member whose run is not over',
      expected: 'a run that is over: the unit goes on then',
      remedy: `see to it (\`shiplock gate show ${run} --config ${config}\`), then \`shiplock resume --unit ${unit.file.file}\``,
    },
    stuck: {
      code: 'unit.member-stuck',
      found: 'a member whose way back has failed',
      expected: 'a member that serves one version or the other',
      remedy: `mend what its problems name, then \`shiplock resume --unit ${unit.file.file}\``,
    },
  };
  return { ...end, problems: [{ where: `member ${name}, run ${run}`, ...words[end.kind] }, ...end.problems] };
}

function noWayBack(name: string, candidate: string, steps: string): Problem {
  return {
    code: 'unit.no-way-back',
    where: `member ${name}`,
    found: `${candidate} is its first release here: nothing served before`,
    expected: 'an earlier release to go back to',
    remedy: `take it down, or decide that it stays, then say so: \`shiplock resume --unit FILE --step ${steps}/back-${name} --outcome applied --evidence …\``,
  };
}

function moved(
  name: string,
  {
    candidate,
    stable,
    serves,
  }: { readonly candidate: string; readonly stable: string; readonly serves: string | null },
  steps: string,
): Problem {
  return {
    code: 'unit.member-moved',
    where: `member ${name}`,
    found: `${serves ?? 'nothing'} serves`,
    expected: `${candidate}, as the unit released it, or ${stable}, as before`,
    remedy: `somebody has released it alone: decide what it should be, then \`shiplock resume --unit FILE --step ${steps}/back-${name} --outcome applied --evidence …\``,
  };
}
