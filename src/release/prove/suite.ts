import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ResolvedCompatibility } from '../../config/index.ts';
import { type ScratchDatabase, type Suite, type SuiteEnd, suiteEnv } from '../../migrate/index.ts';
import { ProblemError, problemsOf } from '../../model/problem.ts';
import type { Service } from '../door.ts';
import { secretVariables } from '../environment/secrets.ts';
import type { ServiceEnvironment } from '../environment/service.ts';

/** The suite of a release, as it lies in a directory. */
export function suiteIn(
  directory: string,
  version: string,
  compatibility: ResolvedCompatibility,
  { exec, environment }: Pick<ServiceEnvironment, 'exec' | 'environment'>,
): Suite {
  // Tests may do anything to the database that they find: they must not find the real one.
  const kept = Object.fromEntries(secretVariables(environment).map((name) => [name, undefined]));
  return {
    version,
    run: async ({ name, connection }: ScratchDatabase): Promise<SuiteEnd> => {
      const address = { ...connection, port: String(connection.port), database: name };
      try {
        const ended = await exec.read(compatibility.command, {
          cwd: join(directory, compatibility.directory),
          env: { ...kept, ...suiteEnv(compatibility.env, address) },
          timeoutMs: compatibility.timeoutMs,
        });
        const tail = `${ended.stdout}\n${ended.stderr}`.trim().split('\n').slice(-12).join('\n');
        return ended.exitCode === 0 ? { kind: 'passed' } : { kind: 'failed', exit: ended.exitCode, tail };
      } catch (error) {
        const [problem] = problemsOf(error, compatibility.command.join(' '));
        return { kind: 'failed', exit: null, tail: problem?.found ?? 'it did not end' };
      }
    },
  };
}

/** The service as a commit has it, in a directory of its own that is gone when `use` has ended. */
export async function withCommit<T>(
  { exec, baseDir }: Pick<Service, 'exec' | 'baseDir'>,
  commit: string,
  use: (directory: string) => Promise<T>,
): Promise<T> {
  const prefix = await exec.read(['git', '-C', baseDir, 'rev-parse', '--show-prefix']);
  const tree = `${commit}:${prefix.stdout.trim()}`;
  const directory = await mkdtemp(join(tmpdir(), 'shiplock-prove-'));
  try {
    const file = join(directory, 'source.tar');
    const packed = await exec.read(['git', '-C', baseDir, 'archive', '--format=tar', `--output=${file}`, tree]);
    if (packed.exitCode !== 0) throw new ProblemError(noCommit(commit, baseDir, packed.stderr));
    const unpacked = await exec.read(['tar', '-x', '-f', file, '-C', directory]);
    if (unpacked.exitCode !== 0) throw new Error(unpacked.stderr);
    await rm(file);
    return await use(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function noCommit(commit: string, baseDir: string, said: string) {
  return {
    code: 'migrate.no-source',
    where: baseDir,
    found: said.trim().split('\n')[0] ?? `no commit ${commit}`,
    expected: `commit ${commit.slice(0, 12)}, from which the release that serves was built: its own suite is run`,
    remedy: 'fetch the whole history (git fetch --unshallow, or fetch-depth: 0 in a workflow)',
  };
}
