import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { type Config, environmentNames, isInCluster, promotionOrder, resolveEnvironment } from '../../config/index.ts';
import { type Problem, ProblemError, unwrap } from '../../model/problem.ts';
import { isMissing } from '../../procedure/store.ts';
import { type PlannedFile, planned } from '../init/planned.ts';
import { readText } from '../init/write.ts';
import { type CallersOf, drawCallers } from './draw.ts';
import type { Pin } from './pin.ts';
import { type Caller, disagreements, readCaller, withPin } from './read.ts';
import { isUntouched } from './seal.ts';
import { testsOf } from './tests.ts';

/** The workflows of a service's repository that call ours: written once by `init`, kept current by `upgrade`. */

/** What flags say; what is left out has a usual value. */
export interface CallerWishes {
  readonly state?: string | undefined;
  readonly runner?: string | undefined;
  readonly branch?: string | undefined;
}

/** What `init` would write. Looks only. */
export async function planCallers(
  directory: string,
  config: Config,
  pin: Pin,
  wishes: CallerWishes,
): Promise<readonly PlannedFile[]> {
  const root = await repositoryRoot(directory);
  const of = callersOf(config, directory, root, {
    state: wishes.state ?? `/var/lib/shiplock/${config.service.service}`,
    runner: wishes.runner ?? 'self-hosted',
    branch: wishes.branch ?? (await defaultBranch(root)) ?? 'main',
  });
  return Promise.all(
    [...drawCallers(of, pin)].map(async ([name, text]) => {
      const path = join(workflowsOf(root), name);
      return planned(path, await readText(path), text);
    }),
  );
}

export interface Upgrade {
  readonly files: readonly UpgradedFile[];
  /** Callers that this version would write and that are not there. */
  readonly absent: readonly string[];
}

export interface UpgradedFile extends PlannedFile {
  /** `written`: nobody had changed it, so it is as this version writes it. `moved`: only its pins changed. */
  readonly how: 'same' | 'written' | 'moved';
}

/**
 * What `upgrade` would write. Looks only.
 * @throws ProblemError when nothing calls the repository, or when what somebody changed does not fit this version; nothing is written then
 */
export async function planUpgrade(directory: string, config: Config, pin: Pin): Promise<Upgrade> {
  const root = await repositoryRoot(directory);
  const found = await callersIn(root, pin.repository);
  if (found.length === 0) throw new ProblemError(noCallers(workflowsOf(root), pin.repository));
  const files: UpgradedFile[] = [];
  const problems: Problem[] = [];
  const drawn = new Set<string>();
  // A check needs neither a state directory nor a machine of its own; it is drawn again with what the others were written for.
  const told = found.find(({ state, runner }) => state !== null && runner !== null);
  for (const caller of found) {
    const again = redrawn(
      caller.state === null && told !== undefined ? { ...told, ...named(caller) } : caller,
      config,
      directory,
      root,
      pin,
    );
    for (const path of again.all) drawn.add(path);
    const moved = withPin(caller, pin);
    const after = again.text ?? moved;
    if (again.text === undefined) problems.push(...disagreements(caller));
    const how = after === caller.text ? 'same' : after === moved ? 'moved' : 'written';
    files.push({ ...planned(caller.path, caller.text, after), how });
  }
  if (problems.length > 0) throw new ProblemError(problems);
  const there = new Set(found.map(({ path }) => path));
  return { files, absent: [...drawn].filter((path) => !there.has(path)).toSorted() };
}

/** Of which file it is; everything else may come from another caller. */
function named({ path, text, branch }: Caller): Pick<Caller, 'path' | 'text' | 'branch'> {
  return { path, text, branch };
}

/** As this version writes it with what it was written for; no text where somebody has changed it, or it is none of ours. */
function redrawn(
  { path, text, state, runner, branch }: Caller,
  config: Config,
  directory: string,
  root: string,
  pin: Pin,
): { readonly text?: string | undefined; readonly all: readonly string[] } {
  if (!isUntouched(text) || state === null || runner === null) return { all: [] };
  const of = callersOf(config, directory, root, { state, runner, branch: branch ?? 'main' });
  const all = new Map([...drawCallers(of, pin)].map(([name, one]) => [join(workflowsOf(root), name), one]));
  return { text: all.get(path), all: [...all.keys()] };
}

function callersOf(
  config: Config,
  directory: string,
  root: string,
  told: Pick<CallersOf, 'state' | 'runner' | 'branch'>,
): CallersOf {
  const { service } = config.service;
  const order = promotionOrder(config);
  const environments = (order.length > 0 ? order : environmentNames(config)).map((name) =>
    unwrap(resolveEnvironment(config, name, { baseDir: directory })),
  );
  const kinds = new Set(environments.flatMap(({ components }) => Object.values(components).map(({ kind }) => kind)));
  const place = relative(root, directory);
  return {
    ...told,
    service,
    prefix: place === '' ? 'shiplock' : `shiplock-${service}`,
    config: place === '' ? 'shiplock.yaml' : `${place.replaceAll('\\', '/')}/shiplock.yaml`,
    api: kinds.has('go'),
    frontend: kinds.has('static'),
    client: kinds.has('script'),
    database: environments.some(({ database }) => database !== null),
    resets: environments
      .filter(({ database }) => (database?.reset ?? null) !== null)
      .map(({ environment }) => environment),
    tests: [...new Set(environments.flatMap((one) => testsOf(one, root)))],
    chat: Object.values(config.service.policy?.environments ?? {}).some(({ chat }) => chat !== undefined),
    system: environments.some(({ system }) => system !== undefined),
    environments: environments.map((one, index) => ({
      name: one.environment,
      from: one.promotion?.from ?? environments[index - 1]?.environment ?? null,
      cluster: isInCluster(one),
    })),
  };
}

/** Every workflow of the repository around `directory` that calls one of ours, wherever ours is taken from. */
export async function callersAround(directory: string): Promise<readonly Caller[]> {
  const found = (await workflowTexts(await repositoryRoot(directory))).flatMap(([path, text]) => {
    const repository = CALLED.exec(text)?.[1];
    return repository === undefined ? [] : [readCaller(path, text, repository)];
  });
  return found.filter((one) => one !== null);
}

/** In a workflow that `init` wrote, or that somebody has changed since. */
const CALLED = /^# shiplock-caller: [\s\S]*?^\s+uses: ([\w-]+\/[\w.-]+)\/\.github\/workflows\/[\w-]+\.yml@/m;

async function callersIn(root: string, repository: string): Promise<readonly Caller[]> {
  const found = (await workflowTexts(root)).map(([path, text]) => readCaller(path, text, repository));
  return found.filter((one) => one !== null);
}

async function workflowTexts(root: string): Promise<readonly (readonly [path: string, text: string])[]> {
  const directory = workflowsOf(root);
  const names = await readdir(directory).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
  const paths = names.filter((name) => /\.ya?ml$/.test(name)).map((name) => join(directory, name));
  return Promise.all(paths.toSorted().map(async (path) => [path, await readFile(path, 'utf8')] as const));
}

function workflowsOf(root: string): string {
  return join(root, '.github', 'workflows');
}

/** The directory that holds `.git`, here or above; without one the directory itself. */
async function repositoryRoot(directory: string): Promise<string> {
  for (let at = resolve(directory); ; at = dirname(at)) {
    const there = await stat(join(at, '.git')).catch(() => null);
    if (there !== null) return at;
    if (dirname(at) === at) return resolve(directory);
  }
}

/** As the remote names it; null where no clone has said so. */
async function defaultBranch(root: string): Promise<string | null> {
  const head = await readText(join(root, '.git', 'refs', 'remotes', 'origin', 'HEAD')).catch(() => null);
  return /^ref: refs\/remotes\/origin\/(\S+)\s*$/.exec(head ?? '')?.[1] ?? null;
}

function noCallers(where: string, repository: string): Problem {
  return {
    code: 'release.no-callers',
    where,
    found: `no workflow that calls ${repository}`,
    expected: 'workflows that `shiplock init --workflows` wrote, or others that call it',
    remedy: `shiplock init --workflows ${repository}@TAG; to take them from another repository than before: with --force`,
  };
}
