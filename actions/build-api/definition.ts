import { defineBuild } from '../shared/build.ts';

export const buildApi = defineBuild({
  name: 'build-api',
  title: 'Shiplock build api',
  description:
    'Build the API: a static Go binary, by digest; a release of the same commit on this runner takes it and does not build again.',
  kind: 'go',
  example: 'api',
});
