import { z } from 'zod';
import { defineAction } from '../shared/define.ts';
import { config, state } from '../shared/fields.ts';
import { needed } from '../shared/inputs.ts';

export const chatops = defineAction({
  name: 'chatops',
  title: 'Shiplock chatops',
  description:
    'Do what a new comment on an issue or a pull request asks for: authorised by the policy, at the commit that was there when it was written, once.',
  inputs: z.object({
    token: needed(
      'Token of an App, or of the job, by which the forge is asked and answered. No command that the comment starts can read it.',
      '"${{ secrets.SHIPLOCK_TOKEN }}"',
    ),
    config: config(),
    state: state(),
  }),
  outputs: {
    outcome: 'done, ended-badly, ignored, refused or failed.',
    commit: 'Commit that the journal names; empty for a command that brings none.',
  },
  acts: true,
});
