import { packageVersion } from '../../src/cli/version.ts';
import { type Problem, problemsOf } from '../../src/model/problem.ts';
import { findingsOf, sarifLog } from '../../src/report/index.ts';
import type { Job } from './job.ts';

/** Says what is done, and writes what was found about files on the way as SARIF, however it ends. Without a file only the former. */
export async function withSarif<T extends { readonly problems: readonly Problem[] }>(
  job: Pick<Job, 'write'>,
  file: string | undefined,
  act: () => Promise<T>,
): Promise<T> {
  const write = async (problems: readonly Problem[]): Promise<void> => {
    if (file === undefined) return;
    const { findings, others } = findingsOf(problems);
    const root = process.env['GITHUB_WORKSPACE'] ?? process.cwd();
    const log = sarifLog(findings, { version: packageVersion(), root, failures: others });
    await job.write(file, `${JSON.stringify(log, null, 2)}\n`);
  };
  try {
    const done = await act();
    await write(done.problems);
    return done;
  } catch (error) {
    await write(problemsOf(error, 'the migrations'));
    throw error;
  }
}
