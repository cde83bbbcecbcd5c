import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toolPath } from '../../scripts/tool.ts';
import { ADVISORIES } from './advisories.ts';
import { DISTRIBUTION_ADVISORIES } from './distribution-advisories.ts';

/** A few published vulnerabilities in the form of Trivy's own database: buckets of packages, and what is known of each vulnerability. */

type Bucket = { readonly [name: string]: Bucket | readonly [unknown] };

interface Known {
  /** Name of its part of the database. */
  readonly part: string;
  readonly name: string;
  readonly cve: string;
  /** What the others call it. */
  readonly vendor: readonly string[];
  /** Left out: nobody has mended it. */
  readonly fixed?: string;
  /** As Trivy counts: 1 low … 4 critical. */
  readonly severity: number;
}

const SOURCE = 'GitHub Security Advisory';
const PARTS = { npm: `npm::${SOURCE} npm`, Go: `go::${SOURCE} Go` } as const;
const SEVERITY = { LOW: 1, MODERATE: 2, HIGH: 3, CRITICAL: 4 } as const;

function language(part: string, name: string, cve: string, vendor: string, fixed: string): Known {
  return { part: `${part}::${SOURCE}`, name, cve, vendor: vendor === '' ? [] : [vendor], fixed, severity: 3 };
}

const KNOWN: readonly Known[] = [
  ...ADVISORIES.flatMap(({ ecosystem, name, id, aliases, fixed, severity }): readonly Known[] => {
    const [cve] = aliases;
    // What was made to do harm is not in it.
    if (cve === undefined) return [];
    return [{ part: PARTS[ecosystem], name, cve, vendor: [id], fixed, severity: SEVERITY[severity] }];
  }),
  ...DISTRIBUTION_ADVISORIES.map(({ ecosystem, name, alias, fixed, vector }): Known => {
    const part = ecosystem.toLowerCase().replace(/:v?/, ' ');
    const severity = vector.includes('AV:N') ? 4 : 3;
    return { part, name, cve: alias, vendor: ['DSA-5514-1'], severity, ...(fixed === undefined ? {} : { fixed }) };
  }),
  { part: 'ubuntu 22.04', name: 'glibc', cve: 'CVE-2016-20013', vendor: [], severity: 1 },
  language('pip', 'pyyaml', 'CVE-2020-14343', 'GHSA-8q59-q68h-6hv4', '5.4'),
  language('cargo', 'smallvec', 'CVE-2021-25900', 'GHSA-43w2-9j62-hq99', '1.6.1'),
  language('rubygems', 'nokogiri', 'CVE-2019-5477', '', '1.10.4'),
  language('composer', 'guzzlehttp/guzzle', 'CVE-2022-29248', '', '7.4.3'),
  language('nuget', 'newtonsoft.json', 'CVE-2024-21907', 'GHSA-5crp-9r3c-p9vr', '13.0.1'),
  language('pub', 'http', 'CVE-2020-35669', '', '0.13.3'),
  language('erlang', 'phoenix', 'CVE-2022-42975', '', '1.6.14'),
  language('maven', 'org.apache.logging.log4j:log4j-core', 'CVE-2021-44228', 'GHSA-jfh8-c2jp-5v3q', '2.15.0'),
];

function entry({ part, fixed, vendor }: Known): object {
  const ids = vendor.length === 0 ? {} : { VendorIDs: vendor };
  if (part.includes('::')) return { ...ids, PatchedVersions: [fixed], VulnerableVersions: [`<${fixed}`] };
  return { ...ids, ...(fixed === undefined ? { Status: 2 } : { FixedVersion: fixed }) };
}

function treeOf(known: readonly Known[]): Bucket {
  const parts = [...new Set(known.map(({ part }) => part))];
  const packages = (part: string): Bucket => {
    const own = known.filter((one) => one.part === part);
    const names = [...new Set(own.map(({ name }) => name))];
    return Object.fromEntries(
      names.map((name) => [
        name,
        Object.fromEntries(own.filter((one) => one.name === name).map((one) => [one.cve, [entry(one)]] as const)),
      ]),
    );
  };
  return {
    ...Object.fromEntries(parts.map((part) => [part, packages(part)])),
    'data-source': Object.fromEntries(
      parts.map((part) => [part, [{ ID: 'ghsa', Name: part, URL: 'https://a.example' }]]),
    ),
    vulnerability: Object.fromEntries(
      known.map(({ cve, name, severity }) => [
        cve,
        [{ Title: `${name} has ${cve}`, VendorSeverity: { ghsa: severity, nvd: severity } }],
      ]),
    ),
  };
}

export interface TrivyDatabaseOptions {
  /** Its form; Trivy 0.69 reads 2. */
  readonly version?: number;
  /** When it was made; default: now. */
  readonly updated?: Date;
  /** Parts that it has not heard of, by the beginnings of their names. */
  readonly without?: readonly string[];
}

/** Lays a database as Trivy's cache has it below `directory`, and says the path of its file. */
export async function layTrivyDatabase(directory: string, options: TrivyDatabaseOptions = {}): Promise<string> {
  const { version = 2, updated = new Date(), without = [] } = options;
  const known = KNOWN.filter(({ part }) => !without.some((beginning) => part.startsWith(beginning)));
  await mkdir(join(directory, 'db'), { recursive: true });
  const file = join(directory, 'db/trivy.db');
  execFileSync(await toolPath('trivy-database'), [file], { input: JSON.stringify(treeOf(known)) });
  const later = new Date(updated.getTime() + 86_400_000);
  await writeFile(
    join(directory, 'db/metadata.json'),
    JSON.stringify({ Version: version, UpdatedAt: updated, NextUpdate: later, DownloadedAt: updated }),
  );
  return file;
}
