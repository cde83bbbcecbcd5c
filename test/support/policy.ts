import type { GateRules, Person, Policy } from '../../src/model/people.ts';

export const STRICT: GateRules = {
  evidence: 'signed',
  approvals: 1,
  fourEyes: true,
  commits: 'signed',
  approval: null,
  override: 'emergency',
  windows: null,
  promotion: null,
};

export function person(id: string, ...roles: readonly string[]): Person {
  return { id, account: null, emails: [`${id}@example.com`], keys: [`key-of-${id}`], roles };
}

export function policy(people: readonly Person[], rules: Partial<GateRules> = {}): Policy {
  return {
    environment: 'testing',
    people,
    rules: { ...STRICT, ...rules },
    quarantine: null,
    source: { place: 'repository main:shiplock.yaml', commit: 'c0ffee', pinned: true },
  };
}
