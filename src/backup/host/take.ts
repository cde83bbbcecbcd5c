import { createHash } from 'node:crypto';
import type { Clock, Secrets } from '../../model/ports.ts';
import { type Problem, ProblemError } from '../../model/problem.ts';
import { type PipeCommand, type PipeEnd, pipeCommands } from '../../procedure/machine/pipe.ts';
import type { HostFilesBackup } from '../catalogue/record.ts';
import {
  madeSnapshot,
  type Repository,
  resolved,
  resticProblem,
  resticVariables,
  tagArguments,
} from '../restic/repository.ts';
import { differences, isWithin } from './compare.ts';
import { DESCRIPTION, descriptionSchema, type Machine, machineFor } from './description.ts';
import { readTar, type TarEntry, tarFile } from './tar.ts';

/**
 * Files of a host, read over its connection and taken by restic from our hands: they lie on no disk in the open, and the host has no key of the repository.
 * They are read twice; only when both were the same does restic learn that it has all of it.
 */

export interface HostTakeOptions {
  readonly id: string;
  readonly run: string;
  readonly service: string;
  readonly environment: string;
  readonly host: string;
  /** These must be there: an emptied host must not pass for a backup of it. */
  readonly paths: readonly string[];
  /** These may be. */
  readonly also: readonly string[];
  readonly repository: Repository;
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Writes a tar of these paths. */
  read(paths: readonly string[]): PipeCommand;
  machine(): Promise<Machine>;
  /** Of a command that did not end with 0. */
  problemOf(end: PipeEnd): Problem;
  note(text: string): void;
}

/** How often it is read before what changes meanwhile is stored as it is, and said. */
const ATTEMPTS = 3;

/** Thrown to ourselves: it was not the same twice. */
class ChangedMeanwhile extends Error {
  readonly paths: readonly string[];
  constructor(paths: readonly string[]) {
    super(paths.join(', '));
    this.paths = paths;
  }
}

/** Takes it. Nothing counts before this returns. @throws ProblemError */
export async function takeHostFiles(options: HostTakeOptions): Promise<HostFilesBackup> {
  const machine = await options.machine();
  for (let attempt = 1; ; attempt++) {
    try {
      return await attemptTake(options, machine, attempt === ATTEMPTS);
    } catch (error) {
      if (!(error instanceof ChangedMeanwhile)) throw error;
      options.note(`${options.host}: changed while it was read, so it is read again: ${few(error.paths)}`);
    }
  }
}

async function attemptTake(options: HostTakeOptions, machine: Machine, last: boolean): Promise<HostFilesBackup> {
  const { host, service, environment, clock, repository, secrets, signal, id } = options;
  const all = [...new Set([...options.paths, ...options.also])].toSorted();
  const takenAt = new Date(clock.now()).toISOString();
  const first = readTar();
  const listed = await pipeCommands(
    { from: options.read(all), onChunk: (chunk) => void first.push(chunk), signal },
    clock,
  );
  ended(options, listed.from);
  first.end();
  const absent = options.paths.filter((path) => !first.entries.some((one) => one.path === path));
  if (absent.length > 0) throw new ProblemError(notThere(host, absent));
  const entries = [...first.entries];
  const paths = all.filter((path) => entries.some((one) => one.path === path));
  const description = descriptionSchema.parse({
    ...{ v: 1, service, environment, host, takenAt, paths, entries },
    machine: machineFor(machine, entries),
  });
  const head = tarFile(
    DESCRIPTION,
    Buffer.from(`${JSON.stringify(description)}\n`),
    Math.floor(Date.parse(takenAt) / 1000),
  );
  const second = readTar();
  const stored = digesting();
  let changed: readonly string[] = [];
  let begun = false;
  const file = `${host}.tar`;
  const tags = tagArguments({ service, environment, id, kind: 'files' });
  const piped = await pipeCommands(
    {
      from: options.read(all),
      to: {
        argv: [repository.program, 'backup', '--json', '--stdin', '--stdin-filename', file, '--host', service, ...tags],
        env: resolved(resticVariables(repository), secrets),
      },
      through: {
        push(chunk) {
          second.push(chunk);
          const piece = begun ? chunk : Buffer.concat([head, chunk]);
          begun = true;
          return stored.see(piece);
        },
        end: () => Buffer.alloc(0),
      },
      allow: (end) => {
        const told = ended(options, end);
        second.end();
        changed = [...new Set([...differences(entries, second.entries).map(({ path }) => path), ...told])].toSorted();
        if (changed.length > 0 && !last) throw new ChangedMeanwhile(changed);
      },
      signal,
    },
    clock,
  );
  const { to } = piped;
  const snapshot = to === null || to.exitCode !== 0 ? null : madeSnapshot(to.stdout);
  if (snapshot === null) throw new ProblemError(resticProblem(repository, to ?? { exitCode: 1, stderr: '' }));
  return {
    ...{ v: 1, kind: 'files', id, run: options.run, takenAt, paths, snapshot, state: 'stored', why: null },
    host: { name: host, file, ...stored.told(), entries: entries.length, changed: [...changed], verified: null },
  };
}

function digesting() {
  const hash = createHash('sha256');
  let bytes = 0;
  return {
    see(piece: Buffer): Buffer {
      bytes += piece.length;
      hash.update(piece);
      return piece;
    },
    told: () => ({ bytes, sha256: hash.digest('hex') }),
  };
}

/**
 * What tar says that somebody wrote while it read. GNU tar ends with 1 for that, and goes on.
 * @throws ProblemError when it did not come to its end
 */
function ended(options: HostTakeOptions, end: PipeEnd): readonly string[] {
  if (end.exitCode === 0) return [];
  const told = [
    ...end.stderr.matchAll(
      /^tar: (.+): (?:file changed [a-z]+ we read it|File removed before we read it|File shrank by .*)$/gm,
    ),
  ];
  if (end.exitCode === 1 && told.length > 0) return told.flatMap(([, path]) => (path === undefined ? [] : [path]));
  throw new ProblemError(options.problemOf(end));
}

/** What must be the same when it is read back: everything but what changed meanwhile. Pure. */
export function sameAsDescribed(
  described: readonly TarEntry[],
  stored: readonly TarEntry[],
  changed: readonly string[],
): readonly string[] {
  return differences(
    described,
    stored.filter(({ path }) => path !== DESCRIPTION),
  )
    .filter(({ path }) => !isWithin(path, changed))
    .map(({ path }) => path);
}

function few(paths: readonly string[]): string {
  return paths.length > 5 ? `${paths.slice(0, 5).join(', ')} and ${paths.length - 5} more` : paths.join(', ');
}

function notThere(host: string, absent: readonly string[]): Problem {
  return {
    code: 'backup.host-path-missing',
    where: host,
    found: `no ${few(absent)}`,
    expected:
      'every path that `backup.files` names for this host; nothing of it was stored, so the backup before it still counts',
    remedy: 'bring them back (`shiplock restore files`), or take them out of `backup.files`',
  };
}
