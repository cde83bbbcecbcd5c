import { createHash } from 'node:crypto';
import { formatDuration } from '../model/scalars.ts';
import type { ToldAlert } from './message.ts';

/** Which runbook an alert starts, if any: a pure function of the alert, the allow list, what was started before, and the time. */

/** What a rule gives to an input: a text, or the value of a label. */
export type RuleInput = string | { readonly label: string };

export interface AlertRule {
  readonly name: string;
  /** Label → value; all of them. */
  readonly match: Readonly<Record<string, string>>;
  readonly runbook: string;
  readonly inputs: Readonly<Record<string, RuleInput>>;
  readonly cooldownMs: number;
  readonly maxPerHour: number;
}

/** A start that was decided. It is durable before anything is done, and before whoever told the alert gets an answer. */
export interface Start {
  /** Name of the run: it follows from the rule and the alert, so the same alert never makes a second one. */
  readonly run: string;
  readonly rule: string;
  readonly alertname: string;
  readonly fingerprint: string;
  readonly startsAt: number;
  readonly runbook: string;
  readonly texts: Readonly<Record<string, string>>;
  /** When it was decided, milliseconds since 1970. */
  readonly at: number;
}

/** `begun`: the outcome of a run that began. `not-begun`: nothing was changed, and the same alert may start it another time. */
export interface Ended {
  readonly kind: 'begun' | 'not-begun';
  /** Outcome of the run, or the code of the problem. */
  readonly outcome: string;
  readonly at: number;
}

/** Null: under way, or still to be begun. */
export type PastStart = Start & { readonly ended: Ended | null };

export type Reason = 'resolved' | 'no-rule' | 'started-before' | 'cooling-down' | 'too-many' | 'no-label' | 'bad-label';

export type Decision =
  | { readonly kind: 'start'; readonly start: Start }
  | { readonly kind: 'leave'; readonly reason: Reason; readonly rule: string | null; readonly words: string };

const HOUR_MS = 3_600_000;
/** Longest value of a label that becomes an input. */
const MOST_CHARACTERS = 200;

/**
 * The first rule that fits decides. What was not begun counts for nothing.
 * @param past all starts of this environment that are remembered
 */
export function decide(
  alert: ToldAlert,
  rules: readonly AlertRule[],
  past: readonly PastStart[],
  now: number,
): Decision {
  const leave = (reason: Reason, words: string, rule: AlertRule | null = null): Decision => ({
    ...{ kind: 'leave', reason, words },
    rule: rule?.name ?? null,
  });
  if (!alert.firing) return leave('resolved', 'it is over');
  const rule = rules.find(({ match }) => Object.entries(match).every(([name, value]) => alert.labels[name] === value));
  if (rule === undefined) return leave('no-rule', 'no rule is for it');
  const run = runOf(rule, alert);
  const counted = past.filter(({ ended }) => ended?.kind !== 'not-begun');
  if (counted.some((one) => one.run === run)) return leave('started-before', `it has started run ${run} before`, rule);
  const texts = textsOf(rule, alert);
  if (typeof texts === 'string')
    return leave(alert.labels[texts] === undefined ? 'no-label' : 'bad-label', texts, rule);
  const mine = counted.filter((one) => one.rule === rule.name);
  const cooling = mine.find((one) => sameTexts(one.texts, texts) && now - one.at < rule.cooldownMs);
  if (cooling !== undefined) {
    const rest = formatDuration(Math.max(1000, rule.cooldownMs - (now - cooling.at)));
    return leave('cooling-down', `run ${cooling.run} was started for the same; again in ${rest}`, rule);
  }
  const lately = mine.filter(({ at }) => now - at < HOUR_MS).length;
  if (lately >= rule.maxPerHour)
    return leave('too-many', `${lately} starts within an hour, at most ${rule.maxPerHour}`, rule);
  const { fingerprint, startsAt, labels } = alert;
  const { name, runbook } = rule;
  const about = { run, rule: name, alertname: labels['alertname'] ?? '', fingerprint, startsAt, runbook };
  return { kind: 'start', start: { ...about, texts, at: now } };
}

/** `20261123-011500-a3f2a9c0d`: sorts by the beginning of the alert, as the names of other runs do by theirs. Pure. */
function runOf({ name }: AlertRule, { fingerprint, startsAt }: ToldAlert): string {
  const time = new Date(startsAt).toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-');
  const digest = createHash('sha256')
    .update(JSON.stringify([name, fingerprint, startsAt]))
    .digest('hex');
  return `${time}-a${digest.slice(0, 8)}`;
}

/** Texts of the inputs, or the name of the label that is missing or cannot be one. */
function textsOf({ inputs }: AlertRule, { labels }: ToldAlert): Readonly<Record<string, string>> | string {
  const texts: Record<string, string> = {};
  for (const [name, from] of Object.entries(inputs)) {
    if (typeof from === 'string') {
      texts[name] = from;
      continue;
    }
    const value = labels[from.label];
    if (value === undefined || value === '' || value.length > MOST_CHARACTERS || /\p{Cc}/u.test(value))
      return from.label;
    texts[name] = value;
  }
  return texts;
}

function sameTexts(one: Start['texts'], other: Start['texts']): boolean {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}
