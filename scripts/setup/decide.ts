import type { Needed } from './components.ts';

/** What looking for one needed program found. */
export type Found =
  | { readonly kind: 'good'; readonly needed: Needed }
  | { readonly kind: 'absent'; readonly needed: Needed; readonly binaries: readonly string[] }
  | { readonly kind: 'old'; readonly needed: Needed; readonly version: string };

/** What this machine lets us do about it. */
export interface Machine {
  /** apt-get is there. */
  readonly apt: boolean;
  /** We are root, or sudo answers without a password, or neither. */
  readonly rights: 'root' | 'sudo' | 'none';
}

export type Decision =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'install'; readonly packages: readonly string[]; readonly sudo: boolean }
  /** Nothing can be installed here: `lines` say exactly what is missing and how to get it. */
  | { readonly kind: 'tell'; readonly lines: readonly string[] };

/** The first version number in a program's words, as numbers: "HAProxy version 2.6.12-1" → [2, 6, 12]; empty when there is none. */
export function versionIn(text: string): readonly number[] {
  const match = /\d+(?:\.\d+)+|\d+/.exec(text);
  return match === null ? [] : match[0].split('.').map(Number);
}

/** Whether version `is` is at least `least`; a missing part counts as 0. */
export function atLeast(is: readonly number[], least: readonly number[]): boolean {
  for (const [index, want] of least.entries()) {
    const have = is[index] ?? 0;
    if (have !== want) return have > want;
  }
  return true;
}

/**
 * What to do about what was found: nothing, install Debian packages in one go, or tell the user. A package that would still
 * leave something missing (no package, or one that is too old) is no reason not to install the others; `afterwards` is true
 * when that has been done and only telling is left.
 */
export function decide(found: readonly Found[], machine: Machine, afterwards = false): Decision {
  const lacking = found.filter((one) => one.kind !== 'good');
  if (lacking.length === 0) return { kind: 'nothing' };
  const packages = lacking.flatMap((one) => one.needed.debianPackages ?? []);
  if (!afterwards && machine.apt && machine.rights !== 'none' && packages.length > 0) {
    return { kind: 'install', packages, sudo: machine.rights === 'sudo' };
  }
  const lines = ['missing on this machine:', ...lacking.map((one) => `  ${complaint(one)}`), 'to mend it:'];
  if (packages.length > 0 && !afterwards) {
    lines.push(`  sudo apt-get update && sudo apt-get install --no-install-recommends ${packages.join(' ')}`);
  }
  for (const one of lacking) {
    const { name, elsewhere, version, debianPackages } = one.needed;
    if (debianPackages !== undefined && !afterwards) continue;
    const least = version === undefined ? '' : ` ≥ ${version.least.join('.')}`;
    lines.push(`  install ${name}${least}${elsewhere === undefined ? ' and put it on PATH' : ` ${elsewhere}`}`);
  }
  return { kind: 'tell', lines };
}

function complaint(found: Found): string {
  const { name, why, version } = found.needed;
  const least = version === undefined ? '' : ` ≥ ${version.least.join('.')}`;
  if (found.kind === 'old') return `${name}${least} (${why}): only ${found.version} was found`;
  const absent = found.kind === 'absent' ? found.binaries.join(', ') : '';
  return `${name}${least} (${why}): ${absent} not on PATH`;
}
