import { describe, expect, it, test } from 'vitest';
import type { PackageLook } from '../../../src/model/packages.ts';
import { digestOfHost } from '../../../src/release/host-restore/index.ts';
import { askedLess, findPackages, packageWords, plannedOf } from '../../../src/release/host-restore/packages.ts';

/** Which packages of a lost host are asked of apt, by what it answers. */

const LOST = [
  { name: 'nginx', version: '1.22.1-9', manual: true },
  { name: 'libssl3:amd64', version: '3.0.15-1', manual: false },
  { name: 'old-tool', version: '1.0', manual: true },
  { name: 'gone-tool', version: '2.0', manual: true },
];

const look = (more: Partial<PackageLook>): PackageLook => ({
  ...{
    changes: [],
    failed: null,
    offered: {},
    installed: {},
    stale: [],
    auto: [],
    reboot: false,
    said: '',
    listsAgeMs: 0,
  },
  ...more,
});

describe('what apt does not have', () => {
  const asked = LOST.map(({ name, version }) => ({ name, version }));
  test.each([
    ["Version '1.0' for 'old-tool' was not found", ['old-tool'], []],
    ["Version '3.0.15-1' for 'libssl3' was not found", ['libssl3:amd64'], []],
    ['Unable to locate package gone-tool', [], ['gone-tool']],
    ["Package 'gone-tool' has no installation candidate", [], ['gone-tool']],
    ["Unable to locate package gone-tool; Version '1.0' for 'old-tool' was not found", ['old-tool'], ['gone-tool']],
    ['Unable to locate package libssl3:amd64', [], ['libssl3:amd64']],
  ])('%s', (failed, any, gone) => {
    const less = askedLess(asked, failed);
    expect(less?.gone).toEqual(gone);
    expect(less?.asked.filter(({ version }) => version === null).map(({ name }) => name)).toEqual(any);
    expect(less?.asked).toHaveLength(asked.length - gone.length);
  });

  it('versions that do not go together are asked for without versions, and then no more', () => {
    const failed = 'Unable to correct problems, you have held broken packages.';
    const less = askedLess(asked, failed);
    expect(less?.asked.every(({ version }) => version === null)).toBe(true);
    expect(less?.gone).toEqual([]);
    expect(askedLess(less?.asked ?? [], failed)).toBeNull();
  });
});

it('asks until apt takes it, and tells what has another version and what is gone', async () => {
  const words: (readonly string[])[] = [];
  const found = await findPackages(LOST, async (asked) => {
    words.push(asked);
    if (asked.includes('old-tool=1.0'))
      return look({ failed: "Version '1.0' for 'old-tool' was not found; Unable to locate package gone-tool" });
    return look({
      changes: [
        { name: 'libssl3', from: '3.0.14-1', to: '3.0.15-1' },
        { name: 'nginx', from: null, to: '1.22.1-9' },
        { name: 'nginx-common', from: null, to: '1.22.1-9' },
        { name: 'old-tool', from: null, to: '1.2' },
      ],
    });
  });
  expect(words).toEqual([
    ['nginx=1.22.1-9', 'libssl3:amd64=3.0.15-1', 'old-tool=1.0', 'gone-tool=2.0'],
    ['nginx=1.22.1-9', 'libssl3:amd64=3.0.15-1', 'old-tool'],
  ]);
  const planned = plannedOf(found);
  expect(planned).toMatchObject({
    other: [{ name: 'old-tool', was: '1.0', to: '1.2' }],
    gone: ['gone-tool'],
    manual: ['nginx', 'old-tool'],
  });
  expect(packageWords(planned, found.look)).toContain('no source has gone-tool');
});

it('a refusal that asking for less does not mend is the answer; none missing asks nothing', async () => {
  const found = await findPackages(LOST, async () => look({ failed: 'dpkg was interrupted' }));
  expect(found.look?.failed).toBe('dpkg was interrupted');
  const none = await findPackages([], () => Promise.reject(new Error('asked')));
  expect(plannedOf(none)).toMatchObject({ changes: [], gone: [], other: [], manual: [] });
});

it('a digest means the backup, packages, accounts and units, in any order', () => {
  const looked = { id: 'b1', accounts: ['shop:4100:4100:/:/bin/sh'], enable: ['a.service', 'b.timer'] };
  const packages = { changes: [{ name: 'x', from: null, to: '1' }], gone: [] };
  const digest = digestOfHost(looked, packages);
  expect(digest).toMatch(/^[0-9a-f]{12}$/);
  expect(digestOfHost({ ...looked, enable: ['b.timer', 'a.service'] }, packages)).toBe(digest);
  for (const other of [
    digestOfHost({ ...looked, id: 'b2' }, packages),
    digestOfHost({ ...looked, accounts: [] }, packages),
    digestOfHost({ ...looked, enable: [] }, packages),
    digestOfHost(looked, { ...packages, changes: [{ name: 'x', from: null, to: '2' }] }),
    digestOfHost(looked, { ...packages, gone: ['y'] }),
  ])
    expect(other).not.toBe(digest);
});
