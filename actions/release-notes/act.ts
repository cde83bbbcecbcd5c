import { EXIT } from '../../src/model/exit.ts';
import { releaseNotes as notesOf, openService } from '../../src/release/index.ts';
import { notesMarkdown } from '../../src/report/index.ts';
import type { InputsOf, OutputsOf } from '../shared/define.ts';
import type { Done, Job } from '../shared/job.ts';
import type { releaseNotes } from './definition.ts';

/** Writes what a release brings. */
export async function act(
  inputs: InputsOf<typeof releaseNotes>,
  job: Job,
): Promise<Done<keyof OutputsOf<typeof releaseNotes>>> {
  const { environment, from, to, output } = inputs;
  const notes = await notesOf(await openService(job.door(inputs, false)), { environment, from, to });
  const text = notesMarkdown(notes);
  const file = output === undefined ? '' : await job.write(output, text);
  const version = notes.to.version ?? '';
  return {
    exit: EXIT.done,
    problems: [],
    sentence: `${notes.entries.length} changes come to ${environment} with ${version}; they stand in the summary.`,
    outputs: {
      from: notes.from?.commit ?? '',
      to: notes.to.commit,
      version,
      changes: String(notes.entries.length),
      breaking: String(notes.entries.some(({ breaking }) => breaking)),
      file,
    },
    summary: text,
  };
}
