import { z } from 'zod';
import type { BranchRules, ForgeRules, RequiredCheck, SaidOfCommit } from '../model/forge.ts';
import type { Connection } from './connection.ts';
import { ForgeError } from './failure.ts';

/** What guards a branch, and what was said of a commit. */

const ruleSchema = z.object({
  type: z.string(),
  parameters: z.record(z.string(), z.unknown()).optional(),
  ruleset_id: z.number().optional(),
});
export type Rule = Readonly<z.infer<typeof ruleSchema>>;

const requiredSchema = z.object({
  required_status_checks: z.array(z.object({ context: z.string(), integration_id: z.number().optional() })),
});
const reviewsSchema = z.object({ required_approving_review_count: z.number() });

const bypassSchema = z.array(
  z.object({ actor_type: z.string(), actor_id: z.number().nullish(), bypass_mode: z.string().optional() }),
);
const rulesetSchema = z.object({ bypass_actors: bypassSchema.optional() });

const enabled = z.object({ enabled: z.boolean() }).optional();
const protectionSchema = z.object({
  required_status_checks: z
    .object({ checks: z.array(z.object({ context: z.string(), app_id: z.number().nullish() })) })
    .optional(),
  required_pull_request_reviews: z.object({ required_approving_review_count: z.number().optional() }).optional(),
  allow_force_pushes: enabled,
  allow_deletions: enabled,
  restrictions: z.unknown().optional(),
});
export type Protection = Readonly<z.infer<typeof protectionSchema>>;

/** `none`: there is no classic protection; `unknown`: we may not see it. */
export type SeenProtection = Protection | 'none' | 'unknown';

/** Rules of all rulesets that apply, and the classic protection beside them: the stricter one holds. Pure. */
export function branchRules(
  rules: readonly Rule[],
  protection: SeenProtection,
  bypass: BranchRules['bypass'],
): BranchRules {
  const has = (type: string): boolean => rules.some((rule) => rule.type === type);
  const seen = typeof protection === 'string' ? undefined : protection;
  const state = (
    byRule: boolean,
    allowed: { readonly enabled: boolean } | undefined,
  ): 'refused' | 'allowed' | 'unknown' => {
    if (byRule || (seen !== undefined && allowed?.enabled !== true)) return 'refused';
    return protection === 'unknown' ? 'unknown' : 'allowed';
  };
  return {
    requiredChecks: unique([...rules.flatMap(checksIn), ...checksOf(seen)]),
    approvals: Math.max(
      0,
      seen?.required_pull_request_reviews?.required_approving_review_count ?? 0,
      ...rules.map(approvalsIn),
    ),
    forcePushes: state(has('non_fast_forward'), seen?.allow_force_pushes),
    deletions: state(has('deletion'), seen?.allow_deletions),
    updates:
      has('update') || seen?.restrictions !== undefined ? 'restricted' : protection === 'unknown' ? 'unknown' : 'open',
    bypass,
  };
}

function checksIn({ type, parameters }: Rule): readonly RequiredCheck[] {
  if (type !== 'required_status_checks') return [];
  const parsed = requiredSchema.safeParse(parameters);
  if (!parsed.success) return [];
  return parsed.data.required_status_checks.map(({ context, integration_id }) => ({
    name: context,
    app: integration_id ?? null,
  }));
}

function checksOf(protection: Protection | undefined): readonly RequiredCheck[] {
  return (protection?.required_status_checks?.checks ?? []).map(({ context, app_id }) => ({
    name: context,
    // The forge writes "any App" as nothing or as -1.
    app: app_id === -1 ? null : (app_id ?? null),
  }));
}

function approvalsIn({ type, parameters }: Rule): number {
  const parsed = reviewsSchema.safeParse(parameters);
  return type === 'pull_request' && parsed.success ? parsed.data.required_approving_review_count : 0;
}

function unique(checks: readonly RequiredCheck[]): readonly RequiredCheck[] {
  return [...new Map(checks.map((one) => [`${one.app}/${one.name}`, one])).values()];
}

/** Which of the required checks are not good on a commit. Pure; one that nobody has said anything of is missing. */
export function notGood(required: readonly RequiredCheck[], said: readonly SaidOfCommit[]): readonly Missing[] {
  return required.flatMap((check): readonly Missing[] => {
    const about = said.filter(({ name, app }) => name === check.name && (check.app === null || app === check.app));
    if (about.some(({ state }) => state === 'bad')) return [{ check, state: 'bad' }];
    if (about.some(({ state }) => state === 'pending')) return [{ check, state: 'pending' }];
    return about.length === 0 ? [{ check, state: 'missing' }] : [];
  });
}

export interface Missing {
  readonly check: RequiredCheck;
  readonly state: 'missing' | 'pending' | 'bad';
}

const statusSchema = z.object({ context: z.string(), state: z.string() });
const checkRunSchema = z.object({
  name: z.string(),
  status: z.string(),
  conclusion: z.string().nullable(),
  app: z.object({ id: z.number() }).nullable(),
});
const GOOD = new Set(['success', 'neutral', 'skipped']);

export function forgeRules(connection: Connection): ForgeRules {
  const protectionOf = async (branch: string): Promise<SeenProtection> => {
    try {
      return await connection.get(
        'GET /repos/{owner}/{repo}/branches/{branch}/protection',
        { branch },
        protectionSchema,
      );
    } catch (error) {
      if (!(error instanceof ForgeError)) throw error;
      if (error.status === 404 && /not protected/i.test(error.said)) return 'none';
      if (error.status === 403 || error.status === 404) return 'unknown';
      throw error;
    }
  };

  const bypassOf = async (rules: readonly Rule[]): Promise<BranchRules['bypass']> => {
    const ids = [...new Set(rules.flatMap(({ ruleset_id }) => (ruleset_id === undefined ? [] : [ruleset_id])))];
    const found: { kind: string; id: number | null; always: boolean }[] = [];
    for (const id of ids) {
      const ruleset = await connection.find(
        'GET /repos/{owner}/{repo}/rulesets/{ruleset_id}',
        { ruleset_id: id },
        rulesetSchema,
      );
      if (ruleset?.bypass_actors === undefined) return 'unknown';
      found.push(
        ...ruleset.bypass_actors.map(({ actor_type, actor_id, bypass_mode }) => ({
          kind: actor_type,
          id: actor_id ?? null,
          always: bypass_mode !== 'pull_request',
        })),
      );
    }
    return found;
  };

  return {
    async branch(name) {
      const rules = await connection.list(
        'GET /repos/{owner}/{repo}/rules/branches/{branch}',
        { branch: name },
        ruleSchema,
      );
      return branchRules(rules, await protectionOf(name), await bypassOf(rules));
    },
    async saidOf(commit) {
      const statuses = await connection.list(
        'GET /repos/{owner}/{repo}/commits/{ref}/status',
        { ref: commit },
        statusSchema,
        { under: 'statuses' },
      );
      const runs = await connection.list(
        'GET /repos/{owner}/{repo}/commits/{ref}/check-runs',
        { ref: commit },
        checkRunSchema,
        { under: 'check_runs' },
      );
      return [
        ...statuses.map(
          ({ context, state }): SaidOfCommit => ({
            name: context,
            app: null,
            state: state === 'success' ? 'good' : state === 'pending' ? 'pending' : 'bad',
          }),
        ),
        ...runs.map(
          ({ name, status, conclusion, app }): SaidOfCommit => ({
            name,
            app: app?.id ?? null,
            state: status !== 'completed' ? 'pending' : GOOD.has(conclusion ?? '') ? 'good' : 'bad',
          }),
        ),
      ];
    },
  };
}
