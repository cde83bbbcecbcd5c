import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/index.ts';
import { unwrap } from '../../src/model/problem.ts';
import { approvalOf } from '../../src/release/policy/approval.ts';
import { takeApart } from '../../src/release/policy/authors.ts';
import { policyOf } from '../../src/release/policy/policy.ts';
import { scanRulesOf } from '../../src/release/scan/rules.ts';
import { codes, MINIMAL } from '../config/sample.ts';

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGl';
const PEOPLE = `
people:
  anna:
    account: 583231
    emails: [Anna@Example.com]
    keys: ["${KEY}A anna@laptop"]
    roles: [developer]
    rolesIn: { production: [approver] }
  ben: { keys: ["${KEY}B"] }
roles: { releaser: [ben] }
`;
const source = { place: 'p', commit: 'c', pinned: false };
const load = (text: string) => unwrap(loadConfig(text, { file: 'shiplock.yaml' }));

describe('people and policy', () => {
  test('persons of one environment: keys without comments, roles from everywhere', () => {
    const policy = policyOf(load(MINIMAL + PEOPLE.replace('releaser:', 'releaser:')), 'production', source);
    expect(policy.people).toEqual([
      {
        id: 'anna',
        account: 583231,
        emails: ['anna@example.com'],
        keys: [`${KEY}A`],
        roles: ['developer', 'approver'],
      },
      { id: 'ben', account: null, emails: [], keys: [`${KEY}B`], roles: ['releaser'] },
    ]);
  });

  test('an environment that the policy does not name demands the strictest', () => {
    const policy = policyOf(load(`${MINIMAL}${PEOPLE}policy: { branch: main }\n`), 'production', source);
    expect(policy.rules).toEqual({
      evidence: 'signed',
      approvals: 1,
      fourEyes: true,
      commits: 'signed',
      approval: null,
      override: null,
      windows: null,
      promotion: null,
    });
    expect(approvalOf(policy.rules)).toEqual({});
    expect(approvalOf(undefined)).toEqual({});
    expect(approvalOf({ ...policy.rules, approval: 'approver' })).toEqual({
      approval: { role: 'approver', windows: false },
    });
  });

  const gates = (rules: string): string => `${MINIMAL}${PEOPLE}policy: { environments: { production: ${rules} } }\n`;
  test.each([
    ['two persons with one key', MINIMAL + PEOPLE.replace(`${KEY}B`, `${KEY}A other`), 'config.shared-identity'],
    ['a role of a stranger', MINIMAL + PEOPLE.replace('[ben]', '[bea]'), 'config.unknown-person'],
    ['roles in no environment', MINIMAL + PEOPLE.replace('production:', 'prod:'), 'config.unknown-environment'],
    ['a policy for no environment', gates('{}').replace('production: {}', 'prod: {}'), 'config.unknown-environment'],
    ['a key with options', MINIMAL + PEOPLE.replace(`${KEY}B`, `cert-authority ${KEY}B`), 'config.wrong-value'],
    ['no approval at all', gates('{ approvals: 0 }'), 'config.wrong-value'],
    ['a time zone that is none', gates('{ windows: { timeZone: Mars/Base } }'), 'config.wrong-value'],
    [
      'a day that is none',
      gates('{ windows: { timeZone: UTC, freezes: [{ from: 2026-02-30T00:00, until: 2026-03-01T00:00, why: x }] } }'),
      'config.wrong-value',
    ],
    [
      'a freeze that ends before it begins',
      gates('{ windows: { timeZone: UTC, freezes: [{ from: 2026-03-02T00:00, until: 2026-03-01T00:00, why: x }] } }'),
      'config.wrong-value',
    ],
  ])('%s is refused', (_name, text, code) => expect(codes(text)).toEqual([code]));
});

test('a commit comes apart into what was signed, its signature and the address of its author', () => {
  const head = 'tree 1\nauthor Anna <Anna@Example.com> 1795244400 +0100\ncommitter Bot <bot@x> 1795244400 +0000\n';
  const signature = 'gpgsig -----BEGIN SSH SIGNATURE-----\n U1NI\n -----END SSH SIGNATURE-----\n';
  const message = '\nSubject\n\ngpgsig -----BEGIN SSH SIGNATURE-----\n';
  expect(takeApart(head + signature + message)).toEqual({
    payload: head + message,
    signature: '-----BEGIN SSH SIGNATURE-----\nU1NI\n-----END SSH SIGNATURE-----\n',
    email: 'anna@example.com',
  });
  expect(takeApart(head + message)).toEqual({
    payload: head + message,
    signature: undefined,
    email: 'anna@example.com',
  });
  expect(takeApart(`${head}gpgsig -----BEGIN PGP SIGNATURE-----\n x\n${message}`).signature).toBeUndefined();
  expect(takeApart('rubbish')).toEqual({ payload: 'rubbish', signature: undefined, email: '' });
});

describe('waivers and the scan that an environment asks for', () => {
  const waived = (owner: string): string =>
    `${MINIMAL}owners: [{ team: shop-team, contact: x }]\n${PEOPLE}scan: { waivers: [{ id: G404, until: 2027-01-31, owner: ${owner}, reason: r }] }\n`;

  test.each(['anna', 'developer', 'approver', 'releaser', 'shop-team'])('%s may answer for one', (owner) => {
    expect(codes(waived(owner))).toEqual([]);
  });

  test('nobody answers for one in the name of nobody; without people anybody does', () => {
    expect(codes(waived('annna'))).toEqual(['config.unknown-owner']);
    expect(codes(waived('annna').replace(PEOPLE, ''))).toEqual([]);
  });

  test('is read with what it leaves out put in', () => {
    const text = `${MINIMAL}scan: { failOn: medium }\npolicy: { environments: { production: { scan: {} } } }\n`;
    expect(scanRulesOf(load(text), 'production', 'p').demand).toEqual({ maxAgeMs: 86_400_000, failOn: 'medium' });
    const own = load(text.replace('scan: {} }', 'scan: { maxAge: 1h, failOn: critical } }'));
    expect(scanRulesOf(own, 'production', 'p').demand).toEqual({ maxAgeMs: 3_600_000, failOn: 'critical' });
    expect(scanRulesOf(load(MINIMAL), 'production', 'p').demand).toBeNull();
    expect(codes(text.replace('scan: {} }', 'scan: { maxage: 1h } }'))).toEqual(['config.unknown-key']);
  });
});
