import type { Dialect } from '../sql/tree.ts';

/** The server that a migration is written for. */
export interface Server {
  readonly dialect: Dialect;
  /** Major, minor, patch. */
  readonly version: readonly [number, number, number];
}

/** What is taken when nobody says a version: what is supported for long, and what most run. */
export const USUAL_VERSION: Readonly<Record<Dialect, string>> = { mysql: '8.4', mariadb: '10.11' };

/** Reads `8.0.35`, `10.11.6-MariaDB-log` or `9`; undefined for anything else. Pure. */
export function serverOf(dialect: Dialect, version: string = USUAL_VERSION[dialect]): Server | undefined {
  const match = /^(\d{1,3})(?:\.(\d{1,3}))?(?:\.(\d{1,3}))?(?:[-+~].*)?$/.exec(version.trim());
  if (match === null) return undefined;
  // A band without patch level means its newest servers.
  const [major, minor = 99, patch = 99] = match.slice(1).map((part) => (part === undefined ? undefined : Number(part)));
  return major === undefined ? undefined : { dialect, version: [major, minor, patch] };
}

/** Is the server's version at least this one? `8.0.29`, `8.4`. Pure. */
export function atLeast({ version }: Pick<Server, 'version'>, least: string): boolean {
  const wanted = least.split('.').map(Number);
  for (const [index, part] of version.entries()) {
    const other = wanted[index] ?? 0;
    if (part !== other) return part > other;
  }
  return true;
}

/** As people write it. */
export function serverName({ dialect, version }: Server): string {
  const known = version.filter((part, index) => index === 0 || part !== 99);
  return `${dialect === 'mysql' ? 'MySQL' : 'MariaDB'} ${known.join('.')}`;
}
