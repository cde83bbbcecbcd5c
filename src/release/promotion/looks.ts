import { type ResolvedEnvironment, resolveEnvironment } from '../../config/index.ts';
import { askPrometheus } from '../../metrics/index.ts';
import { type Problem, problemsOf, unwrap } from '../../model/problem.ts';
import type { BudgetRule, ParityRule } from '../../model/promotion.ts';
import { formatDuration, formatShare } from '../../model/scalars.ts';
import { type ConditionLook, httpClient, readRun } from '../../procedure/index.ts';
import type { Service } from '../door.ts';
import { readEnvironmentRecord } from '../record.ts';
import { budgetOf, budgetText } from './budget.ts';
import type { Promotion, PromotionLooks } from './gates.ts';
import {
  type ParityFacts,
  parityReport,
  parityText,
  replicaFacts,
  replicasOf,
  reportHash,
  reportJson,
  settingsOf,
} from './parity.ts';
import { servedIn } from './soak.ts';
import { verdictOf, verdictText } from './verdict.ts';

/** The looks behind the gates of a promotion. Each only looks; what it cannot see it says, and nothing passes because of it. */
export function promotionLooks(environment: ResolvedEnvironment, service: Service): PromotionLooks {
  const { store, clock } = service;
  const name = environment.service;
  return {
    verdict: (promotion) => ({
      look: async () => {
        const verdict = verdictOf(await readRun(store, promotion.run));
        return verdictLook(promotion, verdict);
      },
    }),
    soak: (promotion) => ({
      look: async () => {
        const history = await readEnvironmentRecord(store, promotion.from, name);
        return soakLook(promotion, servedIn(history, promotion.version, clock.now()));
      },
    }),
    budget: (promotion) => ({
      look: async ({ signal }) => {
        const rule = promotion.rules?.budget ?? null;
        if (rule === null) throw new TypeError('a gate for a budget has a rule');
        const options = { url: rule.url, timeoutMs: rule.timeoutMs, clock, http: httpClient };
        const [total, bad] = await Promise.all([
          askPrometheus(options, rule.total, signal),
          askPrometheus(options, rule.bad, signal),
        ]);
        return budgetLook(environment.environment, rule, budgetOf(rule, total, bad));
      },
    }),
    parity: (promotion) => ({
      look: async () => {
        const rule = promotion.rules?.parity ?? null;
        if (rule === null) throw new TypeError('a gate for a parity report has a rule');
        const there = unwrap(resolveEnvironment(service.config, promotion.from, { baseDir: service.baseDir }));
        return parityLook(await reportOf(there, environment, rule, service));
      },
    }),
  };
}

/** The report of two environments as they are configured and as their databases answer. */
export async function reportOf(
  there: ResolvedEnvironment,
  here: ResolvedEnvironment,
  rule: ParityRule,
  service: Service,
) {
  const replicas = replicaFacts(replicasOf(there), replicasOf(here), rule);
  const [one, other] = await Promise.all([databaseFacts(there, service, 'now'), databaseFacts(here, service, 'after')]);
  return parityReport({
    from: there.environment,
    to: here.environment,
    there: { ...settingsOf(there), ...replicas.there, ...one },
    here: { ...settingsOf(here), ...replicas.here, ...other },
    rule,
    today: new Date(service.clock.now()).toISOString().slice(0, 10),
  });
}

/** @param when `after`: with the migrations that the release brings */
async function databaseFacts(
  environment: ResolvedEnvironment,
  { secrets }: Service,
  when: 'now' | 'after',
): Promise<ParityFacts> {
  const settings = environment.database;
  if (settings === null) return {};
  try {
    const { dsn, connectTimeoutMs } = settings;
    const { openDatabase, pendingMigrations, readMigrations, schemaAfter, schemaState } = await import(
      '../../migrate/index.ts'
    );
    const { server, applied } = await openDatabase({ dsn, secrets, connectTimeoutMs, queryTimeoutMs: 10_000 }).look();
    const pending =
      when === 'now' ? [] : unwrap(pendingMigrations(applied, await readMigrations(settings.migrations))).apply;
    return {
      'database.family': server.family,
      'database.version': server.version,
      'database.schema': when === 'now' ? schemaState(applied) : schemaAfter(applied, pending),
    };
  } catch (error) {
    // An answer too: a difference that somebody mends, or answers for.
    const why = problemsOf(error, 'database')[0]?.found ?? '';
    return { 'database.version': `not known in ${environment.environment}: ${why}` };
  }
}

/** Pure. */
export function verdictLook(promotion: Promotion, verdict: ReturnType<typeof verdictOf>): ConditionLook {
  const { from, version, run, rules } = promotion;
  const where = `${version} in ${from}, run ${run}`;
  const found = verdictText(verdict);
  const about = { from, version, run };
  if (verdict.outcome !== 'done') {
    const expected = 'a run that went to its end';
    return { about, found, unmet: [problem('gate.not-proven', where, found, expected, `release it in ${from} again`)] };
  }
  const judged = verdict.shares.length > 0 && verdict.shares.every((share) => share.verdict === 'not-worse');
  if (rules?.verdict !== 'not-worse' || judged) return { about, found, unmet: [] };
  return {
    about,
    found,
    unmet: [
      problem(
        'gate.no-verdict',
        where,
        found,
        'each share of traffic judged, and not worse',
        `release it in ${from} with enough traffic for a verdict`,
      ),
    ],
  };
}

/** Pure. */
export function soakLook(promotion: Promotion, served: ReturnType<typeof servedIn>): ConditionLook {
  const { from, version, run, rules } = promotion;
  const wanted = rules?.soakMs ?? 0;
  const where = `${version} in ${from}`;
  // To the second: what changes with each look is nothing that anybody wants to read.
  const text = formatDuration(Math.floor(served.ms / 1000) * 1000);
  const about = { from, version, run, soakMs: wanted };
  if (!served.stands) {
    const found = 'it was taken back there';
    const expected = `${formatDuration(wanted)} without being taken back`;
    return {
      about,
      found,
      unmet: [problem('gate.taken-back', where, found, expected, `release a mended version in ${from}`)],
    };
  }
  const found = `it ${served.now ? 'has served' : 'served'} ${from} for ${text}`;
  if (served.ms >= wanted) return { about, found, unmet: [] };
  const left = formatDuration(Math.ceil((wanted - served.ms) / 1000) * 1000);
  const remedy = served.now ? `resume in ${left}` : `another version serves ${from} now: promote that one, later`;
  return { about, found, unmet: [problem('gate.soaking', where, found, formatDuration(wanted), remedy)] };
}

/** Pure. */
export function budgetLook(environment: string, rule: BudgetRule, budget: ReturnType<typeof budgetOf>): ConditionLook {
  const found = budgetText(budget, rule);
  const about = { environment, total: rule.total, bad: rule.bad };
  const where = `${environment}: ${rule.url}`;
  const expected = `at least ${formatShare(rule.left)} of the error budget`;
  if (budget.kind === 'unknown') {
    const remedy = 'see why Prometheus does not answer; what nobody knows lets nothing pass';
    return { about, found, unmet: [problem('gate.budget-unknown', where, found, expected, remedy)] };
  }
  if (budget.left >= rule.left) return { about, found, unmet: [] };
  const remedy = 'make it more reliable first; the budget comes back as the window moves on';
  return { about, found, unmet: [problem('gate.budget-used', where, found, expected, remedy)] };
}

/** Pure. */
export function parityLook(report: ReturnType<typeof parityReport>): ConditionLook {
  const open = report.differences.filter(({ waiver }) => waiver === null);
  const { from, to } = report;
  return {
    // The whole report: what somebody lets pass is this one, and no other.
    about: { report: reportJson(report), hash: reportHash(report) },
    found: parityText(report),
    unmet: open.map(({ key, there, here }) =>
      problem(
        'gate.differs',
        `${to}: ${key}`,
        here ?? 'none',
        `${there ?? 'none'}, as in ${from}`,
        'make them the same, or have somebody answer for it: `parity.waivers` with owner, reason and date',
      ),
    ),
  };
}

function problem(code: string, where: string, found: string, expected: string, remedy: string): Problem {
  return { code, where, found, expected, remedy };
}
