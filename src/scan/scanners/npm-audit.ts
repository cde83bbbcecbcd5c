import { z } from 'zod';
import { asJson, type Call, endedWith, GarbledOutput, inForm, type Scanner } from '../scanner.ts';
import type { RawFinding, Severity, Tree } from '../types.ts';

/** Vulnerable npm packages, as the registry knows them. https://docs.npmjs.com/cli/commands/npm-audit */

const advisory = z.looseObject({
  source: z.union([z.number(), z.string()]),
  title: z.string(),
  url: z.string(),
  severity: z.string(),
  cwe: z.array(z.string()).optional(),
  range: z.string(),
});
const report = z.looseObject({
  auditReportVersion: z.literal(2),
  vulnerabilities: z.record(
    z.string(),
    z.looseObject({
      name: z.string(),
      // A name stands for another entry: this one is vulnerable only because of that one.
      via: z.array(z.union([z.string(), advisory])),
      nodes: z.array(z.string()),
      fixAvailable: z.union([z.boolean(), z.looseObject({ name: z.string(), version: z.string() })]),
    }),
  ),
});
const lock = z.looseObject({
  packages: z
    .record(z.string(), z.looseObject({ version: z.string().optional(), name: z.string().optional() }))
    .optional(),
});

const SEVERITY: Readonly<Record<string, Severity>> = {
  critical: 'critical',
  high: 'high',
  moderate: 'medium',
  low: 'low',
};

/** Directories with a lock file of npm that belongs to a package.json. Pure. */
export function npmDirectories(files: readonly string[]): readonly string[] {
  const all = new Set(files);
  return files
    .filter((file) => file === 'package-lock.json' || file.endsWith('/package-lock.json'))
    .map((file) => file.slice(0, -'/package-lock.json'.length) || '.')
    .filter((directory) => all.has(inside(directory, 'package.json')));
}

function inside(directory: string, file: string): string {
  return directory === '.' ? file : `${directory}/${file}`;
}

/** lodash 4.17.20 is vulnerable for years, so that every database of npm's has it (CVE-2021-23337). */
export const VULNERABLE_LOCK = {
  'package-lock.json': `${JSON.stringify({
    name: 'witness',
    version: '1.0.0',
    lockfileVersion: 3,
    requires: true,
    packages: {
      '': { name: 'witness', version: '1.0.0', dependencies: { lodash: '4.17.20' } },
      'node_modules/lodash': { version: '4.17.20' },
    },
  })}\n`,
};

export const npmAudit: Scanner = {
  id: 'npm-audit',
  subject: 'dependencies',
  program: 'npm',
  version: ['npm', '--version'],
  install: 'install npm 7 or newer: it comes with Node',
  network: () => true,
  variables: ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE'],
  calls: (tree, { npmRegistry, support }): readonly Call[] =>
    npmDirectories(tree.files).map((directory) => ({
      argv: [
        'npm',
        'audit',
        ...['--json', '--package-lock-only', '--ignore-scripts', '--audit-level=info', '--offline=false'],
        ...['--include=dev', '--include=optional', '--include=peer'],
        ...[`--cache=${support}/npm-cache`, '--logs-max=0', '--no-update-notifier', '--no-fund'],
        ...(npmRegistry === null ? [] : [`--registry=${npmRegistry}`]),
      ],
      directory,
      at: directory,
      // Without .npmrc: it could name a registry that knows of nothing.
      alone: [inside(directory, 'package-lock.json'), ...manifestsBelow(tree, directory)],
    })),
  read: (result, { at = '.' }, tree) => {
    // 1: it has found something, or the registry did not answer; the form tells which.
    endedWith(result, [0, 1]);
    const said = asJson(result.stdout);
    const failed = z.looseObject({ message: z.string() }).safeParse(said);
    if (failed.success) throw new GarbledOutput(failed.data.message.slice(0, 300));
    const file = inside(at, 'package-lock.json');
    const { packages = {} } = inForm(lock, asJson(tree.text(file) ?? ''));
    const { vulnerabilities } = inForm(report, said);
    const found = Object.values(vulnerabilities).flatMap(({ name, via, nodes, fixAvailable }) => {
      const versions = [...new Set(nodes.map((node) => packages[node]?.version ?? 'unknown'))];
      return via.flatMap((one) =>
        typeof one === 'string' ? [] : versions.map((version) => finding(one, { name, version, file }, fixAvailable)),
      );
    });
    if (result.exitCode === 1 && found.length === 0) throw new GarbledOutput('exit 1 without a finding');
    return found;
  },
  support: {},
  witness: {
    'package.json': '{ "name": "witness", "version": "1.0.0", "dependencies": { "lodash": "4.17.20" } }\n',
    ...VULNERABLE_LOCK,
  },
};

/** Workspaces have a package.json of their own below. */
function manifestsBelow({ files }: Tree, directory: string): readonly string[] {
  const prefix = directory === '.' ? '' : `${directory}/`;
  return files.filter((file) => file.startsWith(prefix) && file.split('/').at(-1) === 'package.json');
}

function finding(
  { source, title, url, severity, cwe = [], range }: z.infer<typeof advisory>,
  { name, version, file }: { readonly name: string; readonly version: string; readonly file: string },
  fix: boolean | { readonly name: string; readonly version: string },
): RawFinding {
  const rule = /GHSA(?:-[a-z0-9]{4}){3}/.exec(url)?.[0] ?? `npm-${source}`;
  const how =
    typeof fix === 'object' ? `raise ${fix.name} to ${fix.version}` : `raise ${name}: \`npm audit fix\` can do it`;
  return {
    scanner: 'npm-audit',
    subject: 'dependencies',
    rule,
    cwe: cwe.filter((id) => /^CWE-\d+$/.test(id)),
    severity: SEVERITY[severity] ?? 'info',
    message: `${title} (${name} ${version}, in ${range})`,
    file,
    package: { ecosystem: 'npm', name, version },
    remedy: fix === false ? `npm knows no way: raise ${name} out of ${range} by hand, or do without it` : how,
    documentation: url,
  };
}
