import { describe, expect, test } from 'vitest';
import type { PackageLook } from '../../src/model/packages.ts';
import { forEach, sequence } from '../../src/procedure/index.ts';
import { changedSince, digestOfChanges, pendingOf, recordedOf, wayBackText } from '../../src/system/upgrade/changes.ts';
import { sharesOf } from '../../src/system/upgrade/node.ts';

const look = (more: Partial<PackageLook> = {}): PackageLook => ({
  ...{
    changes: [],
    failed: null,
    offered: {},
    installed: {},
    stale: [],
    auto: [],
    reboot: false,
    said: '',
    listsAgeMs: null,
  },
  ...more,
});
const OPENSSL = { name: 'openssl', from: '1', to: '2' };
const LIBSSL = { name: 'libssl', from: '1', to: '2' };
const recorded = recordedOf(look({ changes: [OPENSSL, LIBSSL], offered: { openssl: ['1', '2'], libssl: ['2'] } }));

test('the way back names what can still be had, and what cannot', () => {
  expect(wayBackText('production', 'web1', recorded)).toBe(
    'to go back: shiplock runbook run upgrade-packages production --host web1 --packages openssl=1 --downgrade --reason "…" (no source has libssl 1 any more)',
  );
  expect(wayBackText('production', 'web1', { changes: [], back: [], lost: ['libssl 1'] })).toContain('no source has');
});

describe('what is installed later is what was recorded', () => {
  test.each([
    ['the same', [OPENSSL, LIBSSL], 0],
    ['one is done already', [LIBSSL], 0],
    ['all is done', [], 0],
    ['a newer candidate', [{ ...OPENSSL, to: '3' }, LIBSSL], 1],
    ['one more package', [OPENSSL, LIBSSL, { name: 'bash', from: '5', to: '6' }], 1],
  ] as const)('%s', (_what, changes, problems) => {
    expect(changedSince('web1', recorded, look({ changes }))).toHaveLength(problems);
  });

  test.each([
    ["dpkg was interrupted, you must manually run 'dpkg --configure -a' to correct the problem.", 0],
    ["Unmet dependencies. Try 'apt --fix-broken install' with no packages (or specify a solution).", 0],
    ["Version '2' for 'openssl' was not found", 1],
  ])('apt refuses: %s', (failed, problems) => {
    expect(changedSince('web1', recorded, look({ failed }))).toHaveLength(problems);
  });
});

test('half done is not done', () => {
  const whole = { version: '2', whole: true };
  const half = { version: '2', whole: false };
  expect(pendingOf([OPENSSL, LIBSSL], { openssl: whole, libssl: whole })).toEqual([]);
  expect(pendingOf([OPENSSL, LIBSSL], { openssl: whole, libssl: half })).toEqual([LIBSSL]);
  expect(pendingOf([OPENSSL], {})).toEqual([OPENSSL]);
});

test('the digest knows the host, and no order', () => {
  const one = { host: 'a', changes: [OPENSSL, LIBSSL] };
  const other = { host: 'b', changes: [OPENSSL] };
  const digest = digestOfChanges([one, other]);
  expect(digest).toMatch(/^[0-9a-f]{12}$/);
  expect(digestOfChanges([other, { host: 'a', changes: [LIBSSL, OPENSSL] }])).toBe(digest);
  expect(digestOfChanges([one, { ...other, host: 'c' }])).not.toBe(digest);
  expect(digestOfChanges([one])).not.toBe(digest);
});

test.each([
  [1, 1, [1]],
  [7, 1, [1, 1, 1, 1, 1, 1, 1]],
  [7, 3, [1, 3, 3]],
  [19, 8, [1, 8, 8, 2]],
  [31, 8, [1, 8, 8, 8, 6]],
])('%i hosts, %i at a time', (count, atOnce, sizes) => {
  const items = Array.from({ length: count }, (_, at) => at);
  const node = forEach({
    ...{ id: 'rest', title: 'rest', items, shares: sharesOf(count, atOnce) },
    body: (at) => sequence({ id: `h${at}`, title: 'host', steps: [] }),
  });
  expect(node.batches.map((batch) => batch.length)).toEqual(sizes);
});
