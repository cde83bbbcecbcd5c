import { defineBuild } from '../shared/build.ts';
import { defineAction } from '../shared/define.ts';

const plain = defineBuild({
  name: 'build-frontend',
  title: 'Shiplock build frontend',
  description:
    'Build the frontend: static files, by digest; a release of the same commit on this runner takes it and does not build again.',
  kind: 'static',
  example: 'frontend',
});

export const buildFrontend = defineAction({
  ...plain,
  outputs: {
    ...plain.outputs,
    pages: 'What each page loads, beside its budget and the release that serves, as JSON.',
  },
});
