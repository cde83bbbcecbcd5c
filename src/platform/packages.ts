import { fileURLToPath } from 'node:url';
import type { PackageChange, PackageLook } from '../model/packages.ts';
import { textLines } from './lines.ts';

/** Packages of a machine of the Debian family: packages.sh beside this module, and what it says of them. */

export const PACKAGES_PROGRAM = fileURLToPath(new URL('./packages.sh', import.meta.url));

const KINDS = ['change', 'offered', 'failed', 'installed', 'stale', 'reboot', 'said', 'age', 'auto'] as const;

/** The answer of `look`; undefined for one that is not whole. Pure. */
export function parsePackages(stdout: string): PackageLook | undefined {
  const texts = textLines(stdout, KINDS);
  if (texts === undefined) return undefined;
  const changes = texts('change').map(parseChange);
  if (changes.includes(undefined)) return undefined;
  const offered: Record<string, string[]> = {};
  for (const text of texts('offered')) {
    const [name = '', version = ''] = text.split(' ');
    offered[name] = [...(offered[name] ?? []), version];
  }
  const installed = texts('installed').map((text) => {
    const [name = '', version = '', status = ''] = text.split(' ');
    return [name, { version, whole: /^[a-z]i$/.test(status.trim()) }] as const;
  });
  const age = Number(texts('age')[0] ?? Number.NaN);
  return {
    changes: changes.filter((change) => change !== undefined),
    failed: texts('failed')[0] ?? null,
    offered,
    installed: Object.fromEntries(installed),
    stale: texts('stale'),
    auto: texts('auto'),
    reboot: texts('reboot').length > 0,
    said: texts('said').join('\n'),
    listsAgeMs: Number.isFinite(age) ? Math.max(0, age * 1000) : null,
  };
}

/** A line of `apt-get -s`: `Inst NAME [FROM] (TO SOURCE [ARCH])`, without `[FROM]` for a new one. */
function parseChange(text: string): PackageChange | undefined {
  const [, name, from, to] = /^Inst (\S+) (?:\[(\S+)\] )?\((\S+)[ )]/.exec(text) ?? [];
  return name === undefined || to === undefined ? undefined : { name, from: from ?? null, to };
}
