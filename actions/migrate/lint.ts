import { lintText } from '../../src/cli/commands/migrate-lint-text.ts';
import { EXIT } from '../../src/model/exit.ts';
import type { ServiceEnvironment } from '../../src/release/index.ts';
import { lintMigrations } from '../../src/release/run/lint.ts';
import type { Job } from '../shared/job.ts';
import { codeBlock } from '../shared/words.ts';
import type { Judged } from './act.ts';

/** Judges the migration files: an annotation at each finding, and all of them in the summary. */
export async function judge(service: ServiceEnvironment, job: Pick<Job, 'annotate'>): Promise<Judged> {
  const { result, server, findings } = await lintMigrations(service, process.cwd());
  for (const finding of findings) job.annotate(finding);
  const text = lintText(result, server, (_style, plain) => plain);
  const errors = findings.filter(({ level }) => level === 'error').length;
  return {
    exit: errors === 0 ? EXIT.done : EXIT.failed,
    problems: [],
    findings,
    sentence: text.split('\n').at(-1) ?? '',
    outputs: {
      outcome: 'judged',
      version: '',
      run: '',
      'plan-hash': '',
      anchor: '',
      schema: '',
      findings: String(findings.length),
    },
    summary: codeBlock(`${text}\n`),
  };
}
