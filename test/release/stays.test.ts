import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Instance } from '../../src/model/platform.ts';
import { fillGate, readRun, resumeProcedure, runProcedure } from '../../src/procedure/index.ts';
import type { ReadContext } from '../../src/procedure/tree.ts';
import { staysSteps } from '../../src/release/environment/stays.ts';
import type { SmokeRequest } from '../../src/rollout/index.ts';
import { type Bench, bench, inOrder, NO_COMMANDS, tree } from '../support/engine.ts';
import { instance, platformState, rollout, routesState, unit, world } from '../support/rollout.ts';
import { type VirtualClock, virtualClock } from '../support/virtual-clock.ts';

const SMOKE: readonly SmokeRequest[] = [
  { path: '/ping', status: 200, contains: 'pong' },
  { path: '/orders', status: 200 },
  { path: '/v2/orders', status: 200 },
];

/** Two instances of what serves, whose answers and presence can be changed; `asked` counts requests. */
function serving(smoke = SMOKE) {
  const answers: Answers = { '/ping': [200, 'pong'], '/orders': [200, ''] };
  const state: State = { asked: 0, answers, up: both(), unproven: null };
  const base = rollout(world(platformState([]), routesState({ 1: 1 })), { policy: { smoke } });
  const steps = staysSteps(
    {
      ...base,
      ports: {
        platform: { ...base.ports.platform, observe: async () => platformState(state.up) },
        http: {
          get: async (url) => {
            state.asked += 1;
            const { port, pathname } = new URL(url);
            const [status, body] = state.answers[`${port}${pathname}`] ?? state.answers[pathname] ?? [404, ''];
            return { kind: 'answer', status, headers: {}, body };
          },
        },
      },
    },
    unit('1'),
    'the migrations',
    async () => state.unproven,
  );
  return { state, steps };
}
type Answers = Record<string, readonly [number, string] | undefined>;
type Unproven = string | null;
interface State {
  asked: number;
  answers: Answers;
  up: readonly Instance[];
  unproven: Unproven;
}
const both = (): readonly Instance[] => [instance('1', 1), instance('1', 2)];

function context(mode: 'plan' | 'run', outputs: object = {}): ReadContext {
  return {
    mode,
    clock: virtualClock(),
    exec: NO_COMMANDS,
    signal: new AbortController().signal,
    outputOf: (node) => node.outputs.parse(outputs),
    evidenceOf: () => ({}),
    fence: 1,
    run: 'r',
    note: () => undefined,
  };
}

describe('what serves, before and after something under it is changed', () => {
  async function asked(change: (state: ReturnType<typeof serving>['state']) => void) {
    const { state, steps } = serving();
    const before = await steps?.before.read(context('run'));
    change(state);
    const problems = await steps?.after.verify?.(context('run', before), {});
    return { before, problems };
  }

  test('answers as before: what it never answered is not asked of it', async () => {
    const { before, problems } = await asked(() => undefined);
    expect(before).toEqual({
      answered: ['GET /ping answers 200 with "pong"', 'GET /orders answers 200'],
      unproven: null,
    });
    expect(problems).toEqual([]);
  });

  test('no longer answers on one of its instances: that one is named with what it said', async () => {
    const { problems } = await asked((state) => {
      state.answers = { ...state.answers, '20002/orders': [500, ''] };
    });
    expect(problems).toMatchObject([
      {
        code: 'release.stable-broken',
        where: 'api 1',
        found:
          'no longer answers after the migrations what it answered before: http://127.0.0.1:20002/orders: status 500',
      },
    ]);
  });

  test('is not ready any more', async () => {
    const { problems } = await asked((state) => {
      state.up = [instance('1', 1, 'not-ready')];
    });
    expect(problems?.[0]?.found).toContain('no ready instance');
  });

  test('did not answer before either: nothing is demanded of it', async () => {
    const { state, steps } = serving();
    state.up = [];
    const before = await steps?.before.read(context('run'));
    expect(before).toEqual({ answered: [], unproven: null });
    expect(await steps?.after.verify?.(context('run', before), {})).toEqual([]);
  });

  test('a plan names the requests and makes none', async () => {
    const { state, steps } = serving();
    expect(await steps?.before.read(context('plan'))).toEqual({ answered: [], unproven: null });
    expect(steps?.before.decide({ answered: [], unproven: null }, context('plan'))).toMatchObject({
      why: 'GET /ping, GET /orders, GET /v2/orders on each instance',
    });
    expect(state.asked).toBe(0);
  });

  test('without requests there are no such steps', () => {
    expect(serving([]).steps).toBeNull();
  });
});

describe('what serves on a schema that an earlier run has left', () => {
  let on: Bench;
  let clock: VirtualClock;
  beforeEach(() => {
    on = bench();
    clock = virtualClock();
  });
  afterEach(() => on[Symbol.dispose]());

  /** @param broken requests that are not answered */
  async function begun(unproven: Unproven, ...broken: readonly string[]) {
    const { state, steps } = serving();
    if (steps === null) throw new Error('there are steps');
    state.unproven = unproven;
    state.answers = { ...state.answers, '/v2/orders': [200, ''] };
    for (const path of broken) state.answers = { ...state.answers, [path]: [500, ''] };
    const whole = tree(inOrder('all', [steps.before, steps.after, steps.owed]));
    const options = on.options(clock);
    const result = await clock.runUntil(runProcedure(whole, { ...options, run: 'r1' }));
    const answer = async (decision: string) => {
      const evidence = { decision, reason: 'its log says so' };
      const filled = await clock.runUntil(fillGate(on.store, 'r1', result.gate?.path ?? '', evidence, 'ann', clock));
      expect(filled.ok).toBe(true);
      return clock.runUntil(resumeProcedure(whole, 'r1', options));
    };
    return { result, answer };
  }

  test('and does not answer: a person is asked, and it goes no further by itself', async () => {
    const { result, answer } = await begun('0007_level', '/orders');
    expect(result).toMatchObject({ outcome: 'waiting', gate: { path: 'all/owed/stable-broken', role: 'releaser' } });
    const { entries } = await readRun(on.store, 'r1');
    expect(entries.map(({ payload }) => JSON.stringify(payload)).join('\n')).toContain(
      'GET /orders answers 200: status 500, status 500',
    );
    expect(await answer('go-on')).toMatchObject({ outcome: 'done' });
  });

  test('and a person decides to stop', async () => {
    const { answer } = await begun('0007_level', '/orders');
    expect(await answer('stop')).toMatchObject({ problems: [{ code: 'procedure.gate-rejected' }] });
  });

  test('and answers: nobody is asked', async () => {
    expect((await begun('0007_level')).result).toMatchObject({ outcome: 'done' });
  });

  test('where it is known to run nobody is asked, whatever it does not answer', async () => {
    expect((await begun(null, '/orders')).result).toMatchObject({ outcome: 'done' });
  });
});
