import { z } from 'zod';
import type { Text } from '../../model/effect.ts';
import { parsedJson } from '../../model/json.ts';
import type { CommandResult, Exec, Secrets } from '../../model/ports.ts';
import { type Problem, ProblemError } from '../../model/problem.ts';

/** restic keeps the bytes. It is told by names of snapshots what to do, and never decides what may go. */

/** One repository, as it is configured; secrets are references. */
export interface Repository {
  readonly repository: string;
  readonly password: Text;
  readonly env: Readonly<Record<string, Text>>;
  /** Name on PATH or path. */
  readonly program: string;
  /** Directory of its cache. */
  readonly cache: string;
}

/** What marks a snapshot as one of ours, and as which. */
export interface SnapshotTags {
  readonly service: string;
  readonly environment: string;
  readonly id: string;
  readonly kind: 'full' | 'segments' | 'files' | 'catalogue';
}

/** Environment of a command on it; the password never stands in argv. Pure. */
export function resticVariables({ repository, password, env, cache }: Repository): Readonly<Record<string, Text>> {
  return { ...env, RESTIC_REPOSITORY: repository, RESTIC_PASSWORD: password, RESTIC_CACHE_DIR: cache };
}

/** The same for `restic copy`, where another repository is the source. Pure. */
export function copyVariables(to: Repository, from: Repository): Readonly<Record<string, Text>> {
  return {
    ...from.env,
    ...resticVariables(to),
    RESTIC_FROM_REPOSITORY: from.repository,
    RESTIC_FROM_PASSWORD: from.password,
  };
}

/** The values themselves, for a command that is started at once. */
export function resolved(
  variables: Readonly<Record<string, Text>>,
  secrets: Secrets,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : secrets.get(value.secret),
    ]),
  );
}

/** Arguments that tag a snapshot. Pure. */
export function tagArguments({ service, environment, id, kind }: SnapshotTags): readonly string[] {
  const tags = ['shiplock', `service:${service}`, `environment:${environment}`, `id:${id}`, `kind:${kind}`];
  return tags.flatMap((tag) => ['--tag', tag]);
}

const snapshotSchema = z.object({
  id: z.string(),
  time: z.string(),
  tags: z.array(z.string()).nullish(),
  paths: z.array(z.string()),
});
export interface Snapshot {
  readonly id: string;
  readonly tags: readonly string[];
  readonly paths: readonly string[];
}

const LOOK_MS = 300_000;

/** Looks at a repository; what changes one are effects, or steps that pipe. */
export interface RepositoryLook {
  /** What restic calls it, for ever; null: there is none at this place. @throws ProblemError for anything else, such as a wrong key */
  identity(): Promise<string | null>;
  /** Those that have all of these tags. */
  snapshots(tags: readonly string[]): Promise<readonly Snapshot[]>;
}

export function lookAt(
  repository: Repository,
  ports: { readonly exec: Exec; readonly secrets: Secrets },
): RepositoryLook {
  const run = (words: readonly string[]): Promise<CommandResult> =>
    ports.exec.read([repository.program, ...words], {
      env: resolved(resticVariables(repository), ports.secrets),
      timeoutMs: LOOK_MS,
    });
  return {
    async identity() {
      const result = await run(['--no-lock', 'cat', 'config']);
      if (result.exitCode === 0) return z.object({ id: z.string() }).parse(JSON.parse(result.stdout)).id;
      if (saysMissing(result.stderr)) return null;
      throw new ProblemError(resticProblem(repository, result));
    },
    async snapshots(tags) {
      const result = await run([
        '--no-lock',
        'snapshots',
        '--json',
        ...(tags.length === 0 ? [] : ['--tag', tags.join(',')]),
      ]);
      if (result.exitCode !== 0) throw new ProblemError(resticProblem(repository, result));
      const found = z.array(snapshotSchema).nullable().parse(JSON.parse(result.stdout)) ?? [];
      return found.map(({ id, tags: own, paths }) => ({ id, paths, tags: own ?? [] }));
    },
  };
}

/** No repository there, as restic says it for directories, SFTP and S3. Pure. */
export function saysMissing(stderr: string): boolean {
  // restic asks whether there is a repository also where it was not let in to look.
  if (NO_WAY.test(stderr)) return false;
  return (
    /Is there a repository at the following location/i.test(stderr) ||
    /unable to open config file.*(?:no such file|does not exist|not exist|NoSuchKey|specified key does not exist)/is.test(
      stderr,
    )
  );
}

/** What restic said, as a problem. Pure. */
export function resticProblem(
  { repository, program }: Pick<Repository, 'repository' | 'program'>,
  { exitCode, stderr }: Pick<CommandResult, 'exitCode' | 'stderr'>,
): Problem {
  const said = stderr.trim().split('\n').slice(-4).join(' ').slice(0, 500) || `exit code ${exitCode}`;
  const where = repository;
  if (exitCode === 127) {
    return {
      ...{ code: 'backup.no-program', where: program, found: said },
      expected: 'restic, 0.14 or newer',
      remedy: 'install it, or name it in `backup.programs.restic`',
    };
  }
  if (/wrong password or no key found/i.test(stderr)) {
    return {
      ...{ code: 'backup.wrong-key', where, found: 'a password that opens no key of this repository' },
      expected: 'the password with which the repository was made',
      remedy: 'look at `backup.password`; without that password nothing in this repository can be read by anybody',
    };
  }
  if (saysMissing(stderr)) {
    return {
      ...{ code: 'backup.no-repository', where, found: 'no repository' },
      expected: 'the repository in which the backups are',
      remedy:
        'mount it, or mend `backup.repository`; `shiplock backup run` makes a new one only where there are no backups yet',
    };
  }
  if (/no space left on device|disk quota exceeded|not enough space/i.test(stderr)) {
    return {
      ...{ code: 'backup.no-space', where, found: said },
      expected: 'room for the backup',
      remedy: 'make room, or let old backups go: `shiplock backup forget`',
    };
  }
  if (/already locked/i.test(stderr)) {
    return {
      ...{ code: 'backup.repository-locked', where, found: said },
      expected: 'a repository that nobody else works on',
      remedy: 'wait for the other command; a lock whose process is gone is taken away by the next backup',
    };
  }
  if (NO_WAY.test(stderr)) {
    return {
      ...{ code: 'backup.repository-unreachable', where, found: said },
      expected: 'a repository that answers this machine and lets it in',
      remedy:
        'look at the network, at the account and its keys (`env:` of the repository, the configuration of ssh); nothing says that the repository is damaged',
    };
  }
  return {
    ...{ code: 'backup.storage-failed', where, found: said },
    expected: 'a repository that takes and gives back what it is given',
    remedy: 'read what restic says; `shiplock backup check` looks at the whole repository',
  };
}

/** As the networks, ssh, and servers of S3 say that somebody does not get there, or is not let in. */
const NO_WAY = new RegExp(
  [
    ...['unable to start the sftp session', 'host key verification failed', 'permission denied \\('],
    ...[
      'connection (?:refused|reset|timed out|closed by)',
      'no such host',
      'could not resolve hostname',
      'i/o timeout',
    ],
    ...['no route to host', 'network is unreachable', 'tls: ', 'x509: '],
    ...[
      'invalidaccesskeyid',
      'access key id you provided',
      'signaturedoesnotmatch',
      'signature we calculated',
      'access ?denied',
    ],
  ].join('|'),
  'i',
);

const summarySchema = z.object({
  message_type: z.literal('summary'),
  snapshot_id: z.string(),
  total_files_processed: z.number().int(),
  total_bytes_processed: z.number().int(),
});

/** What `restic backup --json` says at its end: the id of the snapshot, and how many files it read; null: it says nothing of it. Pure. */
export function madeOf(
  stdout: string,
): { readonly snapshot: string; readonly files: number; readonly bytes: number } | null {
  for (const line of stdout.trimEnd().split('\n').toReversed()) {
    const { data } = summarySchema.safeParse(parsedJson(line));
    if (data !== undefined)
      return { snapshot: data.snapshot_id, files: data.total_files_processed, bytes: data.total_bytes_processed };
  }
  return null;
}

/** Id of the snapshot alone; null: it says none. Pure. */
export function madeSnapshot(stdout: string): string | null {
  return madeOf(stdout)?.snapshot ?? null;
}
