import { defineBuild } from '../shared/build.ts';

export const buildFrontend = defineBuild({
  name: 'build-frontend',
  title: 'Shiplock build frontend',
  description:
    'Build the frontend: static files, by digest; a release of the same commit on this runner takes it and does not build again.',
  kind: 'static',
  example: 'frontend',
});
