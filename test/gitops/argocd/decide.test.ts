import { describe, expect, it } from 'vitest';
import type { ApplicationLook } from '../../../src/gitops/argocd/application.ts';
import { judgeSync, requestSync, STALE_MS, type SyncLook } from '../../../src/gitops/argocd/decide.ts';

const OURS = 'a'.repeat(40);
const OLD = 'b'.repeat(40);
const START = Date.parse('2026-11-21T10:00:00Z');
const place = { cluster: { kubeconfig: ['/k'] }, namespace: 'argocd', name: 'shop' };

const look = (change: Partial<ApplicationLook>, relations: Partial<SyncLook> = {}): SyncLook => ({
  application: {
    resourceVersion: '7',
    automated: true,
    selfHeal: true,
    sync: 'Synced',
    revision: OLD,
    health: 'Healthy',
    healthMessage: '',
    reconciledAt: '',
    operation: null,
    errors: [],
    ...change,
  },
  compared: 'before',
  operating: null,
  ...relations,
});
const operation = (phase: string, revision = OLD, failures: readonly string[] = []) => ({
  phase,
  message: 'one or more tasks',
  revision,
  startedAt: '2026-11-21T10:00:00Z',
  failures,
});
const request = (one: SyncLook, now = START) => requestSync(one, { place, commit: OURS, now });
const judge = (
  last: SyncLook,
  more: { roundMs?: number; errorMs?: number; at?: number; beforeMs?: number; deadlineMs?: number } = {},
) =>
  judgeSync(
    {
      roundSince: START,
      errorSince: more.errorMs === undefined ? null : START + (more.roundMs ?? 0) - more.errorMs,
      last: { ...last, time: more.at ?? START + (more.roundMs ?? 0) },
    },
    {
      where: 'Application argocd/shop',
      commit: OURS,
      beganAt: START - (more.beforeMs ?? 0),
      deadlineAt: START + (more.deadlineMs ?? 300_000),
    },
  );

describe('asking Argo CD', () => {
  it('only refreshes where the application syncs by itself', () => {
    expect(request(look({}))).toMatchObject({
      kind: 'do',
      effects: [
        {
          kind: 'kube',
          verb: 'merge',
          resourceVersion: '7',
          body: { metadata: { annotations: { 'argocd.argoproj.io/refresh': 'normal' } } },
        },
      ],
    });
  });

  it('asks for a sync to exactly our commit where it does not', () => {
    expect(request(look({ automated: false }))).toMatchObject({
      effects: [{ body: { operation: { sync: { revision: OURS } } } }],
    });
  });

  it('does nothing when our commit is there or on its way', () => {
    expect(request(look({ revision: OURS }, { compared: 'same' })).kind).toBe('nothing');
    expect(
      request(look({ sync: 'OutOfSync', operation: operation('Running', OURS) }, { operating: 'same' })).kind,
    ).toBe('nothing');
  });

  it('ends an operation that has brought an older commit for too long, and no younger one', () => {
    const stuck = look({ sync: 'OutOfSync', operation: operation('Running') }, { operating: 'before' });
    expect(request(stuck, START + STALE_MS)).toMatchObject({
      effects: [{ body: { status: { operationState: { phase: 'Terminating' } } } }],
    });
    expect(request(stuck, START + STALE_MS - 1)).toMatchObject({ effects: [{ body: { metadata: {} } }] });
  });
});

describe('what is seen of it', () => {
  it('an older commit that is Synced and Healthy is not ours', () => {
    expect(judge(look({}))).toMatchObject({ kind: 'look-on', status: expect.stringContaining('without our commit') });
  });

  it('passes at our commit, or at one that contains it, and not while an operation runs', () => {
    expect(judge(look({ revision: OURS }, { compared: 'same' })).kind).toBe('there');
    expect(judge(look({}, { compared: 'after' })).kind).toBe('there');
    expect(judge(look({ operation: operation('Running', OURS) }, { compared: 'same', operating: 'same' })).kind).toBe(
      'look-on',
    );
    expect(judge(look({ sync: 'OutOfSync' }, { compared: 'same' })).kind).toBe('look-on');
  });

  it('health is not asked: a canary that is paused is not healthy yet', () => {
    expect(judge(look({ health: 'Suspended' }, { compared: 'same' })).kind).toBe('there');
  });

  it('a sync of our commit that failed fails, with the words of the hook; one of an older commit does not', () => {
    const failed = operation('Failed', OURS, ['Job migrate: BackoffLimitExceeded']);
    expect(judge(look({ sync: 'OutOfSync', operation: failed }, { operating: 'same' }))).toMatchObject({
      kind: 'fail',
      problem: { code: 'gitops.sync-failed', found: expect.stringContaining('BackoffLimitExceeded') },
    });
    expect(judge(look({ sync: 'OutOfSync', operation: operation('Failed') }, { operating: 'before' })).kind).toBe(
      'look-on',
    );
  });

  it('a sync that Argo CD could not run is asked for again, the same, and fails when it has not come to run for a while', () => {
    const erring = (since: string | null): SyncLook =>
      look(
        {
          sync: 'OutOfSync',
          operation: {
            ...operation('Error', OURS),
            message: 'InvalidSpecError: Application referencing project shop which does not exist',
            asked: { sync: { revision: OURS, prune: true }, retry: { limit: 0 }, initiatedBy: { automated: true } },
            ...(since === null ? {} : { erringSince: since }),
          },
        },
        { operating: 'same' },
      );
    // Nobody has asked again yet, however long the wait has been.
    expect(judge(erring(null), { roundMs: 1_000, beforeMs: 60_000 })).toMatchObject({
      kind: 'look-on',
      status: expect.stringContaining('Error: InvalidSpecError'),
    });
    expect(judge(erring(null), { roundMs: 2_000 }).kind).toBe('ask-again');
    const asked = (since: string | null, now: number) => request(erring(since), now);
    expect(asked(null, START)).toMatchObject({
      kind: 'do',
      effects: [
        {
          body: {
            operation: {
              sync: { revision: OURS, prune: true },
              retry: { limit: 0 },
              initiatedBy: { username: 'shiplock' },
              info: [{ name: 'shiplock-erring-since', value: '2026-11-21T10:00:00.000Z' }],
            },
          },
        },
      ],
    });
    const since = '2026-11-21T10:00:00.000Z';
    const info = (value: string) => ({ effects: [{ body: { operation: { info: [{ value }] } } }] });
    expect(asked(since, START + 19_000)).toMatchObject(info(since));
    // An earlier run met it: what it met does not count.
    expect(asked(since, START + 20_000)).toMatchObject(info('2026-11-21T10:00:20.000Z'));
    expect(judge(erring(since), { at: START + 19_999, roundMs: 0 }).kind).toBe('ask-again');
    expect(judge(erring(since), { at: START + 20_000 })).toMatchObject({
      kind: 'fail',
      problem: { code: 'gitops.sync-failed', found: expect.stringContaining('InvalidSpecError') },
    });
    // Of an older commit it is none of ours.
    const older = { ...erring(null), operating: 'before' as const };
    expect(request(older)).toMatchObject({ effects: [{ body: { metadata: {} } }] });
  });

  it('an error of comparison is told at once and fails only when it stays', () => {
    const error = look({ sync: 'Unknown', revision: '', errors: ['ComparisonError: kustomize build failed'] });
    expect(judge(error, { roundMs: 5_000, errorMs: 5_000 })).toMatchObject({
      kind: 'look-on',
      status: expect.stringContaining('kustomize build failed'),
    });
    expect(judge(error, { roundMs: 5_000, errorMs: 4_000, beforeMs: 60_000 }).kind).toBe('look-on');
    expect(judge(error, { roundMs: 5_000, errorMs: 5_000, beforeMs: 15_000 })).toMatchObject({
      kind: 'fail',
      problem: { code: 'gitops.comparison-error', found: 'ComparisonError: kustomize build failed' },
    });
  });

  it('git is looked at once more when a round brought nothing, and when a stuck operation is in the way', () => {
    expect(judge(look({}), { roundMs: 10_000 }).kind).toBe('ask-again');
    const stuck = look({ sync: 'OutOfSync', operation: operation('Running') }, { operating: 'before' });
    expect(judge(stuck, { at: START + STALE_MS, roundMs: 1_000 }).kind).toBe('ask-again');
  });

  it('has a deadline', () => {
    expect(judge(look({}), { roundMs: 5_000, deadlineMs: 5_000 })).toMatchObject({
      kind: 'fail',
      problem: { code: 'gitops.not-synced' },
    });
  });
});
