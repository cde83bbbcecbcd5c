import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Policy } from '../../../src/model/people.ts';
import type { QuarantineEntry } from '../../../src/model/quarantine.ts';
import { quarantineEntrySchema, standing } from '../../../src/model/quarantine.ts';
import type { RecordedEntry } from '../../../src/procedure/index.ts';
import { QUARANTINE_NAMESPACE, quarantineText, whyNotBelieved } from '../../../src/release/quarantine/believe.ts';
import { quarantined } from '../../../src/release/quarantine/check.ts';
import { admissionParameter } from '../../../src/release/quarantine/parameter.ts';
import { causeOf, entriesOf, quarantineEffects, recordOf, takenBack } from '../../../src/release/quarantine/record.ts';
import type { ReleaseRecord } from '../../../src/release/record.ts';
import { person, policy } from '../../support/policy.ts';
import { fakeSign, fakeSignatures } from '../../support/signatures.ts';

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
const id = (letter: string): string => letter.repeat(32);
const said = { why: 'w', who: 'ben', time: '2026-11-21T08:00:00.000Z' } as const;
const held = (one: string, of: string): QuarantineEntry => ({
  kind: 'quarantined',
  id: id(one),
  digest: digest(of),
  cause: 'worse',
  ...said,
});
const freed = (one: string, of: string, ...ends: readonly string[]): QuarantineEntry => ({
  kind: 'released',
  id: id(one),
  digest: digest(of),
  ends: ends.map(id),
  ...said,
});
const ids = (entries: readonly QuarantineEntry[], believes = true): readonly string[] =>
  standing(entries, () => believes).map((entry) => entry.id.slice(0, 1));

describe('what stands in quarantine', () => {
  test('until it is released; what is taken back again stands again', () => {
    expect(ids([held('1', 'a'), held('2', 'b')])).toEqual(['1', '2']);
    expect(ids([held('1', 'a'), freed('3', 'a', '1')])).toEqual([]);
    expect(ids([held('1', 'a'), freed('3', 'a', '1'), held('4', 'a')])).toEqual(['4']);
  });

  test('a release that nobody believes, of another digest, or of an entry of another digest, ends nothing', () => {
    expect(ids([held('1', 'a'), freed('3', 'a', '1')], false)).toEqual(['1']);
    expect(ids([held('1', 'a'), freed('3', 'b', '1')])).toEqual(['1']);
  });

  test('in whatever order machines have heard of it', () => {
    const entries = [held('1', 'a'), held('2', 'a'), freed('3', 'a', '1'), held('4', 'b'), freed('5', 'b', '4')];
    fc.assert(
      fc.property(fc.shuffledSubarray(entries, { minLength: entries.length }), (some) => {
        expect(ids(some)).toEqual(['2']);
      }),
    );
  });
});

const unit = (component: string, of: string): NonNullable<ReleaseRecord['unit']> => ({
  component,
  version: '2',
  digest: digest(of),
  artefact: '/x',
  command: [],
  env: {},
  replicas: 1,
  readyPath: '/',
  livePath: '/',
  startTimeoutMs: 1,
  stopTimeoutMs: 1,
});
const record = (api: string, page: string): ReleaseRecord => ({
  formatVersion: 1,
  environment: 'staging',
  release: {
    formatVersion: 1,
    service: 'shop',
    version: '2',
    commit: 'c'.repeat(40),
    artefacts: [],
    configHash: digest('f'),
    migrations: [],
  },
  unit: unit('api', api),
  files: [unit('frontend', page)],
  schema: 'empty',
});

describe('what is taken back', () => {
  test('is what came with the release, not what goes on serving', () => {
    expect(takenBack(record('b', 'a'), record('1', 'a'))).toEqual([{ component: 'api', digest: digest('b') }]);
    expect(takenBack(record('b', 'a'), null)).toHaveLength(2);
    expect(takenBack(record('b', 'a'), record('b', 'a'))).toEqual([]);
  });

  test('a step that is repeated says the same once', () => {
    const taken = {
      candidate: record('b', 'a'),
      stays: null,
      run: 'r2-run',
      cause: 'worse',
      why: 'w',
      who: 'w',
    } as const;
    const first = entriesOf({ ...taken, time: '2026-11-21T08:00:00.000Z' });
    const again = entriesOf({ ...taken, time: '2026-11-21T08:00:05.000Z' });
    const place = { service: 'shop', environment: 'staging' };
    expect(quarantineEffects('/s', place, [], first)).toHaveLength(2);
    expect(
      quarantineEffects(
        '/s',
        place,
        first.map((entry) => recordOf(place, entry)),
        again,
      ),
    ).toEqual([]);
    expect(entriesOf({ ...taken, cause: 'crash-loop', time: '' }).map(({ component }) => component)).toEqual(['api']);
    for (const entry of first) expect(quarantineEntrySchema.parse(entry)).toEqual(entry);
  });
});

describe('why a release was taken back', () => {
  const entry = (type: 'step.failed' | 'run.paused', payload: object): RecordedEntry => ({
    record: { v: 1, run: 'r', seq: 0, time: '', fence: 1, type, node: 'n', attempt: 1, payloadDigest: '', prev: '' },
    payload: JSON.parse(JSON.stringify(payload)),
  });
  const failed = (code: string): RecordedEntry =>
    entry('step.failed', {
      problems: [{ code, where: 'w', found: '50 bad of 100', expected: 'e', remedy: 'r' }],
      final: true,
      refused: false,
    });
  test.each([
    ['rollout.worse', 'worse'],
    ['rollout.above-limit', 'above-limit'],
    ['rollout.crash-loop', 'crash-loop'],
    ['rollout.sent-back', 'rejected'],
    ['procedure.gate-rejected', 'rejected'],
  ])('%s speaks against it', (code, cause) => {
    expect(causeOf({ entries: [failed('rollout.not-ready'), failed(code)] })).toEqual({ cause, why: '50 bad of 100' });
  });
  test.each(['rollout.not-ready', 'rollout.host-unreachable', 'migrate.lock-wait', 'procedure.timeout'])(
    '%s may as well lie in its surroundings',
    (code) => {
      expect(causeOf({ entries: [failed(code)] })).toBeNull();
    },
  );
  test('a person who aborts it speaks against it', () => {
    const asked = { order: 'i', by: 'ann', why: 'wrong build', host: 'h' };
    const aborted = entry('run.paused', { reason: 'aborted', problems: [], asked });
    expect(causeOf({ entries: [aborted] })?.cause).toBe('aborted');
  });
});

describe('who may release a digest', () => {
  const people = [person('ben', 'keeper'), person('eve')];
  const rules: Policy = { ...policy(people), quarantine: 'keeper' };
  const signed = (who: string, key = `key-of-${who}`, change: Partial<QuarantineEntry> = {}): QuarantineEntry => {
    const entry = { ...freed('3', 'a', '1'), who, person: who, host: 'h' };
    const text = quarantineText('shop', 'testing', entry);
    return quarantineEntrySchema.parse({ ...entry, signature: fakeSign(key, text, QUARANTINE_NAMESPACE), ...change });
  };
  const ask = (entry: QuarantineEntry, of = rules) => whyNotBelieved('shop', entry, of, fakeSignatures);

  test('a person with the role, by a signature over exactly this', async () => {
    expect(await ask(signed('ben'))).toBeUndefined();
    expect(await whyNotBelieved('shop', signed('eve'), null, fakeSignatures)).toBeUndefined();
  });
  test.each([
    ['without the role', signed('eve'), /does not have the role keeper/],
    ['the key of another', signed('ben', 'key-of-eve'), /not one of ben/],
    ['no signature', { ...freed('3', 'a', '1'), who: 'ben' }, /not signed/],
    ['another digest', signed('ben', undefined, { digest: digest('b') }), /not one of ben/],
    ['another reason', signed('ben', undefined, { why: 'x' }), /not one of ben/],
    ['other entries', signed('ben', undefined, { ends: [id('9')] }), /not one of ben/],
  ])('not believed: %s', async (_name, entry, why) => {
    expect(await ask(entry)).toMatch(why);
  });
  test('not believed: where the policy names no role, another service, another environment', async () => {
    expect(await ask(signed('ben'), policy(people))).toMatch(/names no role/);
    expect(await whyNotBelieved('other', signed('ben'), rules, fakeSignatures)).toMatch(/not one of ben/);
    expect(
      await ask({ ...freed('3', 'a', '1'), who: 'ben' }, { ...rules, rules: { ...rules.rules, evidence: 'unsigned' } }),
    ).toBeUndefined();
  });
});

test('the refusal names run, cause, time, and the command that releases it', () => {
  const entry = {
    ...held('1', 'a'),
    kind: 'quarantined' as const,
    cause: 'worse' as const,
    component: 'api',
    version: '2',
    run: 'r2',
  };
  const problem = quarantined('api', { environment: 'staging', entry, notBelieved: [] });
  expect(problem).toMatchObject({
    code: 'release.quarantined',
    found: 'in quarantine since 2026-11-21T08:00:00.000Z: it was worse than what served in staging, run r2 (w)',
    remedy: expect.stringContaining(`shiplock quarantine release ${digest('a')} --reason`),
  });
});

test('the parameter of an admission policy: each digest once, sorted, with its reason', () => {
  const entries = ['b', 'a', 'b'].map((of) => ({
    environment: 'staging',
    entry: {
      ...held('1', of),
      kind: 'quarantined' as const,
      cause: 'worse' as const,
      component: 'api',
      version: '2',
      run: 'r2',
    },
  }));
  const why = 'api 2: it was worse than what served in staging, run r2';
  expect(admissionParameter('shop', entries)).toEqual({
    formatVersion: 1,
    service: 'shop',
    digests: [digest('a'), digest('b')],
    data: { [`sha256-${'a'.repeat(64)}`]: why, [`sha256-${'b'.repeat(64)}`]: why },
  });
});
