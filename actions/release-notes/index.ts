import { EXIT } from '../../src/model/exit.ts';
import { releaseNotes as notesOf, openService } from '../../src/release/index.ts';
import { notesMarkdown } from '../../src/report/index.ts';
import { runAction } from '../shared/job.ts';
import { releaseNotes } from './definition.ts';

await runAction(releaseNotes, async (inputs, job) => {
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
});
