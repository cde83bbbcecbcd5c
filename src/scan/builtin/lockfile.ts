import type { RawFinding } from '../types.ts';
import type { BuiltIn } from './builtin.ts';
import { goSums } from './lock-go.ts';
import { npmLocks } from './lock-npm.ts';
import { npmSettings } from './lock-settings.ts';

/** Lock files: are there any, do they fit, and where would they let packages come from? */
export const lockfile: BuiltIn = {
  id: 'lockfile',
  subject: 'dependencies',
  about: 'lock files of npm and Go: missing, out of date, or from strange places',
  async look({ tree, settings }) {
    const parts = [npmLocks(tree, settings), npmSettings(tree, settings), goSums(tree)];
    const looked = parts.filter((part): part is readonly RawFinding[] => part !== null);
    return looked.length === 0 ? null : looked.flat();
  },
};
