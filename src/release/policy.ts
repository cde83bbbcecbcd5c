import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { type Config, loadConfig, type ResolvedEnvironment, resolveEnvironment } from '../config/index.ts';
import type { GateRules, Person, Policy, PolicySource } from '../model/people.ts';
import { type Problem, ProblemError } from '../model/problem.ts';
import { replaceFile } from '../procedure/store.ts';
import { type GateRulesConfig, gateRulesConfig } from './config.ts';
import type { Service } from './door.ts';
import { type Fetched, fetchPolicy, unreadable } from './policy-fetch.ts';
import { type PolicyPlace, policyPlace } from './policy-place.ts';

/** Policies count only as they stand on the protected branch: a local edit or another branch changes nothing. */

const copySchema = z.strictObject({ place: z.string(), commit: z.string(), text: z.string() });

export interface PolicyReading {
  /** Keep a copy for break-glass; a command that only looks keeps none. */
  readonly keep?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The policy of an environment, read now. Null: there is none, and nobody is checked. Throws a ProblemError when there is one that cannot
 * be read, or when shiplock.yaml here leads the environment to another place than the protected branch does.
 */
export async function readPolicy(
  service: Service,
  environment: ResolvedEnvironment,
  how: PolicyReading = {},
): Promise<Policy | null> {
  const place = await policyPlace(service);
  if (place === null) return null;
  const { door } = service;
  const { fetched, breakGlass } = await fetchOrCopy(service, place, door.breakGlass, how);
  const source: PolicySource = {
    place: `${place.address} ${fetched.branch}:${place.file}`,
    commit: fetched.commit,
    pinned: place.pinned,
    ...(breakGlass === undefined ? {} : { breakGlass }),
  };
  const config = loadConfig(fetched.text, { file: `${place.file}@${fetched.commit.slice(0, 8)}` });
  if (!config.ok) throw new ProblemError([...unreadable(place, 'a file with mistakes').problems, ...config.problems]);
  if (config.value.service.people === undefined) return null;
  checkPlace(service, config.value, environment, source);
  return policyOf(config.value, environment.environment, source);
}

/** Persons and rules of one environment. Pure. */
export function policyOf(config: Config, environment: string, source: PolicySource): Policy {
  const { people = {}, policy, roles } = config.service;
  return {
    environment,
    source,
    rules: rulesOf(policy?.environments[environment] ?? gateRulesConfig.parse({})),
    people: Object.entries(people).map(
      ([id, person]): Person => ({
        id,
        account: person.account ?? null,
        emails: person.emails,
        keys: person.keys,
        roles: [
          ...person.roles,
          ...(person.rolesIn[environment] ?? []),
          ...Object.keys(roles).filter((role) => roles[role]?.includes(id)),
        ],
      }),
    ),
  };
}

function rulesOf({ approval, override, windows, ...rules }: GateRulesConfig): GateRules {
  return { ...rules, approval: approval ?? null, override: override ?? null, windows: windows ?? null };
}

async function fetchOrCopy(
  service: Service,
  place: PolicyPlace,
  breakGlass: string | undefined,
  how: PolicyReading,
): Promise<{ readonly fetched: Fetched; readonly breakGlass: string | undefined }> {
  const copy = place.copy ?? join(service.store, 'policy', `${service.config.service.service}.json`);
  try {
    const fetched = await fetchPolicy(service, place, how.signal);
    if (place.copy === null && how.keep === true) await keepCopy(copy, place, fetched);
    return { fetched, breakGlass: undefined };
  } catch (error) {
    if (breakGlass === undefined) throw error;
    const fetched = await readCopy(copy, place);
    if (fetched === undefined) throw error;
    return { fetched, breakGlass };
  }
}

async function keepCopy(path: string, place: PolicyPlace, { commit, text }: Fetched): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await replaceFile(path, `${JSON.stringify({ place: place.address, commit, text })}\n`);
}

async function readCopy(path: string, place: PolicyPlace): Promise<Fetched | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const branch = place.branch ?? '(copy)';
  // An administrator keeps the file itself; our own copy knows its commit.
  if (place.copy !== null) return { commit: `copy ${path}`, branch, text };
  try {
    const copy = copySchema.parse(JSON.parse(text));
    return copy.place === place.address ? { commit: copy.commit, branch, text: copy.text } : undefined;
  } catch {
    return undefined;
  }
}

/** Which hosts, and by which keys they are known. */
function hostsText(platform: ResolvedEnvironment['platform']): string {
  if (platform.kind === 'kubernetes') {
    // Which cluster a context means stands in the kubeconfig of each machine: that is not protected here.
    const { namespace, rollout, container, application, argocdNamespace } = platform;
    return `${namespace}/${rollout} (${container}), brought by ${argocdNamespace}/${application}`;
  }
  if (platform.kind === 'local') return (platform.hosts ?? []).join(', ');
  const hosts = platform.hosts.map(({ name, user, address, port }) => `${name}=${user}@${address}:${port}`);
  return `${hosts.join(', ')} below ${platform.hostRoot}, known by ${platform.knownHosts}`;
}

/**
 * An environment is what its name stands for on the protected branch: the same hosts, database, GitOps place and role at its gates. Where that
 * branch demands the checkpoint of a rolling release, no other commit can leave it out or ask less at it.
 */
function checkPlace(service: Service, theirs: Config, here: ResolvedEnvironment, source: PolicySource): void {
  const name = here.environment;
  const there = resolveEnvironment(theirs, name, { baseDir: service.baseDir });
  if (!there.ok) throw new ProblemError(unknownEnvironment(name, source));
  const rolls = there.value.rollout.strategy === 'rolling';
  const places = (one: ResolvedEnvironment): Readonly<Record<string, string>> => ({
    service: one.service,
    'platform.root': one.platform.kind === 'kubernetes' ? '' : one.platform.root,
    'platform.hosts': hostsText(one.platform),
    'rollout.rolling.inspection': rolls ? JSON.stringify(one.rollout.rolling?.inspection ?? null) : '',
    'traffic.directory': one.traffic.kind === 'argo-rollouts' ? '' : one.traffic.directory,
    'traffic.bind': one.traffic.kind === 'argo-rollouts' ? one.traffic.entry : one.traffic.bind,
    'database.dsn': JSON.stringify(one.database?.dsn ?? null),
    'rollout.role': one.rollout.role,
    gitops: JSON.stringify(one.gitops === null ? null : { ...one.gitops, author: null, signingKey: null }),
  });
  const [mine, protectedOnes] = [places(here), places(there.value)];
  const differs = Object.keys(mine).find((key) => mine[key] !== protectedOnes[key]);
  if (differs === undefined) return;
  throw new ProblemError({
    code: 'policy.place-differs',
    where: `${service.configFile}: ${name}, ${differs}`,
    found: mine[differs] ?? '',
    expected: `${protectedOnes[differs] ?? ''}, as ${source.place} has it`,
    remedy: 'merge the change into the protected branch first: the policy protects the place, not the name',
  });
}

function unknownEnvironment(name: string, source: PolicySource): Problem {
  return {
    code: 'policy.unknown-environment',
    where: name,
    found: 'an environment that is only in the shiplock.yaml here',
    expected: `an environment of ${source.place}`,
    remedy: 'merge it into the protected branch first',
  };
}
