import { z } from 'zod';
import { defineAction } from '../shared/define.ts';
import { config, environment, state } from '../shared/fields.ts';
import { flag, usually } from '../shared/inputs.ts';

export const dataReset = defineAction({
  name: 'data-reset',
  title: 'Shiplock data reset',
  description:
    'Empty the database of a development or testing environment and fill it anew, as `database.reset` says; refused everywhere else.',
  inputs: z.object({
    environment: environment('whose rows are thrown away.'),
    config: config(),
    state: state(),
    reason: usually('Why. Stands in the journal.', 'reset'),
    plan: flag('Only say what would be done, in the summary of the job (true or false).'),
  }),
  outputs: {
    outcome: 'done; planned where it was only said.',
    run: 'The run, for `shiplock journal`.',
    tables: 'How many tables were emptied.',
    rows: 'How many rows are there now.',
  },
  acts: true,
});
