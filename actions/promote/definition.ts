import { z } from 'zod';
import { defineAction } from '../shared/define.ts';
import { change, config, environment, RUN_OUTPUTS, state, token } from '../shared/fields.ts';
import { flag, optional, usually } from '../shared/inputs.ts';

export const promote = defineAction({
  name: 'promote',
  title: 'Shiplock promote',
  description: 'Take the release that serves one environment to the next, unchanged: nothing is built again.',
  inputs: z.object({
    environment: environment('that it goes to.'),
    from: optional('Where it has proven itself. Empty means the environment before, as configured.', 'staging'),
    release: optional('Which release. Empty means what serves there.', '1.4.0'),
    config: config(),
    state: state(),
    reason: usually('Why. Stands in the journal.', 'promotion'),
    change: change(),
    seed: flag('Load the seed data on a first release (true or false).'),
    token: token(),
  }),
  outputs: { ...RUN_OUTPUTS, version: 'The version that was promoted.' },
  acts: true,
});
