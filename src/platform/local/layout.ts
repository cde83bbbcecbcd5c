import { join } from 'node:path';
import { ProblemError } from '../../model/problem.ts';
import { versionSchema } from '../../model/release.ts';

/**
 * The one directory layout of a host, the standard for every service (docs/layout.md):
 *
 *     <root>/run/fence, run/unit.lock
 *     <root>/hosts/<name>/     root of a host of its own, where one machine plays several
 *     <root>/<component>/releases/<version>/   the artefact and unit.json
 *     <root>/<component>/current               link to releases/<version>: what starts after a reboot
 *     <root>/<component>/shared/               data that outlives releases
 *     <root>/<component>/logs/<instance>.log
 *     <root>/<component>/run/                  one <instance>.json per instance, wanted.json, history.json
 *
 * Names are checked before they become paths, so no name can lead out of the root.
 */

/** Under the root, `run` belongs to the host itself, and `hosts` holds the roots of further ones. */
const RESERVED = new Set(['run', 'hosts']);
const COMPONENT = /^[a-z0-9](?:[a-z0-9_-]{0,38}[a-z0-9])?$/;

/** Root of a host that this machine plays under the root of an environment. Pure. */
export function hostRoot(root: string, host: string): string {
  return join(root, 'hosts', host);
}

export const UNIT_FILE = 'unit.json';

/** An artefact that brings a file of that name. */
export function reservedName(artefact: string): ProblemError {
  return new ProblemError({
    code: 'unit.reserved-name',
    where: artefact,
    found: `a file named ${UNIT_FILE}`,
    expected: 'another name: the platform writes its own record there',
    remedy: 'rename the file in the artefact',
  });
}

export interface Layout {
  readonly root: string;
  readonly hostRun: string;
  readonly fence: string;
  readonly lock: string;
  component(name: string): ComponentLayout;
}

export interface ComponentLayout {
  readonly component: string;
  readonly home: string;
  readonly releases: string;
  readonly current: string;
  readonly shared: string;
  readonly logs: string;
  readonly run: string;
  readonly wanted: string;
  readonly history: string;
  readonly installLock: string;
  release(version: string): string;
  unit(version: string): string;
  runFile(instance: string): string;
  /** There while a stop is under way: says which supervisor is leaving. */
  stopFile(instance: string): string;
  log(instance: string): string;
}

/** Paths below an absolute root. Pure. */
export function layout(root: string): Layout {
  const hostRun = join(root, 'run');
  return {
    root,
    hostRun,
    fence: join(hostRun, 'fence'),
    lock: join(hostRun, 'unit.lock'),
    component: (name) => componentLayout(root, checkComponent(name)),
  };
}

function componentLayout(root: string, component: string): ComponentLayout {
  const home = join(root, component);
  const run = join(home, 'run');
  const releases = join(home, 'releases');
  const logs = join(home, 'logs');
  const release = (version: string): string => join(releases, checkVersion(version));
  return {
    component,
    home,
    releases,
    current: join(home, 'current'),
    shared: join(home, 'shared'),
    logs,
    run,
    wanted: join(run, 'wanted.json'),
    history: join(run, 'history.json'),
    installLock: join(run, 'install.lock'),
    release,
    unit: (version) => join(release(version), UNIT_FILE),
    runFile: (instance) => join(run, `${instance}.json`),
    stopFile: (instance) => join(run, `${instance}.stop`),
    log: (instance) => join(logs, `${instance}.log`),
  };
}

export function isComponent(name: string): boolean {
  return COMPONENT.test(name) && !RESERVED.has(name);
}

/** @throws ProblemError `unit.bad-name` for a name that may not be a directory of the layout */
export function checkComponent(name: string): string {
  if (isComponent(name)) return name;
  throw new ProblemError({
    code: 'unit.bad-name',
    where: '--component',
    found: JSON.stringify(name),
    expected: 'lower-case letters, digits, - and _, at most 40, and neither `run` nor `hosts`',
    remedy: 'rename the component',
  });
}

/** @throws ProblemError `unit.bad-version` */
export function checkVersion(version: string): string {
  // A version that is only dots would climb the tree; the pattern starts and ends with a letter or digit.
  if (versionSchema.safeParse(version).success) return version;
  throw new ProblemError({
    code: 'unit.bad-version',
    where: '--version',
    found: JSON.stringify(version),
    expected: 'letters, digits, dot, plus, minus; at most 64; a letter or digit at both ends',
    remedy: 'give the version as in release.json',
  });
}

/** Name of the n-th instance (from 1) of a version: unique within the component, since the part after the last `-` is n. */
export function instanceName(version: string, index: number): string {
  return `${version}-${index}`;
}

export function guardName(instance: string): string {
  return `${instance}.guard`;
}

const PLACEHOLDER = /\{(\w+)\}/g;

/** Puts values in for `{name}`; names that are not known stay as they are, so JSON in an argument survives. */
export function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(PLACEHOLDER, (whole, name: string) =>
    Object.hasOwn(values, name) ? (values[name] ?? whole) : whole,
  );
}
