import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Release } from '../../src/model/release.ts';
import { releasedOtherwise } from '../../src/release/build/immutable.ts';
import { type ReleaseRecord, recordPath } from '../../src/release/record.ts';
import { keepRecordStep } from '../../src/release/run/steps.ts';
import { perform, world } from '../build/perform.ts';

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
const release = (more: Partial<Release> = {}): Release => ({
  ...{ formatVersion: 1, service: 'shop', version: '1.0.0', commit: 'a'.repeat(40), configHash: digest('c') },
  artefacts: [{ name: 'api', digest: digest('a'), platform: 'linux/amd64' }],
  migrations: [{ id: '0001', sha256: '1'.repeat(64), phase: 'expand' }],
  ...more,
});
const codes = (made: Release, before: Release, environment = 'testing'): readonly string[] =>
  releasedOtherwise(made, 'testing', [{ environment, release: before }]).map(({ code, found }) => `${code}: ${found}`);

describe('a version that was released before', () => {
  it('may be released again as it was', () => {
    expect(codes(release(), release())).toEqual([]);
    expect(releasedOtherwise(release(), 'testing', [])).toEqual([]);
  });

  it.each([
    [
      'with other bytes',
      { artefacts: [{ name: 'api', digest: digest('b'), platform: 'linux/amd64' }] },
      'release.other-bytes: api for linux/amd64 is sha256:bbbbbbbbbbbb and was sha256:aaaaaaaaaaaa',
    ],
    [
      'with another component',
      { artefacts: [...release().artefacts, { name: 'site', digest: digest('d'), platform: 'any' }] },
      'release.other-bytes: site for any is sha256:dddddddddddd and was not there',
    ],
    [
      'with another text of a migration',
      { migrations: [{ id: '0001', sha256: '2'.repeat(64), phase: 'expand' as const }] },
      'release.other-bytes: migration 0001 was another text',
    ],
    ['without a migration', { migrations: [] }, 'release.other-bytes: migration 0001 is gone'],
    [
      'from another commit',
      { commit: 'b'.repeat(40) },
      `release.version-taken: it names commit ${'a'.repeat(12)} already, in testing`,
    ],
  ])('is refused %s', (_, more, expected) => {
    expect(codes(release(more), release())).toEqual([expected]);
  });

  it('names one commit in all environments, but may be built with other settings in another one', () => {
    expect(codes(release({ commit: 'b'.repeat(40) }), release(), 'staging')).toEqual([
      `release.version-taken: it names commit ${'a'.repeat(12)} already, in staging`,
    ]);
    const other = release({
      configHash: digest('e'),
      artefacts: [{ name: 'api', digest: digest('b'), platform: 'linux/amd64' }],
    });
    expect(codes(other, release(), 'staging')).toEqual([]);
  });

  it('says nothing of what is not built yet', () => {
    expect(
      codes(release({ artefacts: [{ name: 'api', digest: '<api.digest>', platform: 'linux/amd64' }] }), release()),
    ).toEqual([]);
  });
});

it('is looked at where every release is recorded, before anything of it is rolled out', async () => {
  const store = mkdtempSync(join(tmpdir(), 'shiplock-immutable-'));
  onTestFinished(() => rmSync(store, { recursive: true, force: true }));
  const record = (made: Release, environment: string): ReleaseRecord => ({
    ...{ formatVersion: 1, environment, release: made, unit: null, files: [], schema: 'empty' },
  });
  const keep = (made: Release, environment = 'testing') =>
    perform(keepRecordStep({ store, environment }, record(made, environment)), world());
  const written = (): string => readFileSync(recordPath(store, 'testing', '1.0.0'), 'utf8');

  expect(await keep(release())).toMatchObject({ kind: 'done' });
  const first = written();
  // Begun again after a crash, it is what it was.
  expect(await keep(release())).toMatchObject({ kind: 'done' });
  const other = release({ artefacts: [{ name: 'api', digest: digest('b'), platform: 'linux/amd64' }] });
  expect(await keep(other)).toMatchObject({ kind: 'refused', problems: [{ code: 'release.other-bytes' }] });
  const moved = release({ commit: 'b'.repeat(40) });
  expect(await keep(moved, 'staging')).toMatchObject({
    kind: 'refused',
    problems: [{ code: 'release.version-taken' }],
  });
  expect(written()).toBe(first);
});
