import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { recordSchema } from '../src/backup/catalogue/record.ts';
import { drillSchema } from '../src/backup/drill/record.ts';
import { descriptionSchema } from '../src/backup/host/description.ts';
import { knownRepositorySchema } from '../src/backup/restic/known.ts';
import { editorSchema, schemaTree } from '../src/config/schema-tree.ts';
import { unitSchemaTree } from '../src/config/unit-schema.ts';
import { manifestSchema } from '../src/diagnose/manifest.ts';
import { changeHeadSchema } from '../src/model/change.ts';
import { EXIT, EXIT_MEANING } from '../src/model/exit.ts';
import { findingSchema } from '../src/model/finding.ts';
import { anchorSchema, journalRecordSchema, leaseSchema } from '../src/model/journal.ts';
import { ledgerSchema } from '../src/model/ledger.ts';
import { releaseNotesSchema } from '../src/model/notes.ts';
import { orderSchema } from '../src/model/order.ts';
import { problemSchema } from '../src/model/problem.ts';
import { quarantineSchema } from '../src/model/quarantine.ts';
import { releaseSchema } from '../src/model/release.ts';
import { unitReleaseSchema } from '../src/model/unit.ts';
import { webFilesSchema } from '../src/model/web-files.ts';
import { bucketLiveSchema, bucketReleaseSchema } from '../src/platform/bucket/records.ts';
import { storedPlanSchema } from '../src/release/run/stored-plan.ts';
import { scanRecordSchema } from '../src/scan/record.ts';
import { trendEntrySchema } from '../src/scan/trend/entry.ts';
import { actionInputsFile } from './schemas/action-inputs.ts';
import { chatPage } from './schemas/chat.ts';
import { shippedKnownErrors } from './schemas/known-errors.ts';
import { lintPages } from './schemas/lint.ts';
import { knownProblems, problemsPage } from './schemas/problems.ts';
import { configurationPage } from './schemas/reference.ts';
import { workflowFiles } from './schemas/workflows.ts';

/**
 * Writes what is published about formats out of the code that reads and writes them.
 *   node scripts/schemas.ts            write the files
 *   node scripts/schemas.ts --check    write nothing; exit 1 and name every file that differs
 */

const FORMATS = {
  journal: { schema: journalRecordSchema, title: 'One line of the journal of a run' },
  anchor: { schema: anchorSchema, title: 'Head of a journal, kept elsewhere' },
  lease: { schema: leaseSchema, title: 'Who holds an environment' },
  release: { schema: releaseSchema, title: 'release.json: what is released' },
  'unit-release': { schema: unitReleaseSchema, title: 'Which release of each member a unit is made of' },
  ledger: { schema: ledgerSchema, title: 'Which versions run on which schema states' },
  order: { schema: orderSchema, title: 'What somebody orders a run to do: pause, resume, abort' },
  quarantine: { schema: quarantineSchema, title: 'What somebody, or a run, says about a digest that may not return' },
  change: { schema: changeHeadSchema, title: 'Head of a change record: what is asked for' },
  plan: { schema: storedPlanSchema, title: 'What migrations would do, kept until they are applied' },
  problem: { schema: problemSchema, title: 'What went wrong, and what to do' },
  'release-notes': { schema: releaseNotesSchema, title: 'What lies between two releases' },
  'scan-trend': { schema: trendEntrySchema, title: 'One line of the trend of scans' },
  files: {
    schema: webFilesSchema,
    title: 'shiplock-files.json: what a built frontend consists of, and how it is served',
  },
  'bucket-live': { schema: bucketLiveSchema, title: 'live.json of a bucket: which release of a component is served' },
  'bucket-release': { schema: bucketReleaseSchema, title: 'What a release in a bucket consists of' },
  finding: { schema: findingSchema, title: 'One result of a linter or scanner' },
  backup: { schema: recordSchema, title: 'One record of the catalogue of backups' },
  'backup-repository': { schema: knownRepositorySchema, title: 'Which repository backups were stored in so far' },
  host: { schema: descriptionSchema, title: 'What stands at the beginning of the stored tar of a host' },
  drill: { schema: drillSchema, title: 'What one drill of a restore found' },
  scan: { schema: scanRecordSchema, title: 'What scanners said about one commit' },
  diagnosis: {
    schema: manifestSchema,
    title: 'manifest.json of a bundle of facts: what was asked, and how it was answered',
  },
} as const;

/** Where problems are raised: the rooms, and the doors that stand beside them. */
const RAISING = ['src', 'actions', 'runbooks'];

/** Path → content of every generated file. Reads the source, writes nothing. */
export function generated(root: string): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const [name, { schema, title }] of Object.entries(FORMATS)) {
    const { $schema, ...rest } = z.toJSONSchema(schema, { target: 'draft-2020-12', io: 'input' });
    files.set(`docs/formats/${name}.schema.json`, json({ $schema, title, ...rest }));
  }
  const { $schema, ...editor } = editorSchema();
  files.set(
    'docs/formats/shiplock.schema.json',
    json({ $schema, title: 'shiplock.yaml: how a service is released', ...editor }),
  );
  const { $schema: unitDialect, ...unit } = unitSchemaTree();
  files.set(
    'docs/formats/shiplock.unit.schema.json',
    json({ $schema: unitDialect, title: 'shiplock.unit.yaml: services that are released together', ...unit }),
  );
  files.set('docs/formats/exit-codes.md', exitCodes());
  files.set(
    'docs/configuration.md',
    configurationPage(schemaTree(), readFileSync(join(root, 'examples/certkeeper/shiplock.yaml'), 'utf8')),
  );
  files.set('docs/chat-commands.md', chatPage());
  files.set('docs/problems.md', problemsPage(knownProblems(RAISING)));
  for (const [path, content] of lintPages()) files.set(path, content);
  for (const [path, content] of workflowFiles(root)) files.set(path, content);
  files.set(...actionInputsFile());
  files.set('src/known/shipped.json', json(shippedKnownErrors(join(root, 'docs/known-errors'))));
  return files;
}

/** Generated files whose content on disk differs. */
export function drifted(root: string): readonly string[] {
  return [...generated(root)].filter(([path, content]) => read(join(root, path)) !== content).map(([path]) => path);
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function exitCodes(): string {
  const rows = Object.entries(EXIT)
    .toSorted(([, a], [, b]) => a - b)
    .map(([name, code]) => `| ${code} | ${meaning(name)} |`);
  return `# Exit codes

<!-- Generated by scripts/schemas.ts from src/model/exit.ts; edits are lost. -->

Every command of \`shiplock\` ends with one of these. They are part of the contract: new ones may be added, none changes its meaning.

| Code | Meaning |
|---|---|
${rows.join('\n')}

\`analyse\` and \`status\` end with 0 for every answer they can give; \`analyse --exit-verdict\` ends with 0 for \`not-worse\`, 4 for \`worse\`
and 6 for \`undecided\`.
`;
}

function meaning(name: string): string {
  return Object.entries(EXIT_MEANING).find(([known]) => known === name)?.[1] ?? name;
}

function main(): number {
  const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
  const root = join(import.meta.dirname, '..');
  process.chdir(root);
  const different = drifted(root);
  if (values.check) {
    for (const path of different)
      process.stderr.write(`${path} differs from the code; run \`node scripts/schemas.ts\` and commit it\n`);
    return different.length === 0 ? 0 : 1;
  }
  for (const [path, content] of generated(root)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    if (different.includes(path)) writeFileSync(join(root, path), content);
  }
  process.stdout.write(
    different.length === 0 ? 'nothing changed\n' : different.map((path) => `wrote ${path}\n`).join(''),
  );
  return 0;
}

if (import.meta.main) process.exitCode = main();
