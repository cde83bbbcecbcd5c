import { createHash, randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { cp, lstat, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../../model/ports.ts';
import { ProblemError } from '../../model/problem.ts';
import { artefactDigest, fileDigest, listTree, treeDigest } from '../../procedure/machine/digest.ts';
import { syncDirectory } from '../../procedure/store.ts';
import { type ComponentLayout, type Layout, reservedName, UNIT_FILE } from './layout.ts';
import { withLock } from './lock.ts';
import type { Settings, Unit } from './records.ts';
import { serviceRunning } from './running.ts';
import { installedVersions, makeDirectories, readCurrent, readRuns, readUnit, writeRecord } from './store.ts';

export interface InstallRequest {
  readonly component: string;
  readonly version: string;
  readonly digest: string;
  /** File or directory. */
  readonly artefact: string;
  readonly settings: Settings;
}

export type InstallOutcome = 'installed' | 'already there' | 'settings replaced';

const LOCK_WAIT_MS = 120_000;

/**
 * Lays a release down: copy beside its place, check the digest of the copy, fsync, rename. Doing it again changes nothing;
 * other content under the same version is refused, and other settings too while the version runs or is current.
 */
export async function install(host: Layout, request: InstallRequest, clock: Clock): Promise<InstallOutcome> {
  const at = host.component(request.component);
  at.release(request.version);
  await makeDirectories(at);
  return withLock(at.installLock, LOCK_WAIT_MS, async () => {
    await clearLeftovers(at);
    const there = (await installedVersions(at)).includes(request.version);
    if (there) return reinstall(at, request);
    await layDown(at, request, clock);
    return 'installed';
  });
}

/** The digest of what lies in a release directory now, computed from its bytes. */
export function installedDigest(at: ComponentLayout, unit: Pick<Unit, 'version' | 'artefact'>): Promise<string> {
  const release = at.release(unit.version);
  return unit.artefact.kind === 'file'
    ? fileDigest(join(release, unit.artefact.name))
    : treeDigest(release, [UNIT_FILE]);
}

/** Hash over paths, sizes and times: cheap, and changes whenever somebody writes into a release. */
export async function stampOf(release: string): Promise<string> {
  const entries = await listTree(release, [UNIT_FILE]);
  const hash = createHash('sha256');
  for (const { kind, path, size, mtimeNs, target } of entries) {
    // Directories change size and time with their file system; what is in them is listed anyway.
    hash.update(kind === 'd' ? `d ${path}\n` : `${kind} ${path}\0${size} ${mtimeNs} ${target}\n`);
  }
  return hash.digest('hex');
}

/** One hash of the settings, to see whether an installation has other ones. */
export function settingsHash(settings: Settings): string {
  const env = Object.entries(settings.env).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([Object.entries({ ...settings, env: 0 }).toSorted(), env]))
    .digest('hex');
}

async function reinstall(at: ComponentLayout, request: InstallRequest): Promise<InstallOutcome> {
  const unit = await readUnit(at, request.version);
  const found = await installedDigest(at, unit);
  if (unit.digest !== request.digest || found !== request.digest) throw otherContent(at, request, found);
  if (isDeepStrictEqual(unit.settings, request.settings)) return 'already there';
  const inUse = (await readCurrent(at)) === request.version ? 'current' : undefined;
  const runs = (await readRuns(at)).runs.filter((run) => run.version === request.version && serviceRunning(run));
  if (inUse !== undefined || runs.length > 0) {
    throw new ProblemError({
      code: 'unit.settings-in-use',
      where: `${request.component} ${request.version}`,
      found: `other settings (command, environment, paths, replicas or time-outs) for a version that is ${inUse ?? 'running'}`,
      expected: 'settings that stay with their release, so that a restart or a rollback brings back what ran',
      remedy: 'release the changed configuration under a version of its own',
    });
  }
  await writeRecord(at.unit(request.version), { ...unit, settings: request.settings });
  return 'settings replaced';
}

async function layDown(at: ComponentLayout, request: InstallRequest, clock: Clock): Promise<void> {
  const artefact = resolve(request.artefact);
  const stat = await lstat(artefact).catch(() => undefined);
  const temporary = join(at.releases, `.new-${request.version}-${randomBytes(4).toString('hex')}`);
  try {
    let shape: Unit['artefact'] = { kind: 'tree' };
    if (stat?.isDirectory() === true) {
      await copy(artefact, temporary);
      await refuseUnitFile(temporary, artefact);
    } else if (stat?.isFile() === true) {
      shape = { kind: 'file', name: basename(artefact) };
      if (shape.name === UNIT_FILE) throw reservedName(artefact);
      await mkdir(temporary);
      await copy(artefact, join(temporary, shape.name));
    }
    // The copy is what will run, so the copy is what is checked. Without an artefact this says what is missing.
    const found =
      stat === undefined || shape.kind === 'file'
        ? await artefactDigest(shape.kind === 'file' ? join(temporary, shape.name) : artefact)
        : await treeDigest(temporary);
    if (found !== request.digest) throw wrongDigest(artefact, request, found);
    const unit: Unit = {
      v: 1,
      component: request.component,
      version: request.version,
      digest: found,
      artefact: shape,
      stamp: await stampOf(temporary),
      settings: request.settings,
      installedAt: clock.now(),
    };
    await writeRecord(join(temporary, UNIT_FILE), unit);
    await syncTree(temporary);
    await rename(temporary, at.release(request.version));
    await syncDirectory(at.releases);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
}

function copy(from: string, to: string): Promise<void> {
  return cp(from, to, {
    recursive: true,
    errorOnExist: true,
    force: false,
    preserveTimestamps: true,
    verbatimSymlinks: true,
    mode: constants.COPYFILE_FICLONE,
  });
}

async function syncTree(directory: string): Promise<void> {
  for (const entry of await listTree(directory)) {
    if (entry.kind === 'l') continue;
    const handle = await open(join(directory, entry.path), 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
  await syncDirectory(directory);
}

/** What a killed installation or removal left: we hold the lock, so nobody works on it. */
export async function clearLeftovers(at: ComponentLayout): Promise<void> {
  for (const name of await readdir(at.releases)) {
    if (/^\.(?:new|old)-/.test(name)) await rm(join(at.releases, name), { recursive: true, force: true });
  }
}

async function refuseUnitFile(directory: string, artefact: string): Promise<void> {
  if ((await lstat(join(directory, UNIT_FILE)).catch(() => undefined)) !== undefined) throw reservedName(artefact);
}

function wrongDigest(artefact: string, request: InstallRequest, found: string): ProblemError {
  return new ProblemError({
    code: 'unit.wrong-digest',
    where: artefact,
    found,
    expected: request.digest,
    remedy: 'build the release again, or take the artefact that release.json describes',
  });
}

function otherContent(at: ComponentLayout, request: InstallRequest, found: string): ProblemError {
  return new ProblemError({
    code: 'unit.other-content',
    where: at.release(request.version),
    found,
    expected: request.digest,
    remedy:
      'a version means one content for ever: release under a new version, or remove this one if it was tampered with',
  });
}
