import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { distance } from 'fastest-levenshtein';
import { z } from 'zod';
import { nearest } from '../../model/json.ts';
import { type Problem, ProblemError, problemsOf } from '../../model/problem.ts';
import { hasCode } from '../../procedure/store.ts';
import { definitionProblems, type Runbook } from '../../release/runbook/index.ts';
import type { kit as Kit } from '../../release/runbook/kit.ts';
import type { Io } from '../io.ts';

/** Which runbooks there are: those that come with this program, and those of the service, from the directory `runbooks` beside its shiplock.yaml. */

/** By name. Each is loaded when it is asked for. */
const SHIPPED: Readonly<Record<string, () => Promise<{ readonly default: Runbook }>>> = {
  'certificate-renew': () => import('../../../runbooks/certificate-renew.ts'),
  'certificate-status': () => import('../../../runbooks/certificate-status.ts'),
  'database-setup': () => import('../../../runbooks/database-setup.ts'),
  'host-restore': () => import('../../../runbooks/host-restore.ts'),
  'key-rotate': () => import('../../../runbooks/key-rotate.ts'),
  'log-rotate': () => import('../../../runbooks/log-rotate.ts'),
  'maintenance-off': () => import('../../../runbooks/maintenance-off.ts'),
  'maintenance-on': () => import('../../../runbooks/maintenance-on.ts'),
  'password-rotate': () => import('../../../runbooks/password-rotate.ts'),
  restore: () => import('../../../runbooks/restore.ts'),
  rollback: () => import('../../../runbooks/rollback.ts'),
  scale: () => import('../../../runbooks/scale.ts'),
  'service-revive': () => import('../../../runbooks/service-revive.ts'),
  'system-restart': () => import('../../../runbooks/system-restart.ts'),
  'system-start': () => import('../../../runbooks/system-start.ts'),
  'system-status': () => import('../../../runbooks/system-status.ts'),
  'system-stop': () => import('../../../runbooks/system-stop.ts'),
  'upgrade-database': () => import('../../../runbooks/upgrade-database.ts'),
  'upgrade-packages': () => import('../../../runbooks/upgrade-packages.ts'),
};

export const SHIPPED_NAMES: readonly string[] = Object.keys(SHIPPED).toSorted();

export interface FoundRunbook {
  readonly runbook: Runbook;
  /** It is one of the service. */
  readonly own: boolean;
}

/** Where runbooks of the service are looked for; null: nowhere. */
export interface OwnPlace {
  readonly directory: string;
  readonly env: Io['env'];
  /** Somebody asks by a comment; left out: no. */
  readonly byComment?: boolean;
}

/** @throws ProblemError `cli.unknown-runbook`, or what is wrong with the file */
export async function findRunbook(name: string, place: OwnPlace | null): Promise<FoundRunbook> {
  const shipped = Object.hasOwn(SHIPPED, name) ? SHIPPED[name] : undefined;
  const files = await ownFiles(place);
  const file = files.find((one) => nameOf(one) === name);
  if (shipped !== undefined) {
    if (file !== undefined) throw new ProblemError(taken(file, name));
    const { default: found } = await shipped();
    // Its command has a role of its own in the policy: nobody gets around it by another name.
    if (place?.byComment === true && found.how.kind === 'delivery') throw new ProblemError(ownCommand(found));
    return { runbook: found, own: false };
  }
  if (file === undefined || place === null) {
    throw new ProblemError(unknown(name, [...SHIPPED_NAMES, ...files.map(nameOf)].toSorted()));
  }
  return { runbook: await loadOwn(file, place), own: true };
}

/** All of them by name; a file that cannot be read does not hide the others. */
export async function listRunbooks(place: OwnPlace | null): Promise<{
  readonly found: readonly FoundRunbook[];
  readonly broken: readonly { readonly file: string; readonly problems: readonly Problem[] }[];
}> {
  const found: FoundRunbook[] = [];
  const broken: { readonly file: string; readonly problems: readonly Problem[] }[] = [];
  for (const name of SHIPPED_NAMES) {
    const load = SHIPPED[name];
    if (load !== undefined) found.push({ runbook: (await load()).default, own: false });
  }
  for (const file of await ownFiles(place)) {
    try {
      if (place === null) continue;
      if (Object.hasOwn(SHIPPED, nameOf(file))) throw new ProblemError(taken(file, nameOf(file)));
      found.push({ runbook: await loadOwn(file, place), own: true });
    } catch (error) {
      broken.push({ file, problems: problemsOf(error, file) });
    }
  }
  return { found, broken };
}

/** Node runs TypeScript as it is; tests of runbooks are none. */
const OWN_FILE = /^(?!.*\.(?:test|d)\.)[a-z][a-z0-9-]*\.(?:ts|mts|js|mjs)$/;

async function ownFiles(place: OwnPlace | null): Promise<readonly string[]> {
  if (place === null) return [];
  try {
    const names = await readdir(place.directory);
    return names
      .filter((name) => OWN_FILE.test(name))
      .toSorted()
      .map((name) => join(place.directory, name));
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return [];
    throw error;
  }
}

function nameOf(file: string): string {
  return basename(file).replace(/\.[a-z]+$/, '');
}

/** A definition, or a function that makes one out of the kit: so the file needs no path to this program. */
const exported = z.union([
  z.custom<(given: typeof Kit) => unknown>((value) => typeof value === 'function'),
  z.custom<Runbook>(isRunbook),
]);

/**
 * Loads a runbook of the service. It is code, and runs with the rights of who asked for it: only from a checkout that this person has chosen.
 * @throws ProblemError
 */
async function loadOwn(file: string, { env, byComment = false }: OwnPlace): Promise<Runbook> {
  if (byComment) throw new ProblemError(fromComment(file));
  if ((env['GITHUB_EVENT_NAME'] ?? '').startsWith('pull_request')) throw new ProblemError(fromPullRequest(file));
  let module: unknown;
  try {
    module = await import(pathToFileURL(file).href);
  } catch (error) {
    throw new ProblemError(unreadable(file, error instanceof Error ? error.message : String(error)));
  }
  const value = typeof module === 'object' && module !== null && 'default' in module ? module.default : undefined;
  const made = exported.safeParse(value);
  // With all of zod, in every language that it knows: only who brings a runbook loads it.
  const { kit } = await import('../../release/runbook/kit.ts');
  const definition = made.success && typeof made.data === 'function' ? made.data(kit) : value;
  if (!isRunbook(definition)) {
    throw new ProblemError(unreadable(file, 'no runbook as its default export'));
  }
  if (definition.id !== nameOf(file)) {
    throw new ProblemError(unreadable(file, `the id \`${definition.id}\`, which is not the name of the file`));
  }
  const problems = definitionProblems(definition);
  if (problems.length > 0) throw new ProblemError(problems);
  return definition;
}

const shape = z.looseObject({
  id: z.string(),
  title: z.string(),
  summary: z.string(),
  when: z.string(),
  requirements: z.array(z.string()),
  roles: z.array(z.looseObject({ role: z.string(), does: z.string() })),
  severity: z.enum(['reads', 'changes', 'destructive']),
  inputs: z.array(z.looseObject({ name: z.string(), kind: z.string(), question: z.string() })),
  prerequisites: z.array(z.string()),
  wayBack: z.string(),
  clauses: z.array(z.looseObject({ id: z.string() })),
  sample: z.record(z.string(), z.string()),
  how: z.looseObject({ kind: z.literal('tree') }),
});

function isRunbook(value: unknown): value is Runbook {
  if (!shape.safeParse(value).success) return false;
  const { how } = shape.parse(value);
  return typeof how['build'] === 'function';
}

function unknown(name: string, names: readonly string[]): Problem {
  const near = nearest(name, names, distance);
  return {
    code: 'cli.unknown-runbook',
    where: 'command line',
    found: `the runbook ${JSON.stringify(name)}, which is not there`,
    expected: `one of ${names.join(', ')}`,
    remedy:
      near === undefined
        ? '`shiplock runbook list` shows them; `shiplock runbook new` makes one'
        : `did you mean ${near}?`,
  };
}

function taken(file: string, name: string): Problem {
  return {
    code: 'runbook.name-taken',
    where: file,
    found: `a runbook \`${name}\` of the service`,
    expected: 'a name that no runbook of this program has',
    remedy: 'give the file, and the id in it, another name',
  };
}

function unreadable(file: string, found: string): Problem {
  return {
    code: 'runbook.unreadable',
    where: file,
    found,
    expected: 'a default export that is a runbook, or a function that makes one out of the kit',
    remedy: 'see docs/runbooks.md; `shiplock runbook new NAME` writes one that works',
  };
}

function fromPullRequest(file: string): Problem {
  return {
    code: 'runbook.from-pull-request',
    where: file,
    found: 'a runbook of the service, asked for in the workflow of a pull request',
    expected: 'a checkout of a branch that is trusted: the file is code, and would run with the rights of this job',
    remedy: 'run it after the merge, or from a terminal',
  };
}

function fromComment(file: string): Problem {
  return {
    code: 'runbook.from-comment',
    where: file,
    found: 'a runbook of the service, asked for by a comment',
    expected: 'one that comes with this program: the file is code of the checkout, and a comment pins no commit of it',
    remedy: 'start it, or go on with its run by `shiplock runbook resume`, at a terminal',
  };
}

function ownCommand({ id }: Runbook): Problem {
  return {
    code: 'runbook.has-command',
    where: `/runbook … ${id}`,
    found: `the runbook ${id}, asked for by a comment`,
    expected: `/${id}, to which the policy gives a role of its own`,
    remedy: `write /${id}; \`/help ${id}\` has its parameters`,
  };
}
