import { z } from 'zod';
import { defineAction } from '../shared/define.ts';
import { change, config, environment, RUN_OUTPUTS, release, state, token } from '../shared/fields.ts';
import { flag, usually } from '../shared/inputs.ts';

export const rollout = defineAction({
  name: 'rollout',
  title: 'Shiplock rollout',
  description: 'Build the commit that is checked out and release it with evidence, or take it back.',
  inputs: z.object({
    environment: environment('to release to.'),
    config: config(),
    state: state(),
    release: release(),
    reason: usually('Why. Stands in the journal.', 'release'),
    change: change(),
    seed: flag('Load the seed data on a first release (true or false).'),
    token: token(),
  }),
  outputs: { ...RUN_OUTPUTS, version: 'The version that was released.' },
  acts: true,
});
