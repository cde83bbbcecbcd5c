import type { Effect } from '../../model/effect.ts';
import type { Json } from '../../model/json.ts';
import type { Problem } from '../../model/problem.ts';
import type { Decision } from '../../procedure/tree.ts';
import { type ApplicationLook, type ApplicationPlace, applicationKind, ERRING_SINCE } from './application.ts';

/** What is to be done so that Argo CD brings a commit, and whether it has. Pure. */

/** How a commit that Argo CD names stands to ours. `unknown`: it names none, or git could not tell. */
export type Relation = 'same' | 'after' | 'before' | 'unknown';

export interface SyncLook {
  readonly application: ApplicationLook;
  /** Of the commit that the cluster was compared with. */
  readonly compared: Relation;
  /** Of the commit that the newest operation brings; null: there is none. */
  readonly operating: Relation | null;
}

/** An operation that brings an older commit may take this long; then it is ended, since ours waits behind it. */
export const STALE_MS = 30_000;
const ANNOTATION = 'argocd.argoproj.io/refresh';

/** Ends what is in the way, asks Argo CD to look at git now, and to sync where it does not do so by itself. */
export function requestSync(
  look: SyncLook,
  { place, commit, now }: { readonly place: ApplicationPlace; readonly commit: string; readonly now: number },
): Decision {
  const { application } = look;
  if (isThere(look)) return { kind: 'nothing', why: `Argo CD is at ${short(commit)} already` };
  if (isRunning(application)) {
    if (look.operating === 'same' || look.operating === 'after')
      return { kind: 'nothing', why: 'Argo CD is bringing it' };
    const since = Date.parse(application.operation?.startedAt ?? '');
    if (application.operation?.phase === 'Running' && !(now - since < STALE_MS)) {
      return {
        kind: 'do',
        effects: [patch(place, application, { status: { operationState: { phase: 'Terminating' } } })],
        why: `the operation of ${application.operation.startedAt} still brings ${short(application.operation.revision)}, an older commit: it is ended`,
      };
    }
  }
  const refresh = { metadata: { annotations: { [ANNOTATION]: 'normal' } } };
  const erring = erringOf(look);
  if (erring !== null) {
    return {
      kind: 'do',
      effects: [patch(place, application, { ...refresh, operation: again(erring, now) })],
      why: `Argo CD could not run the operation (${erring.message}), and by itself tries none of the same commit again`,
    };
  }
  if (application.automated || isRunning(application)) {
    return { kind: 'do', effects: [patch(place, application, refresh)], why: 'Argo CD looks at git now' };
  }
  const operation = { initiatedBy: { username: 'shiplock' }, sync: { revision: commit, syncStrategy: { hook: {} } } };
  return {
    kind: 'do',
    effects: [patch(place, application, { ...refresh, operation })],
    why: 'the application does not sync by itself, so it is asked to',
  };
}

type Operation = NonNullable<ApplicationLook['operation']>;

/**
 * An operation for our commit that ended as `Error`: Argo CD did not get as far as a resource or hook (that is `Failed`). Its controller and its repo-server
 * say so while they start, of projects and clusters that they have not read yet.
 */
function erringOf({ application: { operation }, operating }: SyncLook): Operation | null {
  const ours = operating === 'same' || operating === 'after';
  return ours && operation?.phase === 'Error' ? operation : null;
}

/** The same once more. Since when it errs travels with it; what an earlier run met is not counted. */
function again({ asked = {}, erringSince }: Operation, now: number): Readonly<Record<string, Json>> {
  const before = erringSince === undefined ? Number.NaN : Date.parse(erringSince);
  const since = now - before < ERROR_MS ? before : now;
  return {
    ...asked,
    initiatedBy: { username: 'shiplock' },
    info: [{ name: ERRING_SINCE, value: new Date(since).toISOString() }],
  };
}

function patch(
  place: ApplicationPlace,
  { resourceVersion }: ApplicationLook,
  body: Extract<Effect, { kind: 'kube' }>['body'],
): Effect {
  return {
    kind: 'kube',
    cluster: place.cluster,
    verb: 'merge',
    object: applicationKind(place.namespace),
    name: place.name,
    body,
    resourceVersion,
    resource: `kube:${place.namespace}/${place.name}`,
    timeoutMs: 10_000,
  };
}

function isRunning({ operation }: ApplicationLook): boolean {
  return operation?.phase === 'Running' || operation?.phase === 'Terminating';
}

/** The cluster is as our commit, or one that contains it, wants it, and nothing is under way any more. */
function isThere({ application, compared }: SyncLook): boolean {
  return application.sync === 'Synced' && (compared === 'same' || compared === 'after') && !isRunning(application);
}

export interface SyncHistory {
  /** Wall clock of the first look of this round, and of all. */
  readonly roundSince: number;
  /** Since when the same error stands there; null: none does. */
  readonly errorSince: number | null;
  readonly last: SyncLook & { readonly time: number };
}

export type SyncAnswer =
  | { readonly kind: 'there'; readonly status: string }
  /** Ask again: the round brought nothing. */
  | { readonly kind: 'ask-again'; readonly status: string }
  | { readonly kind: 'look-on'; readonly status: string }
  | { readonly kind: 'fail'; readonly problem: Problem };

/** Argo CD may meet a passing error (its repo-server starts): it fails the wait when it stands there this long after the first look at git … */
const ERROR_MS = 20_000;
/** … and stood there for so long without a break. */
const STANDS_MS = 5_000;
/** An operation that Argo CD could not run is asked for again so long after it was last asked for. */
const AGAIN_MS = 2_000;
/** After this long without our commit git is looked at once more. */
const ROUND_MS = 10_000;

export interface SyncTask {
  readonly where: string;
  readonly commit: string;
  /** Wall clock, of the wait as a whole. */
  readonly beganAt: number;
  readonly deadlineAt: number;
}

/** What a round of looks says. */
export function judgeSync(history: SyncHistory, { where, commit, beganAt, deadlineAt }: SyncTask): SyncAnswer {
  const { last } = history;
  const { application, compared, operating } = last;
  const { operation } = application;
  if (isThere(last)) return { kind: 'there', status: `Synced at ${short(application.revision)}` };
  const ours = operating === 'same' || operating === 'after';
  if (ours && operation?.phase === 'Failed') return { kind: 'fail', problem: syncFailed(where, operation) };
  const status = statusOf(last);
  const erring = erringOf(last);
  if (erring !== null) {
    const since = Date.parse(erring.erringSince ?? '');
    if (last.time - since >= ERROR_MS || last.time >= deadlineAt)
      return { kind: 'fail', problem: syncFailed(where, erring) };
    return { kind: last.time - history.roundSince >= AGAIN_MS ? 'ask-again' : 'look-on', status };
  }
  const error = application.errors[0];
  const stands = history.errorSince !== null && last.time - history.errorSince >= STANDS_MS;
  if (error !== undefined && stands && last.time - beganAt >= ERROR_MS) {
    return { kind: 'fail', problem: cannotCompare(where, error) };
  }
  if (last.time >= deadlineAt) return { kind: 'fail', problem: notSynced(where, commit, status) };
  const waiting = ours && isRunning(application);
  const stuck = isRunning(application) && !ours && last.time - Date.parse(operation?.startedAt ?? '') >= STALE_MS;
  if (stuck || (!waiting && compared !== 'same' && last.time - history.roundSince >= ROUND_MS)) {
    return { kind: 'ask-again', status };
  }
  return { kind: 'look-on', status };
}

function statusOf({ application, compared }: SyncLook): string {
  const { operation, errors } = application;
  const at = application.revision === '' ? 'no commit' : `${short(application.revision)} (${RELATION[compared]})`;
  const told = operation !== null && (isRunning(application) || operation.phase === 'Error');
  const working = told ? `; ${operation.phase}: ${operation.message}` : '';
  return `${application.sync} at ${at}, ${application.health}${working}${errors.map((one) => `; ${one}`).join('')}`;
}

const RELATION: Readonly<Record<Relation, string>> = {
  same: 'our commit',
  after: 'contains our commit',
  before: 'without our commit',
  unknown: 'unknown to us',
};

export function short(commit: string): string {
  return commit === '' ? 'no commit' : commit.slice(0, 12);
}

function syncFailed(where: string, operation: Operation): Problem {
  return {
    code: 'gitops.sync-failed',
    where,
    found: [operation.message, ...operation.failures].join('; '),
    expected: `a sync to ${short(operation.revision)} that succeeds`,
    remedy: 'mend what the message names; `kubectl describe` on the resource or the job of the hook tells more',
  };
}

function cannotCompare(where: string, found: string): Problem {
  return {
    code: 'gitops.comparison-error',
    where,
    found,
    expected: 'manifests that Argo CD can render and compare',
    remedy:
      'render them by hand (`kustomize build`, `helm template`) at this commit, or see the log of its repo-server',
  };
}

function notSynced(where: string, commit: string, found: string): Problem {
  return {
    code: 'gitops.not-synced',
    where,
    found,
    expected: `Synced at ${short(commit)}, or at a commit that contains it`,
    remedy: 'does the application follow this branch and path, and does Argo CD reach the repository?',
  };
}
