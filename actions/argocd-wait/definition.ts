import { z } from 'zod';
import { defineAction } from '../shared/define.ts';
import { config, environment, RUN_OUTPUTS, state } from '../shared/fields.ts';
import { optional, usually } from '../shared/inputs.ts';

export const argocdWait = defineAction({
  name: 'argocd-wait',
  title: 'Shiplock wait for Argo CD',
  description:
    'Ask Argo CD to bring a commit into the cluster and wait until it has: this one, or one that contains it.',
  inputs: z.object({
    environment: environment('whose application it is.'),
    commit: optional('The commit, whole. Empty means the head of the branch.', 'a'.repeat(40)),
    config: config(),
    state: state(),
    reason: usually('Why. Stands in the journal.', 'asked by a workflow'),
  }),
  outputs: {
    ...RUN_OUTPUTS,
    commit: 'The commit that was waited for.',
    revision: 'The commit that the cluster was compared with; empty when it did not come to that.',
  },
  acts: true,
});
