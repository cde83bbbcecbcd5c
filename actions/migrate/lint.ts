import { lintText } from '../../src/cli/commands/migrate-lint-text.ts';
import { EXIT } from '../../src/model/exit.ts';
import { openService } from '../../src/release/index.ts';
import { lintMigrations } from '../../src/release/run/lint.ts';
import type { InputsOf } from '../shared/define.ts';
import type { Job } from '../shared/job.ts';
import { codeBlock } from '../shared/words.ts';
import type { migrate } from './definition.ts';
import type { Judged } from './judged.ts';

/** Judges the migration files: an annotation at each finding, and all of them in the summary. */
export async function judge(inputs: InputsOf<typeof migrate>, job: Job): Promise<Judged> {
  const service = await openService(job.door(inputs, false));
  const { result, server, findings } = await lintMigrations(service, inputs.environment, process.cwd());
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
      'stored-plan': '',
      anchor: '',
      schema: '',
      findings: String(findings.length),
    },
    summary: codeBlock(`${text}\n`),
  };
}
