import { z } from 'zod';
import { defineAction } from '../shared/define.ts';
import { config, environment, RUN_OUTPUTS, state } from '../shared/fields.ts';
import { flag, optional, usually } from '../shared/inputs.ts';

export const migrate = defineAction({
  name: 'migrate',
  title: 'Shiplock migrate',
  description:
    'Apply the pending expand migrations of the commit that is checked out, ahead of its release, or say what would be applied.',
  inputs: z.object({
    environment: environment('whose database it is.'),
    config: config(),
    state: state(),
    reason: usually('Why. Stands in the journal.', 'migration'),
    plan: flag('Only say what would be done, in the summary of the job (true or false).'),
    sarif: optional(
      'A file for what is wrong with the migrations (SARIF 2.1.0), for instance to be uploaded to code scanning. Empty means none.',
      'migrations.sarif',
    ),
  }),
  outputs: {
    ...RUN_OUTPUTS,
    outcome: `${RUN_OUTPUTS.outcome.slice(0, -1)}; planned where it was only said.`,
    version: 'The version whose migrations these are.',
    schema: 'Schema state with them: the newest migration.',
  },
  acts: true,
});
