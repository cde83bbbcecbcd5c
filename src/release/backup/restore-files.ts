import { lstat, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import {
  type Catalogue,
  type FilesBackup,
  isGood,
  resolved,
  resticProblem,
  resticVariables,
} from '../../backup/index.ts';
import { type Problem, ProblemError } from '../../model/problem.ts';
import { opaque, procedure, sequence } from '../../procedure/index.ts';
import { runCommand } from '../../procedure/machine/exec.ts';
import { isMissing, namesIn, replaceFile } from '../../procedure/store.ts';
import type { DoorOptions } from '../door.ts';
import { type BackupEnvironment, catalogueNow, leaseName, openBackup, runBackup } from './open.ts';

/** Files of an environment out of its backups, beside those that are there: configuration, static files, certificates. */

export interface FilesRequest {
  readonly environment: string;
  /** Only this file or directory, by the path that it had; left out: all. */
  readonly only?: string | undefined;
  /** Which backup of files; left out: the newest. */
  readonly id?: string | undefined;
}

const filesSchema = z.strictObject({ files: z.number(), seconds: z.number() });

export interface RestoredFiles extends z.infer<typeof filesSchema> {
  readonly run: string;
  readonly id: string;
  readonly takenAt: string;
  readonly directory: string;
}

/** Which backup it would be. Looks into the catalogue alone. */
export async function planFiles(door: DoorOptions, request: FilesRequest): Promise<FilesBackup> {
  return filesMeant(await catalogueNow(await openBackup(door, request.environment)), request);
}

/**
 * Restores them below a directory that is empty or not there, each under the path that it had; restic reads each back and compares it with what was
 * stored. The directory appears when all of it is there.
 * @throws ProblemError when something lies there, or the repository does not give them back
 */
export async function restoreFiles(
  door: DoorOptions,
  request: FilesRequest & { readonly into: string },
): Promise<RestoredFiles> {
  const backup = await openBackup(door, request.environment);
  const chosen = filesMeant(await catalogueNow(backup), request);
  const directory = resolve(request.into);
  const node = filesStep(backup, { chosen, directory, only: request.only });
  const tree = procedure({
    id: 'restore-files',
    title: `Restore files of ${request.environment} below ${directory}`,
    description: 'Files out of the backups are laid down beside those that are there; none of these is touched.',
    environment: `restore-files:${leaseName(backup)}`,
    inputs: { environment: request.environment, id: chosen.id, into: directory, only: request.only ?? '' },
    root: sequence({ id: 'restore', title: 'Restore files', steps: [node] }),
  });
  const result = await runBackup(backup, tree);
  const found = result.outputs(node);
  if (found === undefined) throw new ProblemError(unrecorded(result.run));
  return { run: result.run, id: chosen.id, takenAt: chosen.takenAt, directory, ...found };
}

interface Wanted {
  readonly chosen: FilesBackup;
  readonly directory: string;
  readonly only: string | undefined;
}

function filesStep(backup: BackupEnvironment, { chosen, directory, only }: Wanted) {
  const { repository, service, settings } = backup;
  const part = `${directory}.part`;
  const mark = `${directory}.restoring`;
  const which = `${chosen.snapshot} ${only ?? ''}\n`;
  return opaque({
    id: 'files',
    title: `Restore the files of ${chosen.takenAt}`,
    inputs: { snapshot: chosen.snapshot, only: only ?? '', directory },
    outputs: filesSchema,
    promise: `${repository.program} restores ${only ?? chosen.paths.join(', ')} into ${part} and compares each file with the repository; then that becomes ${directory}`,
    probe: 'repeatable',
    timeoutMs: settings.timeoutMs,
    run: async (ctx) => {
      const begin = ctx.clock.monotonic();
      const cut = (await textOf(mark)) === which;
      const there = await namesIn(directory);
      // With our mark it is what we were about to say is whole.
      if (there.length > 0 && !cut) throw new ProblemError(notEmpty(directory, there));
      if (there.length === 0) {
        await mkdir(dirname(directory), { recursive: true });
        await replaceFile(mark, which);
        await rm(part, { recursive: true, force: true });
        const include = only === undefined ? [] : ['--include', literally(only)];
        const argv = [repository.program, '--no-cache', 'restore', chosen.snapshot, '--verify', '--target', part];
        const env = resolved(resticVariables(repository), service.secrets);
        const ran = await runCommand({ argv: [...argv, ...include], env, signal: ctx.signal }, ctx.clock);
        if (ran.exitCode !== 0) throw new ProblemError(resticProblem(repository, ran));
        if (only !== undefined && !(await isThere(join(part, only)))) {
          await rm(part, { recursive: true, force: true });
          throw new ProblemError(notIn(chosen, only));
        }
        await rename(part, directory);
      }
      const files = await filesBelow(directory);
      await rm(mark, { force: true });
      return { files, seconds: (ctx.clock.monotonic() - begin) / 1000 };
    },
  });
}

/** Pure. @throws ProblemError when there is none */
export function filesMeant({ files }: Catalogue, { environment, id }: FilesRequest): FilesBackup {
  const good = files.filter((one) => one.host === undefined && isGood(one));
  const found = id === undefined ? good.at(-1) : good.find((one) => one.id === id);
  if (found !== undefined) return found;
  throw new ProblemError({
    code: 'restore.no-files',
    where: environment,
    found: id === undefined ? 'no backup of files' : `no backup of files ${id} that is to be believed`,
    expected: 'files that were backed up',
    remedy: '`shiplock backup list` names them; `backup.files` says what is backed up',
  });
}

/** A path as a pattern of restic that means nothing but itself. Pure. */
export function literally(path: string): string {
  return path.replaceAll(/[\\*?[\]]/g, '\\$&');
}

async function filesBelow(directory: string): Promise<number> {
  const all = await readdir(directory, { recursive: true, withFileTypes: true });
  return all.filter((one) => !one.isDirectory()).length;
}

async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

async function textOf(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

function notEmpty(directory: string, names: readonly string[]): Problem {
  return {
    code: 'restore.not-empty',
    where: directory,
    found: names.slice(0, 5).join(', '),
    expected: 'an empty directory, or one that does not exist yet',
    remedy: 'name another one with --into, compare, and copy what you need: nothing is written over what is there',
  };
}

function notIn({ id, paths }: FilesBackup, only: string): Problem {
  return {
    code: 'restore.not-in-files',
    where: id,
    found: `no ${only}`,
    expected: `a path at or below ${paths.join(', ')}`,
    remedy: 'give the whole path, as it was on the machine; or leave --only out',
  };
}

function unrecorded(run: string): Problem {
  return {
    code: 'backup.not-over',
    where: `run ${run}`,
    found: 'a restore that recorded nothing',
    expected: 'how many files were restored',
    remedy: 'start it again with the same words',
  };
}
