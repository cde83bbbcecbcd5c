import { expect, test } from 'vitest';
import type { Order } from '../../../src/model/order.ts';
import type { GateRules } from '../../../src/model/people.ts';
import { makeOrder, orderProblem } from '../../../src/procedure/gate/order.ts';
import { person, policy } from '../../support/policy.ts';
import { fakeSignatures, fakeSigner } from '../../support/signatures.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

/** Who may order a run. */

const people = [person('anna', 'releaser'), person('dan')];
const given = (name: string | null, more: Partial<Parameters<typeof makeOrder>[0]> = {}) =>
  makeOrder({
    run: 'r1',
    environment: 'testing',
    kind: 'abort',
    why: 'wrong build',
    by: 'anna',
    signer: name === null ? undefined : fakeSigner(name, `key-of-${name}`),
    clock: virtualClock(),
    ...more,
  });
const asked = async (order: Order, rules: Partial<GateRules> = {}) =>
  (await orderProblem(order, 'releaser', policy(people, rules), fakeSignatures))?.code;

test('a signature of somebody with the role counts', async () => {
  expect(await asked(await given('anna'))).toBeUndefined();
});

test.each([
  ['somebody without the role', () => given('dan'), 'order.role-missing'],
  ['somebody who is not in the policy', () => given('eve'), 'order.role-missing'],
  ['a name without a signature', () => given(null), 'order.unsigned'],
  ['the key of somebody else', async () => ({ ...(await given('dan')), person: 'anna' }), 'order.signature-invalid'],
])('refused: %s', async (_name, make, code) => expect(await asked(await make())).toBe(code));

test.each([
  ['run', { run: 'r2' }],
  ['kind', { kind: 'resume' as const }],
  ['id', { id: '0'.repeat(32) }],
  ['reason', { why: 'another' }],
  ['host', { host: 'elsewhere' }],
])('a signature belongs to one %s', async (_name, change) => {
  expect(await asked({ ...(await given('anna')), ...change })).toBe('order.signature-invalid');
});

test('where names are believed, a name with the role is enough', async () => {
  expect(await asked(await given(null), { evidence: 'unsigned' })).toBeUndefined();
  expect(await asked(await given(null, { by: 'dan' }), { evidence: 'unsigned' })).toBe('order.role-missing');
});
