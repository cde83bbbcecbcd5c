import { zipOf } from './zip.ts';

/** A few published vulnerabilities of packages of distributions, as OSV's databases have them. */

interface Advisory {
  /** With its release. */
  readonly ecosystem: string;
  readonly name: string;
  readonly id: string;
  readonly alias: string;
  /** Left out: the distribution has not mended it. */
  readonly fixed?: string;
  readonly vector: string;
}

const HIGH = 'CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H';
const CRITICAL = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H';

export const DISTRIBUTION_ADVISORIES: readonly Advisory[] = [
  {
    ...{ ecosystem: 'Debian:12', name: 'glibc', id: 'DEBIAN-CVE-2023-4911', alias: 'CVE-2023-4911' },
    ...{ fixed: '2.36-9+deb12u3', vector: HIGH },
  },
  {
    ...{ ecosystem: 'Debian:12', name: 'glibc', id: 'DEBIAN-CVE-2019-1010022', alias: 'CVE-2019-1010022' },
    ...{ vector: CRITICAL },
  },
  {
    ...{ ecosystem: 'Alpine:v3.16', name: 'zlib', id: 'ALPINE-CVE-2022-37434', alias: 'CVE-2022-37434' },
    ...{ fixed: '1.2.12-r2', vector: CRITICAL },
  },
];

function entry({ ecosystem, name, id, alias, fixed, vector }: Advisory): string {
  const own = { package: { ecosystem, name }, ranges: [{ type: 'ECOSYSTEM', events: events(fixed) }] };
  // Another release of the same distribution, mended by another version.
  const [distribution] = ecosystem.split(':');
  const other = { ...own, package: { ecosystem: `${distribution}:99`, name } };
  return JSON.stringify({
    ...{ schema_version: '1.6.0', id, modified: '2026-01-01T00:00:00Z', published: '2026-01-01T00:00:00Z' },
    ...{ aliases: [alias], summary: `${name} has ${alias}`, details: alias },
    severity: [{ type: 'CVSS_V3', score: vector }],
    affected: [{ ...other, ranges: [{ type: 'ECOSYSTEM', events: events('9999') }] }, own],
  });
}

function events(fixed: string | undefined): readonly object[] {
  return [{ introduced: '0' }, ...(fixed === undefined ? [] : [{ fixed }])];
}

/** Databases as OSV's bucket has them, by their paths. */
export function distributionDatabases(): ReadonlyMap<string, Buffer> {
  return new Map(
    ['Debian', 'Alpine'].map((name) => {
      const own = DISTRIBUTION_ADVISORIES.filter(({ ecosystem }) => ecosystem.startsWith(`${name}:`));
      return [`${name}/all.zip`, zipOf(Object.fromEntries(own.map((one) => [`${one.id}.json`, entry(one)])))];
    }),
  );
}
