import { describe, expect, it } from 'vitest';
import { isNamedAfterCommit, type Naming, nameVersion, withoutConfiguration } from '../../src/release/build/naming.ts';
import { sameSoftware } from '../../src/release/build/source.ts';

const HASH = `sha256:${'ab'.repeat(32)}`;
const OTHER = `sha256:${'cd'.repeat(32)}`;
const naming = (more: Partial<Naming>): Naming => ({
  wanted: undefined,
  described: '1.0.0',
  commit: 'c1',
  hash: HASH,
  live: null,
  known: [],
  ...more,
});
const known = [{ version: '1.0.0', commit: 'c1', configHash: HASH }];

describe('the name of a release', () => {
  it('is the tag or the commit, unless somebody wants another', () => {
    expect(nameVersion(naming({}))).toEqual({ ok: true, value: '1.0.0' });
    expect(nameVersion(naming({ wanted: '1.0.1' }))).toEqual({ ok: true, value: '1.0.1' });
  });

  it('never means two commits', () => {
    expect(nameVersion(naming({ known, commit: 'c2' }))).toMatchObject({
      ok: false,
      problems: [{ code: 'release.version-taken' }],
    });
  });

  it('has the configuration as a suffix where only that differs', () => {
    expect(nameVersion(naming({ known, hash: OTHER, live: '1.0.0' }))).toEqual({
      ok: true,
      value: '1.0.0+config.cdcdcdcd',
    });
  });

  it('that serves with this configuration is nothing to do', () => {
    expect(nameVersion(naming({ known, live: '1.0.0' }))).toMatchObject({
      ok: false,
      problems: [{ code: 'release.already-live', remedy: expect.stringContaining('nothing to do') }],
    });
    expect(nameVersion(naming({ known, hash: OTHER, live: '1.0.0+config.cdcdcdcd' }))).toMatchObject({ ok: false });
  });

  it('leads back to the first configuration by the first name', () => {
    expect(nameVersion(naming({ known, live: '1.0.0+config.cdcdcdcd' }))).toEqual({ ok: true, value: '1.0.0' });
  });

  it.each([
    ['1.0.0+config.cdcdcdcd', '1.0.0'],
    ['0.0.0-0123456789ab+config.cdcdcdcd', '0.0.0-0123456789ab'],
    ['1.0.0+build.7', '1.0.0+build.7'],
  ])('%s is the software %s', (version, software) => {
    expect(withoutConfiguration(version)).toBe(software);
  });

  it('of a commit is told from a tag', () => {
    expect(['0.0.0-0123456789ab', '0.0.0-rc.1', '1.0.0'].map(isNamedAfterCommit)).toEqual([true, false, false]);
  });
});

describe('the same software', () => {
  const migration = { id: '0001', sha256: '0'.repeat(64), phase: 'expand' as const };
  const live = {
    artefacts: [
      { name: 'api', digest: HASH, platform: 'linux/amd64' },
      { name: 'site', digest: OTHER, platform: 'any' },
    ],
    migrations: [migration],
  };
  const site = { name: 'site', digest: OTHER };
  const digests = [{ name: 'api', digest: HASH }, site];

  it('is the same components with the same bytes and the same migrations', () => {
    expect(sameSoftware(live, digests, [migration])).toBe(true);
  });

  it.each([
    ['another digest', [{ name: 'api', digest: OTHER }, site], [migration]],
    ['a build that was never made', [{ name: 'api', digest: '<api.digest>' }, site], [migration]],
    ['a component less', [{ name: 'api', digest: HASH }], [migration]],
    ['a component more', [...digests, { name: 'worker', digest: HASH }], [migration]],
    ['a migration more', digests, [migration, { ...migration, id: '0002' }]],
    ['an edited migration', digests, [{ ...migration, sha256: '1'.repeat(64) }]],
  ])('is not %s', (_what, made, migrations) => {
    expect(sameSoftware(live, made, migrations)).toBe(false);
  });
});
