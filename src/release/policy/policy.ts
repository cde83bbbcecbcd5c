import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { Trust } from '../../build/attest/verify.ts';
import { type Config, loadConfig, type ResolvedEnvironment, resolveEnvironment } from '../../config/index.ts';
import type { GateRules, Person, Policy, PolicySource } from '../../model/people.ts';
import { type Problem, ProblemError, unwrap } from '../../model/problem.ts';
import { replaceFile } from '../../procedure/store.ts';
import { trustOf } from '../attest/trust.ts';
import { type GateRulesConfig, gateRulesConfig } from '../config.ts';
import type { Service } from '../door.ts';
import { promotionRules } from '../promotion/rules.ts';
import { type Fetched, fetchPolicy, unreadable } from './fetch.ts';
import { type PolicyPlace, policyPlace } from './place.ts';

/** Policies count only as they stand on the protected branch: a local edit or another branch changes nothing. */

const copySchema = z.strictObject({
  place: z.string(),
  commit: z.string(),
  text: z.string(),
  files: z.record(z.string(), z.string()).default({}),
});

export interface PolicyReading {
  /** Keep a copy for break-glass; a command that only looks keeps none. */
  readonly keep?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What the protected branch demands of an environment. */
export interface ProtectedRules {
  /** Persons and gates; null: nobody is checked. */
  readonly policy: Policy | null;
  /** Whose attestations count; null: none is asked for. */
  readonly trust: Trust | null;
}

/** The policy of an environment alone, as `readRules` has it. */
export async function readPolicy(
  service: Service,
  environment: ResolvedEnvironment,
  how: PolicyReading = {},
): Promise<Policy | null> {
  return policyIn(service, environment, await readProtected(service, how));
}

/** The policy in what was read of the protected branch; null where nobody is checked. Throws where the environment means another place here. */
export async function policyIn(
  service: Service,
  environment: ResolvedEnvironment,
  read: ProtectedConfig | null,
): Promise<Policy | null> {
  if (read === null || read.config.service.people === undefined) return null;
  const { config, source, fetched } = read;
  checkPlace(service, config, environment, source);
  const policy = policyOf(config, environment.environment, source);
  const { calendars = [] } = windowsOf(config, environment.environment);
  return withCalendars(policy, calendars, fetched, service.clock.now());
}

/** The policy of an environment, and the keys that it trusts, read now. Throws as `readPolicy` does. */
export async function readRules(
  service: Service,
  environment: ResolvedEnvironment,
  how: PolicyReading = {},
): Promise<ProtectedRules> {
  return rulesIn(service, environment, await readProtected(service, how));
}

/** The same in what was read already. */
export async function rulesIn(
  service: Service,
  environment: ResolvedEnvironment,
  read: ProtectedConfig | null,
): Promise<ProtectedRules> {
  const trust = read === null ? null : trustOf(read.config, environment.environment);
  return { policy: await policyIn(service, environment, read), trust };
}

/** The configuration as the protected branch has it. */
export interface ProtectedConfig {
  readonly config: Config;
  readonly source: PolicySource;
  readonly fetched: Fetched;
}

/** Read now; null where no branch is named. Throws a ProblemError when it cannot be read. */
export async function readProtected(service: Service, how: PolicyReading = {}): Promise<ProtectedConfig | null> {
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
  return { config: config.value, source, fetched };
}

/** Persons and rules of one environment. Pure. */
export function policyOf(config: Config, environment: string, source: PolicySource): Policy {
  const { people = {}, policy, roles } = config.service;
  const chat = policy?.environments[environment]?.chat;
  return {
    ...(chat === undefined ? {} : { chat }),
    environment,
    source,
    rules: rulesOf(policy?.environments[environment] ?? gateRulesConfig.parse({}), config.service.objectives),
    quarantine: policy?.quarantine ?? null,
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

function rulesOf(
  {
    approval,
    override,
    windows,
    promotion,
    chat: _,
    provenance: __,
    scan: ___,
    changes: ____,
    ...rules
  }: GateRulesConfig,
  objectives: Config['service']['objectives'],
): GateRules {
  return {
    ...rules,
    approval: approval ?? null,
    override: override ?? null,
    windows: windows === undefined ? null : closedWindows(windows),
    promotion: promotion === undefined ? null : promotionRules(promotion, objectives),
  };
}

function closedWindows({
  timeZone,
  open,
  freezes,
  holidays,
}: NonNullable<GateRulesConfig['windows']>): NonNullable<GateRules['windows']> {
  const days = holidays.map(({ date, why }) => ({ from: `${date}T00:00`, until: `${dayAfter(date)}T00:00`, why }));
  return { timeZone, open, freezes: [...freezes, ...days], closures: [] };
}

function dayAfter(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);
}

const DAY_MS = 86_400_000;
/** How far around now calendars are read: a run asks for the time only while it waits to begin, and reads them anew each time. */
const AROUND_MS = 60 * DAY_MS;

function windowsOf(config: Config, environment: string): { readonly calendars?: readonly string[] } {
  return config.service.policy?.environments[environment]?.windows ?? {};
}

/** Every calendar that the file names: those of other environments are kept in the copy too. */
function calendarsIn(text: string, file: string): readonly string[] {
  const config = loadConfig(text, { file });
  if (!config.ok) return [];
  const all = Object.values(config.value.service.policy?.environments ?? {});
  return [...new Set(all.flatMap(({ windows }) => windows?.calendars ?? []))];
}

async function withCalendars(
  policy: Policy,
  calendars: readonly string[],
  { files }: Fetched,
  now: number,
): Promise<Policy> {
  const { windows } = policy.rules;
  if (windows === null || calendars.length === 0) return policy;
  // Most policies name no calendar, and its reader is large.
  const { closuresOf } = await import('../../procedure/gate/calendar.ts');
  const closures = calendars.flatMap((file) => {
    const text = files[file];
    if (text === undefined) throw new ProblemError(noCalendar(file, policy.source));
    const question = { file, timeZone: windows.timeZone, from: now - DAY_MS, until: now + AROUND_MS };
    return unwrap(closuresOf(text, question));
  });
  return { ...policy, rules: { ...policy.rules, windows: { ...windows, closures } } };
}

function noCalendar(file: string, { place }: PolicySource): Problem {
  return {
    code: 'policy.calendar-missing',
    where: file,
    found: `a calendar that is not beside the policy of ${place}`,
    expected: 'each calendar of `windows.calendars`',
    remedy: 'read it on its protected branch; a copy that an administrator keeps has none',
  };
}

async function fetchOrCopy(
  service: Service,
  place: PolicyPlace,
  breakGlass: string | undefined,
  how: PolicyReading,
): Promise<{ readonly fetched: Fetched; readonly breakGlass: string | undefined }> {
  const copy = place.copy ?? join(service.store, 'policy', `${service.config.service.service}.json`);
  try {
    const fetched = await fetchPolicy(service, place, how.signal, (text) => calendarsIn(text, place.file));
    if (place.copy === null && how.keep === true) await keepCopy(copy, place, fetched);
    return { fetched, breakGlass: undefined };
  } catch (error) {
    if (breakGlass === undefined) throw error;
    const fetched = await readCopy(copy, place);
    if (fetched === undefined) throw error;
    return { fetched, breakGlass };
  }
}

async function keepCopy(path: string, place: PolicyPlace, { commit, text, files }: Fetched): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await replaceFile(path, `${JSON.stringify({ place: place.address, commit, text, files })}\n`);
}

async function readCopy(path: string, place: PolicyPlace): Promise<Fetched | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const branch = place.branch ?? '(copy)';
  // An administrator keeps the file itself; our own copy knows its commit.
  if (place.copy !== null) return { commit: `copy ${path}`, branch, text, files: {} };
  try {
    const copy = copySchema.parse(JSON.parse(text));
    const { commit, files } = copy;
    return copy.place === place.address ? { commit, branch, text: copy.text, files } : undefined;
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
export function checkPlace(service: Service, theirs: Config, here: ResolvedEnvironment, source: PolicySource): void {
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
    'database.reset': JSON.stringify(one.database?.reset ?? null),
    'rollout.role': one.rollout.role,
    gitops: JSON.stringify(one.gitops === null ? null : { ...one.gitops, author: null, signingKey: null }),
    'promotion.from': one.promotion?.from ?? '',
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
