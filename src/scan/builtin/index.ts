import type { BuiltIn } from './builtin.ts';
import { freshness } from './freshness.ts';
import type { BuiltInId } from './ids.ts';
import { installScripts } from './install-scripts.ts';
import { lockfile } from './lockfile.ts';
import { lookalikes } from './lookalikes.ts';
import { pins } from './pins.ts';

/** All checks of our own, by their names. */
export const builtIns: Readonly<Record<BuiltInId, BuiltIn>> = {
  lockfile,
  'install-scripts': installScripts,
  pins,
  lookalikes,
  freshness,
};
