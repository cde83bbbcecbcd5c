import { z } from 'zod';
import { defineAction } from '../shared/define.ts';
import { config, environment, state } from '../shared/fields.ts';
import { flag } from '../shared/inputs.ts';

export const drift = defineAction({
  name: 'drift',
  title: 'Shiplock drift',
  description:
    'Say what differs between git, what Argo CD was told to bring, and the cluster, and who wrote it; fail when something differs. Only looks.',
  inputs: z.object({
    environment: environment('to look at; one on `kubernetes`.'),
    all: flag('Look also at resources that Argo CD calls synced (true or false).'),
    accept: flag('Do not fail the job when something differs (true or false).'),
    config: config(),
    state: state(),
  }),
  outputs: {
    differs: 'true, or false where nothing differs.',
    resources: 'How many resources differ.',
    commit: 'Head of the branch that names what serves.',
    revision: 'The commit that Argo CD compared with.',
  },
  acts: false,
});
