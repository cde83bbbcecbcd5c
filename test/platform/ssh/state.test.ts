import { describe, expect, it } from 'vitest';
import type { Effect } from '../../../src/model/effect.ts';
import { parseAnswer, type UnitEvent } from '../../../src/platform/ssh/answer.ts';
import { conditionOf } from '../../../src/platform/ssh/condition.ts';
import { choosePorts } from '../../../src/platform/ssh/ports.ts';
import { together } from '../../../src/platform/ssh/together.ts';

const POLICY = { exits: 3, windowMs: 60_000, backoffMs: 0, maxBackoffMs: 0 };
const UNIT = {
  kind: 'unit',
  unit: 'u',
  load: 'loaded',
  active: 'active',
  sub: 'running',
  result: 'success',
  restarts: 0,
  said: '',
} as const;

function condition(unit: object | undefined, events: readonly UnitEvent[] = [['s', 100]], uptime = 110) {
  const row = {
    kind: 'instance',
    component: 'api',
    version: '1',
    instance: '1-1',
    port: 1,
    unit: 'u',
    events,
  } as const;
  return conditionOf(row, unit === undefined ? undefined : { ...UNIT, ...unit }, uptime, POLICY);
}

describe('what systemd says, in the words of the platform', () => {
  it.each([
    [{}, { kind: 'running', ranMs: 10_000 }],
    [{ active: 'reloading' }, { kind: 'running' }],
    [undefined, { state: 'stopped', detail: 'its unit is gone' }],
    [{ load: 'not-found', active: 'inactive' }, { state: 'stopped' }],
    [{ active: 'inactive' }, { state: 'stopped', detail: '' }],
    [
      { active: 'failed', result: 'timeout' },
      { state: 'stopped', detail: 'timeout' },
    ],
    [{ active: 'deactivating', sub: 'stop-sigterm' }, { state: 'draining' }],
    [{ active: 'activating', sub: 'start-pre' }, { state: 'starting' }],
    [
      { active: 'activating', sub: 'auto-restart', restarts: 1, said: 'a\nb' },
      { state: 'not-ready', detail: 'ended: a | b' },
    ],
  ])('%j → %j', (unit, expected) => expect(condition(unit)).toMatchObject(expected));

  const exits = (...moments: readonly number[]): readonly UnitEvent[] =>
    moments.flatMap((at): UnitEvent[] => [
      ['s', at - 0.5],
      ['e', at, 'exited', '7'],
    ]);

  it('a crash loop: so many exits in the window, with the last words', () => {
    const unit = { active: 'activating', sub: 'auto-restart', restarts: 3, said: 'no database' };
    expect(condition(unit, exits(101, 102), 103)).toMatchObject({ state: 'not-ready' });
    expect(condition(unit, exits(101, 102, 103), 104)).toMatchObject({
      state: 'crash-loop',
      detail: 'exit 7: no database',
    });
    expect(condition(unit, exits(1, 102, 203), 204)).toMatchObject({ state: 'not-ready' });
  });

  it('is over when the process has run for a whole window', () => {
    const events: readonly UnitEvent[] = [...exits(101, 102, 103), ['s', 104]];
    expect(condition({ restarts: 3 }, events, 130)).toMatchObject({ state: 'crash-loop' });
    expect(condition({ restarts: 3 }, events, 165)).toEqual({ kind: 'running', ranMs: 61_000 });
  });
});

describe('the answer of a host', () => {
  const HEAD = '{"kind":"host","uptime":12.5,"freeKiB":100}';
  it('counts only as a whole', () => {
    expect(parseAnswer(`${HEAD}\n{"kind":"end"}\n`)).toMatchObject({ uptime: 12.5, broken: [] });
    expect(parseAnswer(`${HEAD}\n`)).toBeUndefined();
    expect(parseAnswer('Welcome to web1\n')).toBeUndefined();
  });

  it('tells what it does not understand, and what it understands stays', () => {
    const answer = parseAnswer(
      `${HEAD}\n{"kind":"release"}\n{"kind":"current","component":"api","version":"1"}\n{"kind":"end"}\n`,
    );
    expect(answer?.current).toEqual({ api: '1' });
    expect(answer?.broken).toEqual(['a line that is not understood: {"kind":"release"}']);
  });
});

describe('ports', () => {
  it('keeps what an instance had, else takes the first that nobody has', () => {
    expect(choosePorts('web1', 3, { first: 10, last: 20 }, new Map([[2, 15]]), [10, 12])).toEqual([11, 15, 13]);
    expect(() => choosePorts('web1', 2, { first: 10, last: 10 }, new Map(), [])).toThrow('ssh.no-port');
  });
});

describe('hosts together', () => {
  const on = (name: string, verb = 'start', env: Record<string, string> = {}): Effect => ({
    kind: 'exec',
    argv: ['client', verb, '--on', `${name}=root@10.0.0.1:22`],
    env,
    resource: `ssh:${name}`,
    why: `${verb} on ${name}`,
    timeoutMs: 1_000,
  });
  const local: Effect = { kind: 'exec', argv: ['unit'], resource: 'local:/srv', timeoutMs: 5 };

  it('makes one effect of those that differ only in their host; this machine follows', () => {
    expect(together([on('a'), local, on('b'), on('c')], 2)).toEqual([
      {
        kind: 'exec',
        argv: [
          'client',
          'start',
          '--on',
          'a=root@10.0.0.1:22',
          '--on',
          'b=root@10.0.0.1:22',
          '--on',
          'c=root@10.0.0.1:22',
        ],
        env: {},
        resource: 'ssh:a,b,c',
        why: 'start on a, b, c',
        timeoutMs: 2_000,
      },
      local,
    ]);
  });

  it('leaves apart what is not the same', () => {
    expect(together([on('a'), on('b', 'stop')], 8)).toHaveLength(2);
    expect(together([on('a', 'start', { X: '1' }), on('b')], 8)).toHaveLength(2);
  });
});
