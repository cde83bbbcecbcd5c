import { defineBuild } from '../shared/build.ts';

export const buildClient = defineBuild({
  name: 'build-client',
  title: 'Shiplock build client',
  description:
    'Build the client script: checked by shellcheck, tested, packed with its installer and signed, by digest; a release of the same commit on this runner takes it and does not build again.',
  kind: 'script',
  example: 'client',
});
