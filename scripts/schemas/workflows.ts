import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { drawCallers } from '../../src/release/callers/draw.ts';
import { withTables } from '../action-docs.ts';

/** What is made from the reusable workflows: the page about them, what `upgrade` knows of them, and the callers of an example. */

const BEGIN = '<!-- made from .github/workflows by `node scripts/schemas.ts` -->';

const described = z.object({ description: z.string() });
const inputSchema = described.extend({
  type: z.enum(['string', 'boolean', 'number']),
  required: z.boolean().default(false),
  default: z.union([z.string(), z.boolean(), z.number()]).optional(),
});
const secretSchema = described.extend({ required: z.boolean() });
export const workflowSchema = z.object({
  name: z.string(),
  on: z.object({
    workflow_call: z.object({
      inputs: z.record(z.string(), inputSchema).default({}),
      secrets: z.record(z.string(), secretSchema).default({}),
      outputs: z.record(z.string(), described.extend({ value: z.string() })).default({}),
    }),
  }),
  permissions: z.record(z.string(), z.string()),
  jobs: z.record(
    z.string(),
    z.looseObject({ permissions: z.record(z.string(), z.string()), concurrency: z.record(z.string(), z.unknown()) }),
  ),
});
export type Workflow = z.infer<typeof workflowSchema>;

/** In the order of a pipeline; others behind them. */
const ORDER = [
  'ci',
  'scan',
  'build',
  'migrate',
  'data-reset',
  'release',
  'promote',
  'rollback',
  'runbook',
  'drift',
  'chatops',
];

/** Name → text and meaning of every workflow that others call. */
export function reusable(root: string): ReadonlyMap<string, { readonly text: string; readonly workflow: Workflow }> {
  const directory = join(root, '.github', 'workflows');
  const files = readdirSync(directory).map((file): readonly [string, string] => [
    file.replace(/\.yml$/, ''),
    readFileSync(join(directory, file), 'utf8'),
  ]);
  const place = (name: string): number => (ORDER.indexOf(name) === -1 ? ORDER.length : ORDER.indexOf(name));
  return new Map(
    files
      .filter(([, text]) => /^ {2}workflow_call:/m.test(text))
      .toSorted(([a], [b]) => place(a) - place(b) || a.localeCompare(b))
      .map(([name, text]) => [name, { text, workflow: workflowSchema.parse(parse(text)) }]),
  );
}

/** Path → content of every file that is made from the workflows. */
export function workflowFiles(root: string): ReadonlyMap<string, string> {
  const all = reusable(root);
  const page = withTables(readFileSync(join(root, 'docs/workflows.md'), 'utf8'), reference(all), BEGIN);
  return new Map([
    ['docs/workflows.md', page],
    ['src/release/callers/interface.ts', interfaceText(all)],
    ...[...exampleCallers()].map(([name, text]) => [`workflows/${name}`, text] as const),
  ]);
}

/** What `shiplock init --workflows` writes for a service with everything, but for the commit. */
function exampleCallers(): ReadonlyMap<string, string> {
  const names = ['development', 'testing', 'staging', 'production'];
  return drawCallers(
    {
      service: 'my-service',
      prefix: 'shiplock',
      config: 'shiplock.yaml',
      state: '/var/lib/shiplock/my-service',
      runner: 'self-hosted',
      branch: 'main',
      api: true,
      frontend: true,
      client: false,
      database: true,
      tests: ["go -C 'api' vet ./...", "go -C 'api' test ./..."],
      chat: true,
      resets: ['development', 'testing'],
      system: true,
      environments: names.map((name, index) => ({
        name,
        from: names[index - 1] ?? null,
        cluster: ['staging', 'production'].includes(name),
      })),
    },
    { repository: 'OWNER/shiplock', commit: '0'.repeat(40), version: 'v0.0.0' },
  );
}

type All = ReturnType<typeof reusable>;

function reference(all: All): string {
  return [...all]
    .map(([name, { text, workflow }]) => {
      const { inputs, secrets, outputs } = workflow.on.workflow_call;
      const about = (/^(?:# .*\n)+/.exec(text)?.[0] ?? '').replaceAll(/^# (?:Reusable: )?/gm, '').trim();
      const inputRows = Object.entries(inputs).map(([input, one]) => {
        const usual = one.required ? '**required**' : one.default === '' ? 'empty' : `\`${one.default}\``;
        return `| \`${input}\` | ${one.type} | ${usual} | ${one.description} |`;
      });
      const permissions = [...new Set(Object.values(workflow.jobs).flatMap((one) => Object.entries(one.permissions)))];
      return [
        `### ${name}.yml`,
        '',
        `${about.charAt(0).toUpperCase()}${about.slice(1)}`,
        '',
        `Permissions: ${permissions.map(([key, right]) => `\`${key}: ${right}\``).join(', ')}. Waits in: ${groups(workflow)}.`,
        '',
        '| input | type | default | meaning |',
        '| --- | --- | --- | --- |',
        ...inputRows,
        '',
        ...table('secret', secrets),
        ...table('output', outputs),
      ]
        .join('\n')
        .trimEnd();
    })
    .join('\n\n');
}

function groups({ jobs }: Workflow): string {
  const names = Object.values(jobs).map(({ concurrency }) => String(concurrency['group']));
  return [...new Set(names)]
    .map((name) => `\`${name.replaceAll(/\$\{\{ inputs\.([\w-]+) \}\}/g, '<$1>')}\``)
    .join(', ');
}

function table(what: string, rows: Readonly<Record<string, { readonly description: string }>>): readonly string[] {
  const lines = Object.entries(rows).map(([name, { description }]) => `| \`${name}\` | ${description} |`);
  return lines.length === 0 ? [] : [`| ${what} | meaning |`, '| --- | --- |', ...lines, ''];
}

function interfaceText(all: All): string {
  // As the formatter writes it: what fits stands in one line.
  const named = (rows: Readonly<Record<string, { readonly required: boolean }>>): string => {
    const texts = Object.entries(rows).map(([name, { required }]) => `{ name: '${name}', required: ${required} }`);
    return texts.length < 2 ? `[${texts.join('')}]` : `[\n${texts.map((text) => `      ${text},\n`).join('')}    ]`;
  };
  const parts = [...all].map(([name, { workflow }]) => {
    const { inputs, secrets } = workflow.on.workflow_call;
    const key = /^\w+$/.test(name) ? name : `'${name}'`;
    return `  ${key}: {\n    inputs: ${named(inputs)},\n    secrets: ${named(secrets)},\n  },\n`;
  });
  return `// Generated by scripts/schemas.ts from .github/workflows; edits are lost.

/** What each reusable workflow of this version takes. */
interface Taken {
  readonly name: string;
  readonly required: boolean;
}

interface Interface {
  readonly inputs: readonly Taken[];
  readonly secrets: readonly Taken[];
}

export const WORKFLOWS: Readonly<Record<string, Interface>> = {
${parts.join('')}};
`;
}
