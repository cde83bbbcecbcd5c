import { distance } from 'fastest-levenshtein';
import { z } from 'zod';
import { nearest } from '../model/json.ts';
import { complain, duration, filePathSchema, httpUrlSchema, share, wordsSchema } from '../model/scalars.ts';
import type { BuiltInSettings } from './builtin/builtin.ts';
import { PROGRAM_IDS, SCANNER_IDS } from './ids.ts';
import { lacking } from './knowledge.ts';
import { SEVERITIES } from './types.ts';

/** Fragment `scan` of shiplock.yaml: what is looked for before a release, and what of it is let pass. */

const DAY = 'a day such as 2027-01-31';

const scanners = z.record(z.string(), z.enum(['required', 'optional', 'off'])).check((ctx) => {
  for (const id of Object.keys(ctx.value)) {
    if (SCANNER_IDS.some((known) => known === id)) continue;
    const near = nearest(id, SCANNER_IDS, distance);
    complain(ctx, {
      path: [id],
      code: 'config.unknown-scanner',
      found: `no scanner \`${id}\``,
      expected: `one of ${SCANNER_IDS.join(', ')}`,
      remedy: near === undefined ? 'take it out' : `write \`${near}\` if that is meant`,
    });
  }
});

const HOST = 'a host such as npm.example.com, without https:// and path';
const registryHost = z.string({ error: HOST }).regex(/^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d+)?$/, HOST);

const PACKAGE = 'the name of an npm package, without its version';
const packageName = z.string({ error: PACKAGE }).regex(/^(?:@[^@/\s]+\/)?[^@/\s]+$/, PACKAGE);

const waiver = z
  .strictObject({
    id: wordsSchema.describe('Rule, CVE, GHSA, GO number or fingerprint of what is let pass.'),
    file: filePathSchema.exactOptional().describe('Only in this file, or in files below this directory.'),
    package: wordsSchema.exactOptional().describe('Only of this package.'),
    until: z.string({ error: DAY }).date(DAY).describe('Last day on which it holds.'),
    owner: wordsSchema.describe('Who answers for it.'),
    reason: wordsSchema.describe('Why it may pass.'),
  })
  .describe(
    'A finding that is known and may pass until a day. One that is over, or that nothing needs, is an error itself.',
  );

const licences = z.strictObject({
  allow: z
    .array(wordsSchema)
    .default([])
    .describe('Licences that may be, by their names in the SPDX list. Empty: all that are not denied.'),
  deny: z.array(wordsSchema).default([]).describe('Licences that may not be.'),
  materials: z
    .array(filePathSchema)
    .default([])
    .describe(
      'Bills of materials (CycloneDX, JSON) with licences. Lock files of npm are read by themselves; for all else, name one.',
    ),
});

const exploitability = z
  .strictObject({
    epss: filePathSchema
      .exactOptional()
      .describe('Scores of EPSS as FIRST publishes them: `epss_scores-current.csv`, plain or packed with gzip.'),
    kev: filePathSchema
      .exactOptional()
      .describe(
        'The catalogue of known exploited vulnerabilities of CISA, in JSON. What is in it fails whatever its severity is.',
      ),
    maxAge: duration({ min: 60_000 }).prefault('7d').describe('Figures that are older are used, and said to be old.'),
    failFrom: share({ above: 0 })
      .exactOptional()
      .describe('Probability of EPSS from which a vulnerability fails whatever its severity is.'),
  })
  .check((ctx) => {
    if (ctx.value.failFrom === undefined || ctx.value.epss !== undefined) return;
    complain(ctx, {
      path: ['failFrom'],
      code: 'config.no-scores',
      found: 'a limit, and no scores that it could be compared with',
      expected: '`epss` beside it',
      remedy: 'name the file of EPSS with `epss`, or take `failFrom` out',
    });
  });

const fields = z.strictObject({
  failOn: z
    .enum(SEVERITIES)
    .default('high')
    .describe('Least severity that fails. What is less bad is shown and lets pass.'),
  present: z
    .enum(['as-called', 'warning'])
    .default('warning')
    .describe(
      'A vulnerable package whose vulnerable part is never called: a warning, or as if it were called. Only where a scanner has followed the calls.',
    ),
  scanners: scanners
    .default({})
    .describe(
      'Scanners by their name. required: if it cannot do its work, the scan fails (the default of each but eslint, trivy and checkov, which are off). optional: that is only said. off: not used.',
    ),
  timeout: duration({ min: 1000 }).prefault('5m').describe('How long one scanner may take.'),
  history: z.boolean({ error: 'true or false' }).default(true).describe('Look for secrets in all commits, too.'),
  vulnerabilities: filePathSchema
    .exactOptional()
    .describe(
      'Directory with the Go vulnerability database, as vuln.go.dev serves it. Left out: vuln.go.dev is asked.',
    ),
  installScripts: z
    .array(packageName)
    .exactOptional()
    .describe(
      'npm packages that may run scripts when they are installed; another one fails. Left out: each is a warning, unless `allowScripts` in package.json names it.',
    ),
  registries: z
    .array(registryHost)
    .default(['registry.npmjs.org', 'registry.yarnpkg.com'])
    .describe('Hosts that npm packages may come from, with their port if it is not the usual one.'),
  freshness: duration({ min: 0 })
    .prefault('7d')
    .describe('Least age of a version that the base does not have. A younger one fails.'),
  exclude: z
    .array(filePathSchema)
    .default([])
    .describe('Files and directories that are not looked at, such as test data with planted secrets.'),
  osv: filePathSchema
    .exactOptional()
    .describe(
      "Directory with OSV's databases, one `ECOSYSTEM/all.zip` each, as its bucket has them. Left out: api.osv.dev is asked.",
    ),
  npmRegistry: httpUrlSchema
    .exactOptional()
    .describe(
      'Registry that is asked for vulnerable npm packages, and when versions came out. Left out: for the first the one that npm is set to on this machine, for the second the public one; what the repository says of it does not count.',
    ),
  kubernetesSchemas: filePathSchema
    .exactOptional()
    .describe(
      'Where schemas of Kubernetes objects lie: a directory as kubernetes-json-schema has it, or a pattern of kubeconform with `{{ .ResourceKind }}`. Left out: they are fetched.',
    ),
  semgrep: z
    .strictObject({
      rules: filePathSchema.describe('Rules of Semgrep: a file, or a directory of them. None are fetched.'),
    })
    .exactOptional()
    .describe('Semgrep, by rules of your own choice. Left out: it is not asked.'),
  trivy: z
    .strictObject({
      database: filePathSchema.describe(
        'Directory with the database of Trivy as its cache has it: `trivy image --download-db-only --cache-dir DIRECTORY`.',
      ),
      maxAge: duration({ min: 60_000 })
        .prefault('7d')
        .describe('How old the database may be. With an older one nothing was scanned.'),
    })
    .exactOptional()
    .describe(
      'Trivy for packages: lock files (trivy-dependencies) and images (trivy-image). Left out: it is not asked about them.',
    ),
  images: z
    .array(filePathSchema)
    .default([])
    .describe(
      'Images that were built: OCI layouts (directories, or packed with tar), or archives as `docker save` writes them. Vulnerable packages in them count; one that is not there fails the scan.',
    ),
  sarif: z
    .array(filePathSchema)
    .default([])
    .describe(
      'Logs of other scanners in SARIF 2.1.0. Their findings count as all others; a log that is missing, broken or of another commit fails the scan.',
    ),
  vex: z
    .array(filePathSchema)
    .default([])
    .describe(
      'VEX documents (OpenVEX 0.2, CycloneDX) of whom you believe: a vulnerability that they say does not affect this, or is fixed, is shown and lets pass.',
    ),
  licences: licences
    .exactOptional()
    .describe('Which licences the packages of others may have. Left out: nobody looks at licences.'),
  exploitability: exploitability
    .exactOptional()
    .describe('Which vulnerabilities are made use of: files that their publishers give out each day.'),
  waivers: z.array(waiver).default([]).describe('What is known and may pass for a time.'),
});

export const scanConfig = fields.check((ctx) => {
  const { scanners: named, semgrep, trivy } = ctx.value;
  const has = { rules: semgrep !== undefined, database: trivy !== undefined };
  for (const id of PROGRAM_IDS) {
    const lack = (named[id] ?? 'off') === 'off' ? null : lacking(id, has);
    if (lack !== null) complain(ctx, { path: ['scanners', id], ...lack });
  }
});

const PUBLIC_NPM = 'https://registry.npmjs.org';

export type ScanConfig = z.infer<typeof scanConfig>;
export type ScanWaiver = z.infer<typeof waiver>;

/** As if nothing were configured. */
export function defaultScanConfig(): ScanConfig {
  return scanConfig.parse({});
}

/** What the checks of our own need to know of the configuration. Pure. */
export function builtInSettings(
  config: Pick<ScanConfig, 'installScripts' | 'registries' | 'npmRegistry' | 'freshness'>,
): BuiltInSettings {
  const { installScripts, registries, npmRegistry, freshness } = config;
  return {
    ...{ registries, freshness },
    installScripts: installScripts ?? null,
    npmRegistry: (npmRegistry ?? PUBLIC_NPM).replace(/\/+$/, ''),
  };
}
