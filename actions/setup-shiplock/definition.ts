import { z } from 'zod';
import { defineAction } from '../shared/define.ts';

export const setupShiplock = defineAction({
  name: 'setup-shiplock',
  title: 'Shiplock setup',
  description:
    'Put the `shiplock` command of this very commit on PATH. Nothing is downloaded, and Node comes from the runner.',
  inputs: z.object({}),
  outputs: { path: 'The command.', version: 'Its version.' },
  acts: false,
});
