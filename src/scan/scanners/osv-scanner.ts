import { z } from 'zod';
import { asJson, below, type Call, endedWith, GarbledOutput, inForm, type Scanner } from '../scanner.ts';
import { ofScore } from '../severity.ts';
import type { RawFinding, Severity } from '../types.ts';
import { nextFixed } from '../versions.ts';
import { VULNERABLE_LOCK } from './npm-audit.ts';

/** Vulnerable packages of nearly all package managers, by their lock files. https://google.github.io/osv-scanner/ */

const rated = z.looseObject({ severity: z.string().optional() });
const vulnerability = z.looseObject({
  id: z.string().min(1),
  summary: z.string().optional(),
  aliases: z.array(z.string()).optional(),
  // Version 1 writes the first, version 2 the second.
  database_specific: rated.optional(),
  databaseSpecific: rated.optional(),
  affected: z
    .array(
      z.looseObject({
        package: z.looseObject({ name: z.string() }).optional(),
        ranges: z
          .array(z.looseObject({ events: z.array(z.looseObject({ fixed: z.string().optional() })).optional() }))
          .optional(),
      }),
    )
    .optional(),
});
const packaged = z.looseObject({
  package: z.looseObject({ name: z.string(), version: z.string(), ecosystem: z.string() }),
  vulnerabilities: z.array(vulnerability).optional(),
  groups: z
    .array(
      z.looseObject({
        ids: z.array(z.string()),
        aliases: z.array(z.string()).nullish(),
        max_severity: z.string().optional(),
      }),
    )
    .optional(),
});
const report = z.looseObject({
  results: z
    .array(z.looseObject({ source: z.looseObject({ path: z.string() }), packages: z.array(packaged) }))
    .nullable(),
});
type Vulnerability = z.infer<typeof vulnerability>;
type Packaged = z.infer<typeof packaged>;

/** Files that pin versions. Those that would have to be resolved over the network (pom.xml) are not among them. */
const LOCKS = new Set([
  'package-lock.json',
  'yarn.lock',
  'pnpm-lock.yaml',
  'bun.lock',
  'go.mod',
  'Cargo.lock',
  'Gemfile.lock',
  'poetry.lock',
  'Pipfile.lock',
  'pdm.lock',
  'uv.lock',
  'requirements.txt',
  'composer.lock',
  'pubspec.lock',
  'mix.lock',
  'gradle.lockfile',
  'packages.lock.json',
]);

/** Lock files of a tree. Pure. */
export function locksOf(files: readonly string[]): readonly string[] {
  return files.filter((file) => LOCKS.has(file.split('/').at(-1) ?? ''));
}

/** The words of GitHub's advisories. */
const WORDS: Readonly<Record<string, Severity>> = {
  CRITICAL: 'critical',
  HIGH: 'high',
  MODERATE: 'medium',
  LOW: 'low',
};

/** As old as npm's witness: CVE-2020-14040. */
const GO_WITNESS = { 'go.mod': 'module witness\n\ngo 1.22\n\nrequire golang.org/x/text v0.3.0\n' };

export const osvScanner: Scanner = {
  id: 'osv-scanner',
  subject: 'dependencies',
  program: 'osv-scanner',
  version: ['osv-scanner', '--version'],
  install:
    'install osv-scanner 2, for instance by `go install github.com/google/osv-scanner/v2/cmd/osv-scanner@v2.5.0`',
  network: ({ osv }) => osv === null,
  variables: [],
  calls: (tree, { osv, support }): readonly Call[] => {
    const locks = locksOf(tree.files);
    const flags = [
      ...['scan', 'source', '--format', 'json', '--config', `${support}/osv-scanner.toml`],
      // Who follows calls of Go is govulncheck; nothing is built here.
      ...['--no-ignore', '--no-call-analysis=all', '--all-vulns', '--allow-no-lockfiles'],
      // 2.5 with --offline-vulnerabilities and --no-resolve reads no database and finds nothing: --offline says all of it.
      ...(osv === null ? ['--no-resolve'] : ['--offline', '--local-db-path', support]),
    ];
    // The colon says that the rest is a path, whatever stands in it.
    return locks.length === 0
      ? []
      : [{ argv: ['osv-scanner', ...flags, ...locks.map((file) => `--lockfile=:./${file}`)] }];
  },
  read: (result, _call, tree) => {
    // 1: it has found something.
    endedWith(result, [0, 1]);
    // It goes on with what the other databases say, and that would pass for the whole.
    const lost = /^.*(?:could not load db|unable to fetch OSV database|Error during extraction).*$/im.exec(
      result.stderr,
    )?.[0];
    if (lost !== undefined) throw new GarbledOutput(lost.trim().slice(0, 300));
    return (inForm(report, asJson(result.stdout)).results ?? []).flatMap(({ source, packages }) => {
      const file = below(source.path, tree);
      return packages.flatMap((one) => said(one, file));
    });
  },
  support: { 'osv-scanner.toml': '' },
  // Which of the two it looks for depends on its version.
  links: ({ osv }) => (osv === null ? {} : { 'osv-scanner': osv, 'osv-scalibr': osv }),
  witness: { ...VULNERABLE_LOCK, ...GO_WITNESS },
  witnessFor: (files) => ({
    ...(files.some((file) => file.endsWith('package-lock.json')) ? VULNERABLE_LOCK : {}),
    ...(files.some((file) => file === 'go.mod' || file.endsWith('/go.mod')) ? GO_WITNESS : {}),
  }),
};

/** One finding for each vulnerability, whatever number of names its databases have for it. */
function said({ package: pack, vulnerabilities = [], groups = [] }: Packaged, file: string): readonly RawFinding[] {
  const { name, ecosystem } = pack;
  // What go.mod says of the language is not what the service is built with: govulncheck asks the compiler.
  if (ecosystem === 'Go' && (name === 'stdlib' || name === 'toolchain')) return [];
  const version = ecosystem === 'Go' && /^\d/.test(pack.version) ? `v${pack.version}` : pack.version;
  return groups.flatMap(({ ids, aliases, max_severity: score = '' }): readonly RawFinding[] => {
    const known = vulnerabilities.filter(({ id }) => ids.includes(id));
    const [rule] = ids;
    if (rule === undefined) return [];
    const names = new Set([...ids, ...(aliases ?? []), ...known.flatMap((one) => one.aliases ?? [])]);
    const fixed = nextFixed(
      ecosystem,
      version,
      known.flatMap((one) => fixesOf(one, name)),
    );
    const summary = known.map((one) => one.summary).find((text) => text !== undefined && text !== '');
    return [
      {
        scanner: 'osv-scanner',
        subject: 'dependencies',
        rule,
        aliases: [...names].filter((one) => one !== rule),
        severity: severityOf(rule, score, known),
        message: `${summary ?? rule} (${name} ${version})`,
        file,
        package: { ecosystem, name, version, ...(fixed === undefined ? {} : { fixed: named(ecosystem, fixed) }) },
        remedy:
          fixed === undefined
            ? 'no version without it is known: do without the package'
            : `raise ${name} to ${named(ecosystem, fixed)}`,
        documentation: `https://osv.dev/vulnerability/${rule}`,
      },
    ];
  });
}

function fixesOf({ affected = [] }: Vulnerability, name: string): readonly string[] {
  return affected
    .filter((one) => one.package?.name === name)
    .flatMap(({ ranges = [] }) => ranges.flatMap(({ events = [] }) => events.flatMap(({ fixed }) => fixed ?? [])));
}

function named(ecosystem: string, version: string): string {
  return ecosystem === 'Go' && /^\d/.test(version) ? `v${version}` : version;
}

/** A package that was made to do harm has no score, and what nobody has rated is not taken for harmless. */
function severityOf(rule: string, score: string, known: readonly Vulnerability[]): Severity {
  if (rule.startsWith('MAL-')) return 'critical';
  const number = Number.parseFloat(score);
  if (Number.isFinite(number)) return ofScore(number);
  const words = known.flatMap((one) => (one.database_specific ?? one.databaseSpecific)?.severity ?? []);
  return words.map((word) => WORDS[word.toUpperCase()]).find((severity) => severity !== undefined) ?? 'high';
}
