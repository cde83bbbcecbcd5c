import { describe, expect, test } from 'vitest';
import type { Instance } from '../../src/model/platform.ts';
import type { ReadContext } from '../../src/procedure/tree.ts';
import { staysSteps } from '../../src/release/environment/stays.ts';
import type { SmokeRequest } from '../../src/rollout/index.ts';
import { NO_COMMANDS } from '../support/engine.ts';
import { instance, platformState, rollout, routesState, unit, world } from '../support/rollout.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const SMOKE: readonly SmokeRequest[] = [
  { path: '/ping', status: 200, contains: 'pong' },
  { path: '/orders', status: 200 },
  { path: '/v2/orders', status: 200 },
];

/** Two instances of what serves, whose answers and presence can be changed; `asked` counts requests. */
function serving(smoke = SMOKE) {
  const answers: Answers = { '/ping': [200, 'pong'], '/orders': [200, ''] };
  const state = { asked: 0, answers, up: both() };
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
  );
  return { state, steps };
}
type Answers = Record<string, readonly [number, string] | undefined>;
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
    expect(before).toEqual({ answered: ['GET /ping answers 200 with "pong"', 'GET /orders answers 200'] });
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
    expect(before).toEqual({ answered: [] });
    expect(await steps?.after.verify?.(context('run', before), {})).toEqual([]);
  });

  test('a plan names the requests and makes none', async () => {
    const { state, steps } = serving();
    expect(await steps?.before.read(context('plan'))).toEqual({ answered: [] });
    expect(steps?.before.decide({ answered: [] }, context('plan'))).toMatchObject({
      why: 'GET /ping, GET /orders, GET /v2/orders on each instance',
    });
    expect(state.asked).toBe(0);
  });

  test('without requests there are no such steps', () => {
    expect(serving([]).steps).toBeNull();
  });
});
