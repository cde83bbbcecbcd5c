import { z } from 'zod';
import { defineAction } from '../shared/define.ts';
import { state } from '../shared/fields.ts';
import { optional } from '../shared/inputs.ts';

export const report = defineAction({
  name: 'report',
  title: 'Shiplock report',
  description: 'Tell what a run did and why, from its journal alone: in the summary of the job, and as a page.',
  inputs: z.object({
    state: state(),
    run: optional('The run. Empty means the newest release or rollback.', '20261121-071500-3f2a'),
    output: optional(
      'A file for the page (HTML), for instance to be uploaded as an artefact. Empty means no page.',
      'report.html',
    ),
  }),
  outputs: {
    run: 'The run that is told of.',
    status: 'How it stands, in a few words.',
    sentence: 'The whole story in one sentence.',
    file: 'The page; empty when none was asked for.',
  },
  acts: false,
});
