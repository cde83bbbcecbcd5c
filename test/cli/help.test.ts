import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { painter, plainOnly } from '../../src/cli/io.ts';
import { runCli } from '../../src/cli/main.ts';
import { buildProgram } from '../../src/cli/program.ts';
import { packageVersion } from '../../src/cli/version.ts';
import { terminal } from '../support/terminal.ts';

/** Every command explains itself, with an example that can be copied. */

function paths(command: Command, path: readonly string[] = []): readonly (readonly string[])[] {
  return command.commands.flatMap((child) => {
    const own = [...path, child.name()];
    return [own, ...paths(child, own)];
  });
}

const program = buildProgram(terminal(), () => undefined);
const all = paths(program);

test('the commands are those that are promised', () => {
  expect(all.map((path) => path.join(' ')).toSorted()).toEqual([
    'analyse',
    'announce',
    'attest',
    'backup',
    'backup check',
    'backup forget',
    'backup list',
    'backup run',
    'backup status',
    'backup stream',
    'backup units',
    'backup verify',
    'build',
    'change',
    'change close',
    'change list',
    'change new',
    'change show',
    'change template',
    'chat',
    'completion',
    'data',
    'data copy',
    'data generate',
    'data reset',
    'database',
    'database configure',
    'database rotate',
    'database tls',
    'database users',
    'diagnose',
    'doctor',
    'drift',
    'frontend',
    'frontend audit',
    'gate',
    'gate approve',
    'gate fill',
    'gate override',
    'gate show',
    'gitops',
    'gitops rollouts',
    'gitops set',
    'init',
    'journal',
    'journal import',
    'journal replay',
    'journal show',
    'journal verify',
    'judge',
    'judge serve',
    'lock',
    'migrate',
    'migrate adopt',
    'migrate advise',
    'migrate apply',
    'migrate import',
    'migrate lint',
    'migrate plan',
    'migrate prove',
    'migrate retire',
    'migrate status',
    'migrate undo',
    'pipeline',
    'plan',
    'promote',
    'quarantine',
    'quarantine add',
    'quarantine list',
    'quarantine release',
    'release',
    'release-notes',
    'report',
    'restore',
    'restore arguments',
    'restore drill',
    'restore files',
    'restore plan',
    'restore replay',
    'restore run',
    'restore table',
    'resume',
    'rollback',
    'rollout',
    'rollout abort',
    'rollout pause',
    'rollout resume',
    'runbook',
    'runbook docs',
    'runbook history',
    'runbook list',
    'runbook new',
    'runbook plan',
    'runbook resume',
    'runbook run',
    'runbook serve',
    'runbook show',
    'runbook test',
    'sbom',
    'scan',
    'scan for',
    'scan install',
    'scan trend',
    'stats',
    'status',
    'unlock',
    'upgrade',
    'validate',
    'verify',
    'what-if',
    'why',
  ]);
});

test.each(
  all
    .filter(
      (path) =>
        ![
          'backup',
          'change',
          'data',
          'database',
          'frontend',
          'gate',
          'gitops',
          'journal',
          'judge',
          'quarantine',
          'restore',
          'rollout',
          'runbook',
        ].includes(path.join(' ')),
    )
    .map((path) => [path.join(' '), path] as const),
)('%s --help has an example of itself', async (name, path) => {
  const io = terminal();
  expect(await runCli([...path, '--help'], io)).toBe(0);
  expect(io.written.err).toBe('');
  const [, examples = ''] = io.written.out.split('Examples:');
  expect(examples).toContain(`shiplock ${name}`);
  if (name !== 'completion') expect(io.written.out).toContain('--json');
});

test.each([
  ['change'],
  ['frontend'],
  ['gate'],
  ['gitops'],
  ['journal'],
  ['judge'],
  ['restore'],
  ['rollout'],
  ['runbook'],
  ['--help'],
  ['help'],
])('%s --help lists what there is', async (word) => {
  const io = terminal();
  expect(await runCli(word.startsWith('-') ? [word] : [word, '--help'], io)).toBe(0);
  expect(io.written.out).toMatch(/Commands:\n {2}\w+/);
});

test('--version is the version of the package', async () => {
  const io = terminal();
  expect(await runCli(['--version'], io)).toBe(0);
  expect(io.written.out).toBe(`${packageVersion()}\n`);
  expect(packageVersion()).toMatch(/^\d+\.\d+\.\d+$/);
});

test('colours only where they are seen and wanted', () => {
  const paint = (seen: boolean, env: Record<string, string>): string => painter({ terminal: seen, env })('red', 'x');
  expect(paint(true, {})).toBe('\u001b[31mx\u001b[39m');
  expect(paint(false, {})).toBe('x');
  expect(paint(true, { NO_COLOR: '1' })).toBe('x');
  expect(paint(true, { TERM: 'dumb' })).toBe('x');
  expect(plainOnly({ NO_COLOR: '' })).toBe(false);
});
