import { defineGoBuild } from '../shared/build.ts';

export const buildApi = defineGoBuild({
  name: 'build-api',
  title: 'Shiplock build api',
  description:
    'Build the API: a static Go program for each platform, by digest, after its tests; a release of the same commit on this runner takes it and does not build again.',
  kind: 'go',
  example: 'api',
});
