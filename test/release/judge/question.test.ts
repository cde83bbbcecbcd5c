import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { beginnings, parseQuestion } from '../../../src/release/judge/index.ts';

const question = {
  service: 'cart',
  environment: 'production',
  canary: '6c9f7d',
  stable: '5b8e6c',
  run: { namespace: 'shop', rollout: 'cart', revision: '7', step: '1' },
};
const parse = (value: object) => parseQuestion(JSON.stringify(value));

describe('questions', () => {
  it('takes texts, as a template gives them', () => {
    expect(parse({ ...question, share: '10%', bake: '5m' })).toMatchObject({
      ok: true,
      value: { ask: 'step', share: 0.1, bake: 300_000, run: { step: 1 } },
    });
  });

  it('reads a start as a time or as seconds', () => {
    const { run: _run, ...rest } = question;
    for (const since of ['2026-11-21T20:00:00Z', '2026-11-21T21:00:00+01:00', '1795291200', 1_795_291_200]) {
      expect(parse({ ...rest, since })).toMatchObject({ ok: true, value: { since: 1_795_291_200_000 } });
    }
  });

  it('wants one start, and a step where a step is asked about', () => {
    const { run, ...rest } = question;
    const { step: _step, ...stepless } = run;
    expect(parse(rest)).toMatchObject({ ok: false, problems: [{ code: 'judge.bad-question', where: 'since' }] });
    expect(parse({ ...question, since: '1' })).toMatchObject({ ok: false });
    expect(parse({ ...rest, run: stepless })).toMatchObject({ ok: false, problems: [{ where: 'run.step' }] });
    expect(parse({ ...rest, run: stepless, ask: 'watch' })).toMatchObject({ ok: true });
  });

  it('lets nothing through that could change a query', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom('canary', 'stable'), (text, key) => {
        const parsed = parse({ ...question, [key]: text });
        expect(parsed.ok).toBe(/^[A-Za-z0-9][A-Za-z0-9._+-]{0,127}$/.test(text));
      }),
    );
    for (const rollout of ['a"b', 'a|b', 'a.*', 'a{', 'A', 'a\n']) {
      expect(parse({ ...question, run: { ...question.run, rollout } }).ok).toBe(false);
    }
  });

  it('any text is a question or a problem, never an exception', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => typeof parseQuestion(text).ok === 'boolean'));
  });
});

describe('when the shares began', () => {
  const runs = [
    { part: { kind: 'step', step: 1 }, sinceMs: 100 },
    { part: { kind: 'background' }, sinceMs: 90 },
    { part: { kind: 'step', step: 3 }, sinceMs: 300 },
    { part: { kind: 'post' }, sinceMs: 500 },
  ] as const;
  const of = (ask: 'step' | 'watch' | 'alone', step?: number) =>
    beginnings(runs, {
      ask,
      run: { namespace: 'a', rollout: 'b', revision: '1', ...(step === undefined ? {} : { step }) },
    });

  it('are those up to the step that is asked about', () => {
    expect(of('step', 1)).toEqual([90, 100]);
    expect(of('step', 3)).toEqual([90, 100, 300]);
    expect(of('step', 5)).toEqual([]);
    expect(of('watch')).toEqual([90, 100, 300]);
    expect(of('alone')).toEqual([500]);
    expect(of('alone', 3)).toEqual([300]);
    expect(of('alone', 4)).toEqual([]);
  });
});
