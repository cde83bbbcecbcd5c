import { type ChangeEnding, type ChangeHead, type ChangeRecord, CLOSING_NAMESPACE } from '../../model/change.ts';
import { type Problem, ProblemError } from '../../model/problem.ts';
import { canonical } from '../../procedure/journal/canonical.ts';
import type { ServiceEnvironment } from '../environment/service.ts';
import { signaturesOf, signerOf, underPolicy } from '../policy/persons.ts';
import { whyNotEntitled } from '../policy/word.ts';
import { tellGit } from '../run/shared.ts';
import { fetchRunsOf } from './fetch.ts';
import { unknownChange } from './missing.ts';
import { outcomesOf, runsOf } from './runs.ts';
import { underWay } from './standing.ts';
import { readChange, replaceChange } from './store.ts';

/** The last word on a change. */

export interface ClosingWord {
  readonly outcome: ChangeEnding;
  readonly note: string;
}

/** What its runs did is not repeated here. @throws ProblemError while a run of it is not over, and for who has not the role that the policy names */
export async function closeChange(service: ServiceEnvironment, id: string, word: ClosingWord): Promise<ChangeRecord> {
  const { store, target } = service;
  const { environment } = target;
  const record = await readChange(store, environment, id);
  if (record === null) throw new ProblemError(unknownChange(id, environment));
  const { closed } = record.head;
  // Said again after a crash, it is as if it had been said once.
  if (closed !== undefined && closed.outcome === word.outcome && closed.note === word.note) return record;
  if (closed !== undefined) throw new ProblemError(closedAlready(id, closed));
  await fetchRunsOf(service, id);
  const runs = outcomesOf(await runsOf(store, environment, id));
  const open = runs.find(({ outcome }) => outcome === null);
  if (open !== undefined) throw new ProblemError(underWay(id, open.run));
  const done = runs.find(({ outcome }) => outcome === 'done');
  if (word.outcome === 'successful' && done === undefined) throw new ProblemError(nothingDone(id));
  if (word.outcome === 'withdrawn' && done !== undefined) throw new ProblemError(madeAlready(id, done.run));
  const next: ChangeRecord = { ...record, head: { ...record.head, closed: await said(service, id, word) } };
  await replaceChange(store, next);
  await tellGit(service);
  return next;
}

/** The word in the name of who says it. @throws ProblemError `change.close-role` */
async function said(
  opened: ServiceEnvironment,
  id: string,
  word: ClosingWord,
): Promise<NonNullable<ChangeHead['closed']>> {
  const service = await underPolicy(opened, 'forward');
  const { clock, door, target, rules, changes } = service;
  const signer = await signerOf(service);
  const closed = { by: signer?.person ?? door.who, at: new Date(clock.now()).toISOString(), ...word };
  const { service: name, environment } = target;
  const text = `${canonical({ format: CLOSING_NAMESPACE, service: name, environment, change: id, ...closed })}\n`;
  const signature = await signer?.sign(text, CLOSING_NAMESPACE);
  const role = changes?.close ?? null;
  if (rules.kind === 'policy' && role !== null) {
    const { policy } = rules;
    const about = { text, namespace: CLOSING_NAMESPACE, person: closed.by, signature };
    const why = await whyNotEntitled(policy, role, about, signaturesOf(service, policy));
    if (why !== undefined) throw new ProblemError(notEntitled(id, role, why, environment));
  }
  return signature === undefined ? closed : { ...closed, signature };
}

function notEntitled(where: string, role: string, found: string, environment: string): Problem {
  return {
    ...{ code: 'change.close-role', where, found },
    expected: `somebody with the role ${role}, which closes changes of ${environment}`,
    remedy: `ask one of them, and sign with --sign-key; the role stands under \`policy.environments.${environment}.changes.close\` on the protected branch`,
  };
}

function closedAlready(where: string, closed: NonNullable<ChangeHead['closed']>): Problem {
  return {
    code: 'change.closed',
    where,
    found: `closed as ${closed.outcome} by ${closed.by} at ${closed.at}`,
    expected: 'a change that is still open',
    remedy: 'the first word stands; ask for what is left with `shiplock change new`',
  };
}

function nothingDone(where: string): Problem {
  return {
    code: 'change.not-carried-out',
    where,
    found: 'no run of it that came through',
    expected: 'a run, before it can have been successful',
    remedy: 'close it as `unsuccessful`, or as `withdrawn` when nothing was begun',
  };
}

function madeAlready(where: string, run: string): Problem {
  return {
    code: 'change.carried-out',
    where,
    found: `run ${run}, which has carried it out`,
    expected: 'a change that was not made, to be withdrawn',
    remedy: 'close it as `successful` or `unsuccessful`',
  };
}
