import type { Phase } from '../../model/release.ts';

/**
 * How risky a change is, from facts alone: points are added up, each with what it was found in. A convention, not a probability: the same facts
 * always give the same score, and everybody can add it up again. docs/changes.md has the table. Pure.
 */

export interface RiskFacts {
  /** Is it the last in the order of environments, or one that has none behind it? */
  readonly last: boolean;
  readonly environment: string;
  readonly doing:
    | { readonly kind: 'release' }
    | { readonly kind: 'promotion'; readonly from: string }
    | { readonly kind: 'migration'; readonly phase: Phase }
    | { readonly kind: 'runbook'; readonly runbook: string; readonly severity: 'changes' | 'destructive' };
  /** Ids of migrations that come with it. */
  readonly migrations: readonly string[];
  /** What the ledger says of the version that serves, on the schema afterwards; null: the schema stays, or nothing serves. */
  readonly wayBack: null | {
    readonly version: string;
    readonly schema: string;
    readonly answer: 'yes' | 'no' | 'unknown';
  };
  /** A release of an environment in which nothing serves. */
  readonly first: boolean;
  /** The run that came through with the same before; null: there is none that is known here. */
  readonly tried: string | null;
  /** Of the last runs of this environment that are over: those that did not come through. */
  readonly failures: { readonly of: number; readonly runs: readonly string[] };
  /** What the plan would refuse as the world is now. */
  readonly refusals: readonly string[];
  /** Steps that the plan could not look at, or that only promise what they do. */
  readonly unseen: readonly string[];
  /** Why the hours of releases are closed when it is to begin; null: they are open, or there are none. */
  readonly closed: string | null;
}

export interface RiskFact {
  readonly fact: keyof typeof RISK_POINTS;
  readonly points: number;
  readonly found: string;
  /** What it was read from. */
  readonly source: string;
}

export const RISK_LEVELS = { low: 0, medium: 25, high: 50 } as const;
export type RiskLevel = keyof typeof RISK_LEVELS;

export interface Risk {
  readonly score: number;
  readonly level: RiskLevel;
  readonly facts: readonly RiskFact[];
}

/** Points of each fact, and when it counts: the table of docs/changes.md. */
export const RISK_POINTS = {
  'last-environment': { points: 20, when: 'it is the last environment in the order, or has none behind it' },
  release: { points: 10, when: 'it is a release' },
  promotion: { points: 5, when: 'it is a promotion: nothing is built again' },
  'migration-expand': { points: 10, when: 'it applies expand migrations alone' },
  'migration-backfill': { points: 15, when: 'it changes rows by backfill migrations' },
  'migration-contract': { points: 40, when: 'it takes parts of the schema away' },
  'runbook-changes': { points: 10, when: 'it is a runbook that changes something' },
  'runbook-destructive': { points: 40, when: 'it is a runbook that takes away what cannot be brought back' },
  'brings-migrations': { points: 10, when: 'a release or promotion brings migrations' },
  'way-back-unknown': {
    points: 15,
    when: 'the ledger does not know whether the version that serves runs on the schema afterwards',
  },
  'no-way-back': {
    points: 30,
    when: 'the ledger says that the version that serves does not run on the schema afterwards',
  },
  'first-release': { points: 10, when: 'nothing serves yet: there is nothing to go back to' },
  untried: { points: 15, when: 'no run with the same has come through before, here or in another environment' },
  'recent-failures': {
    points: 5,
    when: 'for each of the last 10 finished runs of the environment that failed or was rolled back, at most 25',
  },
  refused: { points: 20, when: 'a step of the plan would refuse as the world is now' },
  unseen: {
    points: 5,
    when: 'for each step that the plan could not look at, or that only promises what it does, at most 15',
  },
  'closed-hours': { points: 10, when: 'it is to begin while the hours of releases are closed' },
} as const;

/** How many runs back failures are looked for. */
export const RECENT_RUNS = 10;
const MOST_FAILURES = 5;
const MOST_UNSEEN = 3;

export function riskOf(facts: RiskFacts): Risk {
  const found = factsOf(facts);
  const score = found.reduce((sum, { points }) => sum + points, 0);
  const level = score >= RISK_LEVELS.high ? 'high' : score >= RISK_LEVELS.medium ? 'medium' : 'low';
  return { score, level, facts: found };
}

function factsOf(facts: RiskFacts): readonly RiskFact[] {
  const { doing, failures, migrations, refusals, unseen, wayBack, closed } = facts;
  const list: RiskFact[] = [];
  const add = (fact: RiskFact['fact'], found: string, source: string, times = 1): void => {
    list.push({ fact, points: RISK_POINTS[fact].points * times, found, source });
  };
  if (facts.last) add('last-environment', `no environment comes after ${facts.environment}`, 'shiplock.yaml');
  switch (doing.kind) {
    case 'release':
      add('release', 'built anew', 'the record');
      break;
    case 'promotion':
      add('promotion', `as it serves ${doing.from}`, 'the record');
      break;
    case 'migration':
      add(`migration-${doing.phase}`, idsText(migrations), 'headers of the migrations');
      break;
    case 'runbook':
      add(`runbook-${doing.severity}`, doing.runbook, 'severity of the runbook');
      break;
  }
  const brings = doing.kind === 'release' || doing.kind === 'promotion';
  if (brings && migrations.length > 0) add('brings-migrations', idsText(migrations), 'release.json');
  if (wayBack !== null && wayBack.answer !== 'yes') {
    const { version, schema, answer } = wayBack;
    const fact = answer === 'no' ? 'no-way-back' : 'way-back-unknown';
    add(fact, `${version} on schema ${schema}: ${answer}`, 'ledger');
  }
  if (facts.first) add('first-release', `nothing serves ${facts.environment}`, 'record of the environment');
  if (facts.tried === null) add('untried', 'no run that came through with it', 'journals');
  if (failures.runs.length > 0) {
    const words = `${failures.runs.length} of the last ${failures.of}: ${failures.runs.join(', ')}`;
    add('recent-failures', words, 'journals', Math.min(failures.runs.length, MOST_FAILURES));
  }
  if (refusals.length > 0) add('refused', refusals.join('; '), 'plan');
  if (unseen.length > 0) add('unseen', unseen.join('; '), 'plan', Math.min(unseen.length, MOST_UNSEEN));
  if (closed !== null) add('closed-hours', closed, 'policy');
  return list;
}

function idsText(ids: readonly string[]): string {
  return ids.length === 0 ? 'none is pending' : ids.join(', ');
}
