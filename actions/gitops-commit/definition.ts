import { z } from 'zod';
import { defineAction } from '../shared/define.ts';
import { config, environment, RUN_OUTPUTS, state } from '../shared/fields.ts';
import { needed, usually } from '../shared/inputs.ts';

export const gitopsCommit = defineAction({
  name: 'gitops-commit',
  title: 'Shiplock gitops commit',
  description:
    'Set one value in the repository that Argo CD syncs, by one commit that changes nothing else; never in a file that names what serves.',
  inputs: z.object({
    environment: environment('whose repository it is.'),
    file: needed('File inside the repository; none that names what serves.', 'apps/api/scale.yaml'),
    path: needed('Place of the value: keys joined by dots, `[name=api]` or `[0]` behind a list.', 'spec.tier'),
    value: needed('The new value, a text; numbers, true and false are refused.', 'large'),
    config: config(),
    state: state(),
    reason: usually('Why. Stands in the journal.', 'set by a workflow'),
  }),
  outputs: {
    ...RUN_OUTPUTS,
    commit: 'Commit that has the value.',
    before: 'What stood there; empty for nothing.',
    changed: 'true, or false where it stood there already.',
  },
  acts: true,
});
