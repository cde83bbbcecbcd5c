import { readdir, readlink, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../model/ports.ts';
import { ProblemError } from '../../model/problem.ts';
import { isMissing, syncDirectory, temporaryBeside } from '../../procedure/store.ts';
import { clearLeftovers } from './install.ts';
import type { ComponentLayout, Layout } from './layout.ts';
import { withLock } from './lock.ts';
import { isRunning } from './running.ts';
import {
  installedVersions,
  makeDirectories,
  readCurrent,
  readHistory,
  readRuns,
  readUnit,
  readWanted,
  writeRecord,
} from './store.ts';

const LOCK_WAIT_MS = 60_000;
const HISTORY = 50;

/**
 * Makes `current` name an installed version: a new link beside it, renamed over it, so at every moment there is one or the
 * other. What reads through the link (a static server) serves the new version from its next request on.
 * @returns false when it was current already
 */
export async function makeCurrent(host: Layout, component: string, version: string, clock: Clock): Promise<boolean> {
  const at = host.component(component);
  await readUnit(at, version);
  return withLock(host.lock, LOCK_WAIT_MS, async () => {
    const target = join('releases', version);
    const before = await readlink(at.current).catch(() => undefined);
    if (before === target) return false;
    const history = await readHistory(at);
    const current = [...history.current, { version, time: clock.now() }].slice(-HISTORY);
    await writeRecord(at.history, { v: 1, current });
    const temporary = temporaryBeside(at.current);
    await symlink(target, temporary);
    await rename(temporary, at.current);
    await syncDirectory(at.home);
    return true;
  });
}

/**
 * Removes a release from disk. Its logs stay until a prune: they tell why it went. With `alsoCurrent` a current one goes too,
 * the link first: the way back of a first release, which leaves nothing.
 * @returns false when it was not installed
 * @throws ProblemError `unit.version-current`, `unit.version-running`
 */
export async function removeVersion(
  host: Layout,
  component: string,
  version: string,
  options: { readonly alsoCurrent: boolean } = { alsoCurrent: false },
): Promise<boolean> {
  const at = host.component(component);
  at.release(version);
  if (!(await installedVersions(at)).includes(version)) return false;
  return withLock(at.installLock, LOCK_WAIT_MS, () =>
    withLock(host.lock, LOCK_WAIT_MS, async () => {
      const current = (await readCurrent(at)) === version;
      if (current && !options.alsoCurrent) throw isCurrent(component, version);
      const { runs } = await readRuns(at);
      const running = runs.filter((run) => run.version === version && isRunning(run));
      if (running.length > 0) {
        throw stillRunning(
          component,
          version,
          running.map((run) => run.instance),
        );
      }
      if (current) {
        await rm(at.current);
        await syncDirectory(at.home);
      }
      await discard(at, version);
      for (const run of runs.filter((other) => other.version === version)) {
        await rm(at.runFile(run.instance), { force: true });
      }
      const wanted = await readWanted(at);
      if (wanted.versions[version] !== undefined) {
        const { [version]: _gone, ...versions } = wanted.versions;
        await writeRecord(at.wanted, { v: 1, versions });
      }
      return true;
    }),
  );
}

/**
 * Removes old releases, oldest installation first, until `keep` are left; never the current one, the one before it, or one
 * that runs or is wanted. Logs of versions that are gone go with them.
 * @returns the versions removed
 */
export async function prune(host: Layout, component: string, keep: number): Promise<readonly string[]> {
  const at = host.component(component);
  await makeDirectories(at);
  return withLock(at.installLock, LOCK_WAIT_MS, () =>
    withLock(host.lock, LOCK_WAIT_MS, async () => {
      await clearLeftovers(at);
      const held = await protectedVersions(at);
      const versions = await installedVersions(at);
      const units = await Promise.all(versions.map((version) => readUnit(at, version)));
      const free = units.filter((unit) => !held.has(unit.version)).toSorted((a, b) => a.installedAt - b.installedAt);
      const excess = Math.max(0, Math.min(free.length, units.length - keep));
      const gone = free.slice(0, excess).map((unit) => unit.version);
      for (const version of gone) await discard(at, version);
      await removeOldLogs(at);
      return gone;
    }),
  );
}

async function protectedVersions(at: ComponentLayout): Promise<ReadonlySet<string>> {
  const current = await readCurrent(at);
  const previous = (await readHistory(at)).current.findLast((entry) => entry.version !== current)?.version;
  const { runs } = await readRuns(at);
  const wanted = Object.keys((await readWanted(at)).versions);
  const held = [current, previous, ...runs.map((run) => run.version), ...wanted];
  return new Set(held.filter((version) => version !== undefined));
}

/** First out of sight in one step, then deleted: a half-deleted release is never taken for an installed one. */
async function discard(at: ComponentLayout, version: string): Promise<void> {
  const aside = join(at.releases, `.old-${version}`);
  await rm(aside, { recursive: true, force: true });
  await rename(at.release(version), aside);
  await syncDirectory(at.releases);
  await rm(aside, { recursive: true, force: true });
}

async function removeOldLogs(at: ComponentLayout): Promise<void> {
  const versions = await installedVersions(at);
  let names: readonly string[];
  try {
    names = await readdir(at.logs);
  } catch (error) {
    if (isMissing(error)) return;
    throw error;
  }
  for (const name of names) {
    const version = /^(.+)-\d+(?:\.guard)?(?:\.supervisor)?\.log(?:\.\d+)?$/.exec(name)?.[1];
    if (version !== undefined && !versions.includes(version)) await rm(join(at.logs, name), { force: true });
  }
}

function isCurrent(component: string, version: string): ProblemError {
  return new ProblemError({
    code: 'unit.version-current',
    where: `${component} ${version}`,
    found: 'the current version',
    expected: 'a version that nothing needs',
    remedy: 'make another version current first',
  });
}

function stillRunning(component: string, version: string, instances: readonly string[]): ProblemError {
  return new ProblemError({
    code: 'unit.version-running',
    where: `${component} ${version}`,
    found: `running instances: ${instances.join(', ')}`,
    expected: 'a version that does not run',
    remedy: `stop it first: shiplock unit stop --component ${component} --version ${version}`,
  });
}
