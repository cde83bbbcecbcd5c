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
  readonly docker: DockerAnswer;
}

/** Whether a Docker engine answers. One that is not there at all (`absent`) is nothing to speak of; a `silent` one may be meant to answer. */
export type DockerAnswer = { readonly kind: 'answers' } | { readonly kind: 'absent' | 'silent'; readonly why: string };

/** Where a program that is not on PATH can come from, in the order in which they are tried. */
export type Source = 'docker' | 'debian';

export type Decision =
  | { readonly kind: 'nothing' }
  /** Take these from their images. */
  | { readonly kind: 'fetch'; readonly needed: readonly Needed[] }
  /** `instead` says why Docker was passed over, where that is worth a word. */
  | {
      readonly kind: 'install';
      readonly packages: readonly string[];
      readonly sudo: boolean;
      readonly instead?: string;
    }
  /** Nothing can be done here: `lines` say exactly what is missing and how to get it. */
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
 * What to do next about what was found: nothing, take images, install Debian packages in one go, or tell the user. Every source is
 * tried once; `tried` names those that have been. A source that would still leave something missing (no image, no package, or one
 * that is too old) is no reason not to take the others from it.
 */
export function decide(found: readonly Found[], machine: Machine, tried: readonly Source[] = []): Decision {
  const lacking = found.filter((one) => one.kind !== 'good').map((one) => one.needed);
  if (lacking.length === 0) return { kind: 'nothing' };
  const { apt, rights, docker } = machine;
  const withImage = tried.includes('docker') ? [] : lacking.filter((one) => one.image !== undefined);
  if (docker.kind === 'answers' && withImage.length > 0) return { kind: 'fetch', needed: withImage };
  const packages = tried.includes('debian') ? [] : lacking.flatMap((one) => one.debianPackages ?? []);
  if (apt && rights !== 'none' && packages.length > 0) {
    const instead = docker.kind === 'silent' && withImage.length > 0 ? { instead: `Docker: ${docker.why}` } : {};
    return { kind: 'install', packages, sudo: rights === 'sudo', ...instead };
  }
  return { kind: 'tell', lines: advice(found, packages, docker.kind === 'answers' ? null : { docker, withImage }) };
}

/** What is missing and how to get it. `asleep`: what a Docker engine would bring if it answered. */
function advice(
  found: readonly Found[],
  packages: readonly string[],
  asleep: { readonly docker: { readonly why: string }; readonly withImage: readonly Needed[] } | null,
): readonly string[] {
  const lacking = found.filter((one) => one.kind !== 'good');
  const lines = ['missing on this machine:', ...lacking.map((one) => `  ${complaint(one)}`), 'to mend it:'];
  if (packages.length > 0) {
    lines.push(`  sudo apt-get update && sudo apt-get install --no-install-recommends ${packages.join(' ')}`);
  }
  for (const one of lacking) {
    const { name, elsewhere, version, debianPackages } = one.needed;
    if (debianPackages !== undefined && packages.length > 0) continue;
    const least = version === undefined ? '' : ` ≥ ${version.least.join('.')}`;
    lines.push(`  install ${name}${least}${elsewhere === undefined ? ' and put it on PATH' : ` ${elsewhere}`}`);
  }
  if (asleep !== null && asleep.withImage.length > 0) {
    const names = asleep.withImage.map((one) => one.name).join(', ');
    lines.push(`  or start a Docker engine, which brings ${names} (${asleep.docker.why})`);
  }
  return lines;
}

function complaint(found: Found): string {
  const { name, why, version } = found.needed;
  const least = version === undefined ? '' : ` ≥ ${version.least.join('.')}`;
  if (found.kind === 'old') return `${name}${least} (${why}): only ${found.version} was found`;
  const absent = found.kind === 'absent' ? found.binaries.join(', ') : '';
  return `${name}${least} (${why}): ${absent} not on PATH`;
}
