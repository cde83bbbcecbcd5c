import { z } from 'zod';
import { defineAction } from '../shared/define.ts';
import { config, environment, RUN_OUTPUTS, state, token } from '../shared/fields.ts';
import { needed, optional } from '../shared/inputs.ts';

export const rollback = defineAction({
  name: 'rollback',
  title: 'Shiplock rollback',
  description:
    'Take an environment back to an earlier release: traffic first. A release that is under way is pre-empted.',
  inputs: z.object({
    environment: environment('to take back.'),
    to: optional('The release to go back to. Empty means the one before.', '1.3.2'),
    config: config(),
    state: state(),
    reason: needed('Why. Stands in the journal.', '"checkout fails"'),
    token: token(),
  }),
  outputs: { ...RUN_OUTPUTS, version: 'The version that serves again.' },
  acts: true,
});
