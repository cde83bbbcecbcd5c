import type { PackageChange } from '../../model/packages.ts';
import type { Problem } from '../../model/problem.ts';
import type { Engine } from '../settings.ts';

/** From which version of a server to which one its packages may be brought, in place. All pure. */

export interface ServerVersion {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

/**
 * The version in the text of a server (`10.11.18-MariaDB-0+deb12u1`) or of a package (`1:10.11.18-0+deb12u1`); undefined: there is none in it. The number
 * before the colon is Debian's epoch (policy 5.6.12).
 */
export function serverVersion(text: string): ServerVersion | undefined {
  const [, major, minor, patch] = /^(?:\d+:)?(\d+)\.(\d+)\.(\d+)/.exec(text) ?? [];
  return major === undefined ? undefined : { major: Number(major), minor: Number(minor), patch: Number(patch) };
}

export function versionText({ major, minor, patch }: ServerVersion): string {
  return `${major}.${minor}.${patch}`;
}

/** Versions of one series keep their data as each other does. */
export function sameSeries(one: ServerVersion, other: ServerVersion): boolean {
  return one.major === other.major && one.minor === other.minor;
}

/** Less than 0: `one` is older. */
export function compareVersions(one: ServerVersion, other: ServerVersion): number {
  return one.major - other.major || one.minor - other.minor || one.patch - other.patch;
}

/** Packages that hold the program of the server, those of the distributions and of the vendors. */
const SERVERS = /^(?:mariadb|mysql|mysql-community)-server(?:-core)?(?:-\d+(?:\.\d+)*)?$/;

/** The version that the changes bring the server to; null: they bring none. */
export function versionAfter(changes: readonly PackageChange[]): ServerVersion | null {
  const servers = changes.filter(({ name }) => SERVERS.test(name));
  const core = servers.find(({ name }) => name.includes('-server-core')) ?? servers[0];
  return (core === undefined ? undefined : serverVersion(core.to)) ?? null;
}

/**
 * Long-term series of MySQL, and the last ones from before there were such. One of them may not be jumped over (MySQL Reference Manual 8.4, “MySQL
 * Releases: Innovation and LTS” and “Upgrade Paths”).
 */
const LONG_TERM: readonly (readonly [number, number])[] = [
  [5, 6],
  [5, 7],
  [8, 0],
  [8, 4],
  [9, 7],
];

/**
 * What speaks against the way. MySQL: never back, no long-term series jumped over, and no major version beyond the next one, whose long-term series nobody
 * here knows. MariaDB: from any version to any newer one; never back (MariaDB Knowledge Base, “Upgrading Between Major MariaDB Versions” and “Downgrading
 * between Major Versions of MariaDB”).
 */
export function pathProblems(
  engine: Engine,
  from: ServerVersion,
  to: ServerVersion,
  where: string,
): readonly Problem[] {
  const problem = (expected: string, remedy: string): readonly Problem[] => [
    {
      code: 'database.no-way',
      where,
      found: `${engine} ${versionText(from)} → ${versionText(to)}`,
      expected,
      remedy,
    },
  ];
  if (compareVersions(to, from) < 0) {
    return problem('a newer version', 'the way back is a restore into a server of the old version (docs/restore.md)');
  }
  if (engine === 'mariadb') return [];
  const jumped = LONG_TERM.find(
    ([major, minor]) =>
      isBefore([from.major, from.minor], [major, minor]) && isBefore([major, minor], [to.major, to.minor]),
  );
  if (jumped !== undefined) {
    const next = jumped.join('.');
    return problem(
      'no long-term series jumped over',
      `upgrade to the last ${next} first, by giving its versions with --packages`,
    );
  }
  // There never was a 6 or a 7.
  if (from.major >= 8 && to.major - from.major > 1) {
    return problem('the next major version at most', 'read the upgrade paths in the manual of the new version');
  }
  return [];
}

function isBefore([major, minor]: readonly [number, number], [other, otherMinor]: readonly [number, number]): boolean {
  return major < other || (major === other && minor < otherMinor);
}

/** Packages that are asked for where nobody says which. */
export function usualPackages(engine: Engine): readonly string[] {
  return [engine === 'mariadb' ? 'mariadb-server' : 'mysql-server'];
}
