import { z } from 'zod';
import { defineAction } from '../shared/define.ts';
import { config, environment, state } from '../shared/fields.ts';
import { optional } from '../shared/inputs.ts';

export const releaseNotes = defineAction({
  name: 'release-notes',
  title: 'Shiplock release notes',
  description:
    'Tell what lies between what serves an environment and what is released to it, from git alone: breaking changes, migrations, pull requests, who.',
  inputs: z.object({
    environment: environment('that it is released to.'),
    from: optional('A version, tag or commit. Empty means what serves the environment.', '1.3.2'),
    to: optional(
      'A version, tag or commit. Empty means what serves the environment before, else the commit that is checked out.',
      '1.4.0',
    ),
    config: config(),
    state: state(),
    output: optional(
      'A file for the notes (Markdown), for instance for a release of the forge. Empty means none.',
      'notes.md',
    ),
  }),
  outputs: {
    from: 'The commit that is replaced; empty for a first release.',
    to: 'The commit that is released.',
    version: 'Its version.',
    changes: 'How many changes it brings.',
    breaking: 'true, or false where no change says that it breaks something.',
    file: 'The notes; empty when none were asked for.',
  },
  acts: false,
});
