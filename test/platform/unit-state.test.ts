import { expect, test } from 'vitest';
import { shownUnits, systemUnit } from '../../src/platform/unit-state.ts';

/** As systemd 252 says it. */
const SHOWN = `Id=mariadb.service
LoadState=loaded
ActiveState=active
SubState=running
Result=success
InvocationID=3f0c2f8a2f7d4f0f9a55a0b6f9d0c111

Id=shop=odd.service
LoadState=not-found
ActiveState=inactive
SubState=dead
Result=success
InvocationID=
`;

test('the blocks of systemctl show become units', () => {
  expect(shownUnits(SHOWN).map(systemUnit)).toEqual([
    { name: 'mariadb.service', state: 'running', identity: '3f0c2f8a2f7d4f0f9a55a0b6f9d0c111', detail: '' },
    { name: 'shop=odd.service', state: 'missing', identity: null, detail: 'not-found' },
  ]);
});

test.each([
  ['active', 'running'],
  ['reloading', 'running'],
  ['activating', 'changing'],
  ['deactivating', 'changing'],
  ['failed', 'failed'],
  ['inactive', 'stopped'],
  ['maintenance', 'stopped'],
] as const)('a unit that is %s is %s', (active, state) => {
  const unit = { unit: 'a.service', load: 'loaded', active, sub: 'dead', result: 'exit-code', invocation: '' };
  expect(systemUnit(unit).state).toBe(state);
});

test('what is not well says why', () => {
  const unit = {
    unit: 'a.service',
    load: 'loaded',
    active: 'failed',
    sub: 'failed',
    result: 'oom-kill',
    invocation: 'x',
  };
  expect(systemUnit(unit).detail).toBe('failed, oom-kill');
});
