import type { ResolvedEnvironment } from '../../config/index.ts';
import type { Check, Checked } from '../../model/check.ts';
import type { BranchRules, Forge } from '../../model/forge.ts';
import { ProblemError } from '../../model/problem.ts';
import type { Service } from '../door.ts';
import { rulesetCommand } from '../manifests/forge-checks.ts';
import { callersAround } from './callers.ts';
import { type ForgePlace, placeAtForge } from './place.ts';
import type { CallingJob } from './read.ts';

/** What `shiplock doctor` looks at in the repository of the service at its forge: does each job of the callers find there what it needs? */

/** Secrets that our callers hand on, and the reference by which a configuration asks for each. */
const REFERENCES: Readonly<Record<string, string>> = {
  DATABASE_DSN: 'env:SHIPLOCK_DATABASE_DSN',
  APPLICATION_DSN: 'env:SHIPLOCK_APPLICATION_DSN',
};

/** What the jobs of an environment need of the forge. */
export interface Needs {
  /** Environments of the forge, and whether a job there must not wait for a person. */
  readonly environments: ReadonlyMap<string, { readonly waitsForNobody: boolean }>;
  /** Name → environment of the forge in which a job reads it; null: in none. */
  readonly secrets: readonly Needed[];
  readonly variables: readonly Needed[];
}

export interface Needed {
  readonly name: string;
  readonly environment: string | null;
}

interface Around {
  readonly environment: string;
  /** Secret references of the configuration. */
  readonly references: readonly string[];
  /** The policy names teams somewhere. */
  readonly teams: boolean;
}

/** Pure. */
export function needsOf(jobs: readonly CallingJob[], { environment, references, teams }: Around): Needs {
  const environments = new Map<string, { readonly waitsForNobody: boolean }>();
  const secrets = new Map<string, Needed>();
  const variables = new Map<string, Needed>();
  for (const job of jobs) {
    // An expression is chosen when the job is started: it can be any environment.
    if (job.environment !== null && job.environment !== environment && !job.environment.includes('${{')) continue;
    const place = placeOf(job, environment);
    if (place !== null) environments.set(place, { waitsForNobody: job.workflow === 'rollback' });
    for (const name of job.reads.secrets) {
      const reference = Object.hasOwn(REFERENCES, name) ? REFERENCES[name] : undefined;
      const needed = reference === undefined ? name !== 'SHIPLOCK_TOKEN' || teams : references.includes(reference);
      if (needed && name !== 'GITHUB_TOKEN') secrets.set(`${place} ${name}`, { name, environment: place });
    }
    for (const name of job.reads.variables) variables.set(`${place} ${name}`, { name, environment: place });
  }
  return { environments, secrets: [...secrets.values()], variables: [...variables.values()] };
}

/** As the reusable workflows name it. */
function placeOf({ workflow, forgeEnvironment }: CallingJob, environment: string): string | null {
  if (!['release', 'promote', 'migrate', 'rollback', 'runbook', 'data-reset'].includes(workflow)) return null;
  if (forgeEnvironment !== null && !forgeEnvironment.includes('${{')) return forgeEnvironment;
  return workflow === 'rollback' ? `${environment}-rollback` : environment;
}

/** Nothing where no workflow of the repository calls ours. */
export async function callerChecks(
  service: Service,
  environment: ResolvedEnvironment,
  references: readonly string[],
  eachMs: number,
): Promise<readonly Check[]> {
  const callers = await callersAround(service.baseDir);
  if (callers.length === 0) return [];
  const chats = Object.values(service.config.service.policy?.environments ?? {}).flatMap(({ chat }) => chat ?? []);
  const needs = needsOf(
    callers.flatMap(({ jobs }) => jobs),
    {
      environment: environment.environment,
      references,
      teams: chats.some(({ teams }) => Object.keys(teams).length > 0),
    },
  );
  const place = await placeAtForge(service);
  if (place.kind === 'unknown')
    return [{ id: 'forge.repository', title: 'Repository at the forge', look: async () => place.why }];
  return settingsChecks(place.at, needs, opened(service, place.at, eachMs));
}

type Open = () => Promise<Pick<Forge, 'rights' | 'rules' | 'settings'>>;

function opened({ clock }: Pick<Service, 'clock'>, { api, repository, token }: ForgePlace, eachMs: number): Open {
  const [owner = '', repo = ''] = repository.split('/');
  const patienceMs = Math.max(500, eachMs - 500);
  return async () => {
    const { openForge } = await import('../../forge/index.ts');
    const credentials = { kind: 'token', token } as const;
    // Not the time of one check: they share the answers, and the first that has its own is over then.
    const ports = { clock, random: Math.random, signal: AbortSignal.timeout(eachMs) };
    return openForge({ api, owner, repo, credentials, ports, patienceMs, answerMs: patienceMs });
  };
}

export function settingsChecks(at: ForgePlace, needs: Needs, open: Open): readonly Check[] {
  const { repository, branch } = at;
  const seen = once(async () => {
    const forge = await open();
    // What is not there, and what we may not see, get the same answer: this one tells them apart.
    await forge.rights.granted();
    return forge;
  });
  const lists = new Map<string, () => Promise<ReadonlySet<string>>>();
  const listOf = (kind: 'secrets' | 'variables', place: string | null) => {
    const key = `${kind} ${place}`;
    const known = lists.get(key) ?? once(async () => (await seen()).settings[kind](place));
    lists.set(key, known);
    return known;
  };
  const environments = once(async () => (await seen()).settings.environments());
  return [
    {
      id: 'forge.repository',
      title: `${repository} at ${at.api}`,
      look: async () => {
        await seen();
        return { state: 'ok', found: 'we may see it' };
      },
    },
    {
      id: 'forge.branch',
      title: `Rules of the branch ${branch} of ${repository}`,
      look: async () => branchAnswer(await (await seen()).rules.branch(branch), at),
    },
    ...[...needs.environments].map(
      ([name, wanted]): Check => ({
        id: 'forge.environment',
        title: `Environment ${name} of the forge`,
        look: () =>
          unlessHidden('environments', at, async () =>
            environmentAnswer({ name, ...wanted }, await environments(), at),
          ),
      }),
    ),
    ...needs.secrets.map((one) => namedCheck('secret', one, at, listOf('secrets', one.environment))),
    ...needs.variables.map((one) => namedCheck('variable', one, at, listOf('variables', one.environment))),
  ];
}

/** Asked once, by whoever is first. */
function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => {
    answer ??= ask();
    return answer;
  };
}

function namedCheck(
  kind: 'secret' | 'variable',
  { name, environment }: Needed,
  at: ForgePlace,
  list: () => Promise<ReadonlySet<string>>,
): Check {
  return {
    id: `forge.${kind}`,
    title: `The ${kind} ${name}${environment === null ? '' : `, in the environment ${environment}`}`,
    look: () =>
      unlessHidden(`${kind}s`, at, async () => {
        if ((await list()).has(name)) return { state: 'ok', found: 'there' };
        const to = environment === null ? '' : ` --env ${environment}`;
        return {
          state: 'failed',
          found: 'kept nowhere: the job would get an empty text',
          expected: `a ${kind} of ${environment === null ? '' : 'this environment, of '}the repository, or of its organisation`,
          mend: `gh ${kind} set ${name} --repo ${at.repository}${to}`,
        };
      }),
  };
}

/** Pure. */
export function environmentAnswer(
  { name, waitsForNobody }: { readonly name: string; readonly waitsForNobody: boolean },
  all: readonly { readonly name: string; readonly reviewed: boolean }[],
  { repository }: Pick<ForgePlace, 'repository'>,
): Checked {
  const path = `repos/${repository}/environments/${encodeURIComponent(name)}`;
  // GitHub takes names of environments without regard to case.
  const found = all.find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (found === undefined) {
    return {
      state: 'warning',
      found: 'not there; GitHub makes one without rules when a job first names it',
      expected: 'an environment that keeps the secrets of this place',
      mend: `gh api -X PUT ${path}`,
    };
  }
  if (waitsForNobody && found.reviewed) {
    return {
      state: 'failed',
      found: 'somebody must review each job, and a rollback would wait for them',
      expected: 'an environment without reviewers',
      mend: `echo '{"reviewers": null}' | gh api -X PUT ${path} --input -`,
    };
  }
  return { state: 'ok', found: found.reviewed ? 'there, with reviewers' : 'there' };
}

/** The policy is read from this branch: whoever rewrites it decides who may do what. Pure. */
export function branchAnswer(
  { forcePushes, deletions, approvals, requiredChecks }: BranchRules,
  at: Pick<ForgePlace, 'repository' | 'branch'>,
): Checked {
  const wanted = ['non_fast_forward', 'deletion', 'pull_request'];
  if (forcePushes === 'allowed' || deletions === 'allowed') {
    return {
      state: 'failed',
      found: forcePushes === 'allowed' ? 'its history may be rewritten' : 'it may be deleted',
      expected: 'a branch whose history nobody rewrites: comments mean what it holds, and a policy is read from it',
      mend: rulesetCommand(at, wanted),
    };
  }
  if (approvals === 0 && requiredChecks.length === 0) {
    return {
      state: 'warning',
      found: 'who may push may change it without anybody having looked: no review and no check is required',
      expected: 'a rule that requires reviews or checks',
      mend: rulesetCommand(at, wanted),
    };
  }
  if (forcePushes === 'unknown' || deletions === 'unknown') {
    return {
      state: 'warning',
      found: 'we may not see whether its history can be rewritten',
      expected: 'administration: read, which shows the protection of branches',
      mend: `gh api repos/${at.repository}/branches/${encodeURIComponent(at.branch)}/protection, by somebody who administers it`,
    };
  }
  return {
    state: 'ok',
    found: `no forced push, no deletion, ${approvals} approvals, ${requiredChecks.length} checks required`,
  };
}

/** What we may not see is not missing: a warning. */
async function unlessHidden(what: string, at: ForgePlace, look: () => Promise<Checked>): Promise<Checked> {
  try {
    return await look();
  } catch (error) {
    const [problem] = error instanceof ProblemError ? error.problems : [];
    if (problem?.code !== 'forge.forbidden') throw error;
    return {
      state: 'warning',
      found: `we may not see the ${what} (${problem.found})`,
      expected: problem.expected,
      mend: `ask somebody who may: GH_TOKEN=$(gh auth token) shiplock doctor, logged in as one who administers ${at.repository}`,
    };
  }
}
