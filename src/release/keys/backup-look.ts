import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { z } from 'zod';
import { type Repository, resolved, resticProblem, resticVariables } from '../../backup/index.ts';
import type { Text } from '../../model/effect.ts';
import { ProblemError } from '../../model/problem.ts';
import { notConfigured, repositoryIn } from '../backup/open.ts';
import type { ServiceEnvironment } from '../environment/service.ts';
import { type SecretFiles, secretFiles } from './files.ts';
import { noSuchRepository, notFile } from './problems.ts';

/** The password of repositories of backups: in the files of this machine, and which keys it opens. Only looks. */

export interface BackupKeys {
  readonly service: ServiceEnvironment;
  /** All that have the same password: they are exchanged together. */
  readonly repositories: readonly Repository[];
  readonly files: SecretFiles;
}

/** Passwords as restic reads them from a file; null: no file. Never shown. */
export interface Passwords {
  readonly own: string | null;
  readonly next: string | null;
  readonly before: string | null;
}

/**
 * @param given which of the repositories, as it is configured; undefined: the first
 * @throws ProblemError where there is none, or its password cannot be written from here
 */
export function openBackupKeys(service: ServiceEnvironment, given: string | undefined): BackupKeys {
  const { environment, backup } = service.environment;
  if (backup === null) throw new ProblemError(notConfigured(environment));
  const all = [backup, ...backup.copies].map(repositoryIn(service));
  const meant = given === undefined ? all[0] : all.find(({ repository }) => sameRepository(repository, given, service));
  if (meant === undefined) {
    const known = all.map(({ repository }) => repository);
    throw new ProblemError(noSuchRepository(environment, given ?? '', known));
  }
  const reference = referenceOf(meant.password);
  if (!reference.startsWith('file:')) throw new ProblemError(notFile(environment, reference));
  const fileOf = (text: string): string => resolve(service.baseDir, text.slice('file:'.length));
  const own = fileOf(reference);
  const same = all.filter(({ password }) => {
    const other = referenceOf(password);
    return other.startsWith('file:') && fileOf(other) === own;
  });
  return { service, repositories: same, files: secretFiles(own) };
}

function sameRepository(repository: string, given: string, { baseDir }: Pick<ServiceEnvironment, 'baseDir'>): boolean {
  return repository === given || repository === resolve(baseDir, given);
}

function referenceOf(password: Text): string {
  return typeof password === 'string' ? '' : password.secret;
}

/** Files are read anew each time: what is known of a secret is what it was when it was asked for first. */
export async function passwordsOf({ files }: BackupKeys): Promise<Passwords> {
  const [own = null, next = null, before = null] = await Promise.all(
    [files.own, files.next, files.before].map(passwordIn),
  );
  return { own, next, before };
}

async function passwordIn(path: string): Promise<string | null> {
  const text = await readFile(path, 'utf8').catch(() => null);
  return text === null || text.trim() === '' ? null : text.replace(/\r?\n$/, '');
}

const RESTIC_MS = 300_000;
const keySchema = z.array(z.object({ current: z.boolean(), id: z.string() }));

/** The same repository, by the password of another file. Pure. */
export function withPasswordOf(repository: Repository, file: string): Repository {
  return { ...repository, password: { secret: `file:${file}` } };
}

/** Whether a password opens a repository, by reading its configuration with it. @throws ProblemError for anything else, such as no repository */
export async function opens(work: BackupKeys, repository: Repository, password: string): Promise<boolean> {
  const result = await ask(work, repository, password, ['--no-lock', 'cat', 'config']);
  if (result.exitCode === 0) return true;
  const problem = resticProblem(repository, result);
  if (problem.code === 'backup.wrong-key') return false;
  throw new ProblemError(problem);
}

/** Id of the key that a password opens; null: none. @throws ProblemError for anything else */
export async function keyOf(work: BackupKeys, repository: Repository, password: string): Promise<string | null> {
  const result = await ask(work, repository, password, ['--no-lock', 'key', 'list', '--json']);
  if (result.exitCode === 0) {
    return keySchema.parse(JSON.parse(result.stdout)).find(({ current }) => current)?.id ?? null;
  }
  const problem = resticProblem(repository, result);
  if (problem.code === 'backup.wrong-key') return null;
  throw new ProblemError(problem);
}

function ask({ service }: BackupKeys, repository: Repository, password: string, words: readonly string[]) {
  return service.exec.read([repository.program, ...words], {
    env: resolved(resticVariables({ ...repository, password }), service.secrets),
    timeoutMs: RESTIC_MS,
  });
}
