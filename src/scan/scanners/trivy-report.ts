import { z } from 'zod';
import type { CommandResult } from '../../model/ports.ts';
import type { ProgramId } from '../ids.ts';
import { asJson, type Dated, endedWith, GarbledOutput, inForm, type ScannerSettings } from '../scanner.ts';
import type { PackageRef, RawFinding, Severity } from '../types.ts';
import { nextFixed } from '../versions.ts';

/** What Trivy prints of packages, whether of lock files or of an image. https://trivy.dev/docs/latest/configuration/reporting/#json */

const pack = z.looseObject({
  ID: z.string().optional(),
  Name: z.string(),
  Version: z.string().optional(),
  Identifier: z.looseObject({ UID: z.string().optional() }).optional(),
  SrcName: z.string().optional(),
  SrcVersion: z.string().optional(),
  SrcRelease: z.string().optional(),
  SrcEpoch: z.number().optional(),
});
const vulnerability = z.looseObject({
  VulnerabilityID: z.string().min(1),
  VendorIDs: z.array(z.string()).optional(),
  PkgID: z.string().optional(),
  PkgName: z.string(),
  PkgPath: z.string().optional(),
  PkgIdentifier: z.looseObject({ UID: z.string().optional() }).optional(),
  InstalledVersion: z.string(),
  FixedVersion: z.string().optional(),
  Status: z.string().optional(),
  Severity: z.string(),
  Title: z.string().optional(),
  PrimaryURL: z.string().optional(),
  CweIDs: z.array(z.string()).optional(),
});
const result = z.looseObject({
  Target: z.string(),
  Class: z.string(),
  Type: z.string(),
  Packages: z.array(pack).optional(),
  Vulnerabilities: z.array(vulnerability).optional(),
});
const report = z.looseObject({
  SchemaVersion: z.literal(2),
  ArtifactType: z.string(),
  Metadata: z
    .looseObject({
      OS: z.looseObject({ Family: z.string(), Name: z.string(), EOSL: z.boolean().optional() }).optional(),
    })
    .optional(),
  Results: z.array(result).optional(),
});
export type TrivyReport = z.infer<typeof report>;
export type TrivyResult = z.infer<typeof result>;
type Vulnerability = z.infer<typeof vulnerability>;
type Pack = z.infer<typeof pack>;

const SEVERITY: Readonly<Record<string, Severity>> = {
  // What nobody has rated is not taken for harmless.
  ...{ CRITICAL: 'critical', HIGH: 'high', MEDIUM: 'medium', LOW: 'low', UNKNOWN: 'high' },
};

/** Ecosystems as OSV names them, by the types of Trivy. https://ossf.github.io/osv-schema/#defined-ecosystems */
const LANGUAGES: Readonly<Record<string, string>> = {
  ...{ gobinary: 'Go', gomod: 'Go' },
  ...{ npm: 'npm', yarn: 'npm', pnpm: 'npm', bun: 'npm', 'node-pkg': 'npm', javascript: 'npm' },
  ...{ pip: 'PyPI', pipenv: 'PyPI', poetry: 'PyPI', uv: 'PyPI', 'python-pkg': 'PyPI' },
  ...{ cargo: 'crates.io', rustbinary: 'crates.io', bundler: 'RubyGems', gemspec: 'RubyGems' },
  ...{ composer: 'Packagist', 'composer-vendor': 'Packagist', pub: 'Pub', hex: 'Hex' },
  ...{ nuget: 'NuGet', 'dotnet-core': 'NuGet', 'packages-props': 'NuGet' },
  ...{ gradle: 'Maven', jar: 'Maven', pom: 'Maven', sbt: 'Maven' },
};
const DISTRIBUTIONS: Readonly<Record<string, (release: string) => string>> = {
  debian: (release) => `Debian:${release.split('.')[0]}`,
  ubuntu: (release) => `Ubuntu:${release}`,
  alpine: (release) => `Alpine:v${release.split('.').slice(0, 2).join('.')}`,
};

/** An identifier of one vulnerability. Those of a distribution's notes (DSA, RHSA) are of several at once. */
const ONE_VULNERABILITY = /^(?:CVE|GHSA|GO|RUSTSEC|PYSEC|MAL)-/;

/** Words of Trivy when it leaves the packages of a distribution out. */
const UNKNOWN_DISTRIBUTION = 'Unsupported os';

/** Options of both calls. Trivy's own knowledge is never fetched here, and nobody is told that it is used. */
export function trivyOptions(support: string): readonly string[] {
  return [
    ...['--format', 'json', '--scanners', 'vuln', '--list-all-pkgs'],
    ...['--skip-db-update', '--skip-java-db-update', '--skip-vex-repo-update', '--offline-scan'],
    ...['--skip-version-check', '--disable-telemetry'],
    // What the repository says of the scanner does not count.
    ...['--config', '/dev/null', '--ignorefile', '/dev/null', '--cache-dir', `${support}/cache`],
    // How long it may take is said elsewhere.
    ...['--timeout', '24h'],
  ];
}

/** Links by which it finds its database. File by file: Trivy takes a database away that it cannot read, and so only takes the link. Pure. */
export function trivyLinks({ trivy }: ScannerSettings): Readonly<Record<string, string>> {
  if (trivy === null) return {};
  const files = ['db/trivy.db', 'db/metadata.json', 'java-db/trivy-java.db', 'java-db/metadata.json'];
  return Object.fromEntries(files.map((file) => [`cache/${file}`, `${trivy.database}/${file}`]));
}

const metadata = z.looseObject({ UpdatedAt: z.iso.datetime({ offset: true }) });

/** The file that says from when the database is. Pure. */
export function trivyDated({ trivy }: ScannerSettings): Dated | null {
  if (trivy === null) return null;
  return {
    file: `${trivy.database}/db/metadata.json`,
    maxAge: trivy.maxAge,
    time: (text) => Date.parse(inForm(metadata, asJson(text)).UpdatedAt),
  };
}

/**
 * What one call said.
 * @throws GarbledOutput when it ended badly, said that something went wrong, or is in another form
 */
export function trivyReport(answer: CommandResult): TrivyReport {
  endedWith(answer, [0]);
  const lines = answer.stderr.split('\n');
  const trouble = lines.find((line) => /\t(?:ERROR|FATAL)\t/.test(line));
  if (trouble !== undefined) throw new GarbledOutput(trouble.split('\t').slice(2).join(' ').slice(0, 300));
  if (lines.some((line) => line.includes(UNKNOWN_DISTRIBUTION)))
    throw new GarbledOutput('packages of a distribution that Trivy does not know, or that does not say its name');
  return inForm(report, asJson(answer.stdout));
}

export interface TrivyFinding {
  readonly finding: RawFinding;
  readonly distribution: boolean;
  /** A version without it exists. */
  readonly mended: boolean;
  /** Where in what was looked at: a file, or a package of the distribution. */
  readonly place: string;
}

/** What is vulnerable in one part of a report. `release`: of the distribution. Pure. */
export function trivyFindings(
  scanner: ProgramId,
  { Target: target, Class: kind, Type: type, Packages: packages = [], Vulnerabilities: known = [] }: TrivyResult,
  { file, release }: { readonly file: string; readonly release: string },
): readonly TrivyFinding[] {
  const distribution = kind === 'os-pkgs';
  const byId = new Map(packages.map((one) => [keyOf(one.Identifier?.UID, one.ID, one.Name), one]));
  return known.map((one) => {
    const severity = SEVERITY[one.Severity];
    if (severity === undefined) throw new GarbledOutput(`a severity that is not known: ${one.Severity}`);
    const of = byId.get(keyOf(one.PkgIdentifier?.UID, one.PkgID, one.PkgName));
    const ref = distribution ? ofDistribution(type, one, { of, release }) : ofLanguage(type, one);
    const names = [one.VulnerabilityID, ...(one.VendorIDs ?? [])].filter((name) => ONE_VULNERABILITY.test(name));
    const finding: RawFinding = {
      scanner,
      subject: 'dependencies',
      rule: one.VulnerabilityID,
      aliases: names.filter((name) => name !== one.VulnerabilityID),
      severity,
      message: `${one.Title ?? one.VulnerabilityID} (${ref.name} ${ref.version})`,
      file,
      package: ref,
      remedy:
        ref.fixed === undefined
          ? 'no version without it is known: do without the package'
          : `raise ${ref.name} to ${ref.fixed}`,
      ...(one.PrimaryURL === undefined ? {} : { documentation: one.PrimaryURL }),
    };
    const place = distribution ? one.PkgName : (one.PkgPath ?? target);
    return { finding, distribution, mended: (one.FixedVersion ?? '') !== '', place };
  });
}

/** A package is known by its number in the report; where it has none, by its name and version. */
function keyOf(uid: string | undefined, id: string | undefined, name: string): string {
  return uid ?? id ?? name;
}

/** Packages of a distribution are known by their source: what is mended, is mended there. */
function ofDistribution(
  type: string,
  { PkgName, InstalledVersion, FixedVersion = '' }: Vulnerability,
  { of, release }: { readonly of: Pack | undefined; readonly release: string },
): PackageRef {
  const source = of?.SrcName === undefined || of.SrcName === '' ? undefined : of;
  const version =
    source === undefined
      ? InstalledVersion
      : [
          ...(source.SrcEpoch === undefined || source.SrcEpoch === 0 ? [] : [`${source.SrcEpoch}:`]),
          source.SrcVersion ?? InstalledVersion,
          ...(source.SrcRelease === undefined || source.SrcRelease === '' ? [] : [`-${source.SrcRelease}`]),
        ].join('');
  return {
    ecosystem: DISTRIBUTIONS[type]?.(release) ?? `${type}:${release}`,
    ...{ name: source?.SrcName ?? PkgName, version },
    ...(FixedVersion === '' ? {} : { fixed: FixedVersion }),
  };
}

function ofLanguage(type: string, { PkgName, InstalledVersion, FixedVersion = '' }: Vulnerability): PackageRef {
  const ecosystem = ecosystemOf(type);
  const named = (version: string): string => (ecosystem === 'Go' && /^\d/.test(version) ? `v${version}` : version);
  const version = named(InstalledVersion);
  const fixes = FixedVersion.split(',').flatMap((one) => (one.trim() === '' ? [] : [one.trim()]));
  const plain = ecosystem === 'Go' ? version.replace(/^v/, '') : version;
  const fixed = nextFixed(ecosystem, plain, fixes);
  return { ecosystem, name: PkgName, version, ...(fixed === undefined ? {} : { fixed: named(fixed) }) };
}

/** Ecosystem of packages that are none of a distribution. Pure. */
export function ecosystemOf(type: string): string {
  return LANGUAGES[type] ?? type;
}
