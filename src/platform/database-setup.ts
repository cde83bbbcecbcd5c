import { fileURLToPath } from 'node:url';
import type { DatabaseSetupLook } from '../model/database-host.ts';
import { textLines } from './lines.ts';

/** The machine of a new server of databases: database-setup.sh beside this module, and what it says. */

/** A part of the program of hosts. */
export const DATABASE_SETUP_PROGRAM = fileURLToPath(new URL('./database-setup.sh', import.meta.url));

const KINDS = [
  ...['memory', 'cores', 'disk', 'from', 'data', 'free', 'option', 'enabled', 'version', 'variable', 'zones'],
  ...['tables', 'account', 'lax', 'silent'],
] as const;

/** The answer of `setup_look`; undefined for one that is not whole. Pure. */
export function parseDatabaseSetup(stdout: string): DatabaseSetupLook | undefined {
  const texts = textLines(stdout, KINDS);
  if (texts === undefined) return undefined;
  const one = (kind: (typeof KINDS)[number]): string => texts(kind)[0]?.trim() ?? '';
  const number = (kind: (typeof KINDS)[number]): number => (one(kind) === '' ? Number.NaN : Number(one(kind)));
  const [state = '', owner = '', mode = ''] = one('data').split(' ');
  const [memory, cores, freeBytes] = [number('memory'), number('cores'), number('free')];
  if (![memory, cores, freeBytes].every(Number.isFinite)) return undefined;
  if (state !== 'none' && state !== 'empty' && state !== 'filled') return undefined;
  const version = one('version');
  const variables = texts('variable').map((text) => {
    const at = text.indexOf('=');
    return [text.slice(0, at).toLowerCase(), text.slice(at + 1)] as const;
  });
  const counts = [number('zones'), number('tables')];
  if (version !== '' && !counts.every(Number.isFinite)) return undefined;
  const [zones = 0, tables = 0] = counts;
  return {
    ...{ memory, cores, freeBytes, data: { state, owner, mode }, enabled: texts('enabled') },
    disk: one('disk') === 'hdd' ? 'hdd' : 'ssd',
    from: one('from') === '' ? null : one('from'),
    options: texts('option'),
    server:
      version === ''
        ? null
        : {
            ...{ version, zones, tables, administrators: texts('account'), lax: texts('lax') },
            variables: Object.fromEntries(variables),
          },
    silence: one('silent'),
  };
}
