import { packageVersion } from '../../src/cli/version.ts';
import type { Finding } from '../../src/model/finding.ts';
import { type Problem, problemsOf } from '../../src/model/problem.ts';
import { findingsOf, sarifLog } from '../../src/report/index.ts';
import type { Job } from './job.ts';

interface Said {
  readonly problems: readonly Problem[];
  /** What a linter found. */
  readonly findings?: readonly Finding[];
}

/** Says what is done, and writes what was found about files on the way as SARIF, however it ends. Without a file only the former. */
export async function withSarif<T extends Said>(
  job: Pick<Job, 'write'>,
  file: string | undefined,
  act: () => Promise<T>,
  what = 'the migrations',
): Promise<T> {
  const write = async ({ problems, findings: found = [] }: Said): Promise<void> => {
    if (file === undefined) return;
    const { findings, others } = findingsOf(problems);
    const root = process.env['GITHUB_WORKSPACE'] ?? process.cwd();
    const log = sarifLog([...found, ...findings], { version: packageVersion(), root, failures: others });
    await job.write(file, `${JSON.stringify(log, null, 2)}\n`);
  };
  try {
    const done = await act();
    await write(done);
    return done;
  } catch (error) {
    await write({ problems: problemsOf(error, what) });
    throw error;
  }
}
