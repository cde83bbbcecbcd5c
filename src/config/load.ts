import type { z } from 'zod';
import { bad, ok, type Problem, type Result } from '../model/problem.ts';
import type { Complaint } from '../model/scalars.ts';
import { crossChecks, gitPlace, policyChecks } from './checks.ts';
import { type Explained, explain } from './explain.ts';
import { type Inherited, inherit } from './inherit.ts';
import { at, type Located, type LocatedMap, MAX_BYTES, nearestNode, nodeAt, parseLocated, plain } from './located.ts';
import { promotionChecks } from './promotion-checks.ts';
import { type EnvironmentSettings, environmentSchema, fileSchema, type ServiceSettings } from './schema.ts';
import { type SchemaNode, schemaTree } from './schema-tree.ts';
import { literalSecrets } from './secrets.ts';
import { strangerComponents } from './strangers.ts';
import type { Config, ConfiguredEnvironment } from './types.ts';

export interface LoadOptions {
  /** How the file is called in problems. */
  readonly file: string;
}

/**
 * Reads the text of a shiplock.yaml. Pure. Everything that can be said without looking at the world is checked here, for all
 * environments, and all problems are reported together, in the order of the file, each with its line and column.
 */
export function loadConfig(text: string, { file }: LoadOptions): Result<Config> {
  if (Buffer.byteLength(text) > MAX_BYTES) return bad(tooLarge(file, 'shiplock.yaml'));
  const parsed = parseLocated(text.startsWith('\uFEFF') ? text.slice(1) : text, file);
  if (!parsed.ok) return parsed;
  const root = parsed.value;
  const whole = schemaTree();
  const head = fileSchema.safeParse(plain(root));
  const problems: Problem[] = [...literalSecrets(root, file)];
  if (!head.success) problems.push(...explain(head.error.issues, { file, tree: root, schema: whole, whole, name: '' }));
  const service = head.success ? serviceOf(head.data) : undefined;
  const environments = checkEnvironments(root, whole, file, service, problems);
  if (service !== undefined) problems.push(...located(policyChecks(service, namesOf(root)), root, file));
  if (service !== undefined) problems.push(...located(promotionChecks(service, environments), root, file));
  if (problems.length > 0) return bad(...tidy(problems));
  if (service === undefined) throw new TypeError('a file without problems has a service');
  return ok({ file, service, environments });
}

/** Names of the environments that can be released to, in the order of the file. */
export function environmentNames(config: Config): readonly string[] {
  return [...config.environments].filter(([, environment]) => environment.kind === 'concrete').map(([name]) => name);
}

function namesOf(root: LocatedMap): readonly string[] {
  const node = nodeAt(root, ['environments']);
  return node?.kind === 'map' ? [...node.entries.keys()] : [];
}

function serviceOf(head: z.infer<typeof fileSchema>): ServiceSettings {
  const { service, owners, onCall, objectives, roles, people, policy, signing, build, scan, diagnose, store } = head;
  return {
    service,
    owners,
    onCall,
    objectives,
    roles,
    build,
    scan,
    diagnose,
    store,
    ...(people === undefined ? {} : { people }),
    ...(policy === undefined ? {} : { policy }),
    ...(signing === undefined ? {} : { signing }),
  };
}

function checkEnvironments(
  root: LocatedMap,
  whole: SchemaNode,
  file: string,
  service: ServiceSettings | undefined,
  problems: Problem[],
): ReadonlyMap<string, ConfiguredEnvironment> {
  const environments = new Map<string, ConfiguredEnvironment>();
  const node = nodeAt(root, ['environments']);
  if (node?.kind !== 'map') return environments;
  const owners = new Map<string, string>();
  for (const name of node.entries.keys()) {
    const inherited = inherit(root, node, name, file);
    if (!inherited.ok) {
      problems.push(...inherited.problems);
      continue;
    }
    problems.push(...strangerComponents(root, nodeAt(node, [name]), file));
    const checked = checkOne(root, inherited.value, whole, file, service);
    problems.push(...checked.problems);
    if (inherited.value.abstract) environments.set(name, { kind: 'abstract' });
    else if (checked.settings !== undefined) {
      environments.set(name, { kind: 'concrete', settings: checked.settings, tree: inherited.value.tree });
      const shared = service === undefined ? undefined : sharedGit(owners, checked.settings, service.service, name);
      if (shared !== undefined) problems.push(...located([shared], inherited.value.tree, file));
    }
  }
  return environments;
}

interface Checked {
  readonly settings: EnvironmentSettings | undefined;
  readonly problems: readonly Problem[];
}

function checkOne(
  root: LocatedMap,
  inherited: Inherited,
  whole: SchemaNode,
  file: string,
  service: ServiceSettings | undefined,
): Checked {
  const { tree, name, abstract } = inherited;
  const schema = whole.properties?.['environments']?.additionalProperties;
  const context: Explained = {
    file,
    tree,
    schema: typeof schema === 'object' ? schema : {},
    whole,
    name: `environments.${name}`,
    inherits: nodeAt(inherited.own, ['extends']) !== undefined,
  };
  const parsed = environmentSchema.safeParse(plain(tree));
  if (parsed.success) {
    return { settings: parsed.data, problems: abstract ? [] : located(crossChecks(parsed.data, service), tree, file) };
  }
  const problems = explain(
    parsed.error.issues.filter((issue) => isOwn(issue.path, tree, root)),
    context,
  );
  // What an abstract environment leaves out, its heirs may say.
  return {
    settings: undefined,
    problems: abstract ? problems.filter(({ code }) => !MAY_BE_INHERITED.has(code)) : problems,
  };
}

/** Components that are missing, or that only an environment knows, are told once, for the whole file. */
function isOwn(path: readonly PropertyKey[], tree: Located, root: Located): boolean {
  const [section, component] = path;
  if (section !== 'components') return true;
  if (component === undefined) return nodeAt(tree, ['components']) !== undefined;
  return nodeAt(root, ['components', component]) !== undefined;
}

const MAY_BE_INHERITED: ReadonlySet<string> = new Set(['config.missing-key']);

/** Complaints with the line and column of what they are about. */
export function located(complaints: readonly Complaint[], tree: Located, file: string): readonly Problem[] {
  return complaints.map(({ path, ...words }) => {
    const node = nodeAt(tree, path);
    return { ...words, where: at(file, node?.kind === 'scalar' ? node.at : nearestNode(tree, path).keyAt) };
  });
}

function sharedGit(
  owners: Map<string, string>,
  settings: EnvironmentSettings,
  service: string,
  name: string,
): Complaint | undefined {
  const place = gitPlace(settings, service, name);
  if (place === undefined) return undefined;
  const other = owners.get(place);
  if (other === undefined) {
    owners.set(place, name);
    return undefined;
  }
  return {
    path: ['gitops', 'file'],
    code: 'config.gitops-shared',
    found: `the same file, branch and key for \`${other}\` and \`${name}\``,
    expected: 'a place in git of its own for each environment',
    remedy: 'put {environment} into `file:`, for instance apps/{service}/{environment}.yaml',
  };
}

/** In the order of the file, each once: heirs repeat what is wrong in the environment they extend. */
function tidy(problems: readonly Problem[]): readonly Problem[] {
  const secret = new Set(problems.filter(({ code }) => code.endsWith('-in-text')).map(({ where }) => where));
  const seen = new Set<string>();
  return problems
    .filter((problem) => {
      const plainer = secret.has(problem.where) && !problem.code.endsWith('-in-text');
      const key = `${problem.where} ${problem.code} ${problem.code === 'config.missing-key' ? problem.found.split('`')[1] : ''}`;
      if (plainer || seen.has(key)) return false;
      seen.add(key);
      return true;
    })
    .toSorted((a, b) => comparePlaces(a.where, b.where));
}

function comparePlaces(a: string, b: string): number {
  const [lineA = 0, columnA = 0] = a.split(':').slice(-2).map(Number);
  const [lineB = 0, columnB = 0] = b.split(':').slice(-2).map(Number);
  return lineA - lineB || columnA - columnB;
}

export function tooLarge(file: string, name: string): Problem {
  return {
    code: 'config.too-large',
    where: file,
    found: `more than ${MAX_BYTES} bytes`,
    expected: 'a configuration of a few pages',
    remedy: `check that this is ${name} and not something generated`,
  };
}
