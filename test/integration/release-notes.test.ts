import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { command } from '../../scripts/testing/command.ts';
import { runCli } from '../../src/cli/main.ts';
import { releaseNotesSchema } from '../../src/model/notes.ts';
import { ProblemError } from '../../src/model/problem.ts';
import type { MigrationRef } from '../../src/model/release.ts';
import { openService } from '../../src/release/environment/service.ts';
import { type NotesRequest, releaseNotes } from '../../src/release/notes/notes.ts';
import {
  type EnvironmentRecord,
  environmentPath,
  environmentRecordSchema,
  recordPath,
  releaseRecordSchema,
} from '../../src/release/record.ts';
import { notesMarkdown } from '../../src/report/index.ts';
import { MINIMAL } from '../config/sample.ts';

/** Release notes of a real repository: merges, squashes, reverts, a hotfix beside, migrations, and whatever people write into titles. */

const DATABASE = 'database: { engine: mariadb, migrations: db/migrations, dsn: { secret: env:DSN } }\n';
const ORDERED = '  live:\n    extends: production\n    promotion: { from: production }\n';
const HOSTILE = 'fix: <img src=x onerror=alert(1)> `x` @everyone [a](javascript:b) \u001b[31m ::set-env name=A::b';

let dir = '';
let service = '';
let store = '';
const commits = new Map<string, string>();

async function git(...words: readonly string[]): Promise<string> {
  const env = {
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_SYSTEM: '/dev/null',
    GIT_AUTHOR_NAME: 'Mia',
    GIT_AUTHOR_EMAIL: 'mia@example.org',
    GIT_COMMITTER_NAME: 'Robot',
    GIT_COMMITTER_EMAIL: 'robot@example.org',
  };
  const { code, output } = await command(['git', '-C', service, ...words], { cwd: dir, live: false, env });
  if (code !== 0) throw new Error(`git ${words.join(' ')}: ${output}`);
  return output.trim();
}

/** A commit that is found again under `name`; with files, and a tag where one is given. */
async function commit(name: string, message: string, files: Readonly<Record<string, string>> = {}): Promise<void> {
  for (const [file, text] of Object.entries({ [`${name}.txt`]: name, ...files })) {
    await mkdir(dirname(join(service, file)), { recursive: true });
    await writeFile(join(service, file), text);
  }
  await git('add', '-A');
  await git('commit', '-q', '-m', message);
  commits.set(name, await git('rev-parse', 'HEAD'));
}

function idOf(name: string): string {
  return commits.get(name) ?? '';
}

async function record(
  environment: string,
  version: string,
  at: { readonly commit: string; readonly migrations?: readonly MigrationRef[]; readonly configCommit?: string },
): Promise<void> {
  const { commit: id, migrations = [], configCommit } = at;
  const own = releaseRecordSchema.parse({
    formatVersion: 1,
    environment,
    release: {
      formatVersion: 1,
      service: 'shop',
      version,
      commit: id,
      artefacts: [],
      configHash: `sha256:${'0'.repeat(64)}`,
      migrations,
    },
    unit: null,
    files: [],
    schema: 'empty',
    ...(configCommit === undefined ? {} : { configCommit }),
  });
  const entry = {
    version,
    run: 'r1',
    time: '2026-11-22T06:00:00Z',
    outcome: 'released',
    who: 'mia',
    why: 'x',
  } as const;
  const history: EnvironmentRecord = environmentRecordSchema.parse({
    formatVersion: 1,
    environment,
    service: 'shop',
    history: [entry],
  });
  for (const [file, value] of [
    [recordPath(store, environment, version), own],
    [environmentPath(store, environment), history],
  ] as const) {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, JSON.stringify(value));
  }
}

async function notes(request: NotesRequest) {
  const door = { configFile: join(service, 'shiplock.yaml'), store, env: {}, who: 'mia', self: ['shiplock'] };
  const found = await releaseNotes(await openService(door), request);
  return releaseNotesSchema.parse(found);
}

async function refusal(request: NotesRequest): Promise<string> {
  try {
    await notes(request);
  } catch (error) {
    if (error instanceof ProblemError) return error.problems.map(({ code }) => code).join(' ');
    throw error;
  }
  return 'none';
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'shiplock-notes-'));
  [service, store] = [join(dir, 'shop'), join(dir, 'state')];
  await mkdir(service);
  await git('init', '-q', '-b', 'main');
  await commit('first', 'first', {
    'shiplock.yaml': `${MINIMAL}${ORDERED}${DATABASE}`,
    'db/migrations/0001_orders.sql': 'CREATE TABLE orders (id INT PRIMARY KEY);\n',
  });
  await git('tag', 'v1.0.0');
  await git('switch', '-q', '-c', 'hotfix');
  await commit('hotfix', 'fix: only there');
  await git('switch', '-q', '-c', 'owners', 'main');
  await commit('owner', 'feat(api)!: orders need an owner\n\nBREAKING CHANGE: POST /orders without owner is 422\n', {
    'db/migrations/0002_owner.sql': '-- shiplock: phase=expand\nALTER TABLE orders ADD COLUMN owner INT;\n',
    'db/migrations/0002_owner.down.sql': 'ALTER TABLE orders DROP COLUMN owner;\n',
    'db/migrations/0003_drop.sql': '-- shiplock: phase=contract breaks=<1.1\nALTER TABLE orders DROP COLUMN contact;\n',
  });
  await git('switch', '-q', 'main');
  await commit('midnight', 'fix: midnight (#11)\n\nCo-authored-by: Ben <ben@example.org>');
  await git('merge', '-q', '--no-ff', 'owners', '-m', 'Merge pull request #12 from mia/owners\n\nOwners of orders');
  commits.set('merge', await git('rev-parse', 'HEAD'));
  await commit('hostile', HOSTILE);
  await commit('slow', 'perf: faster');
  await git('revert', '--no-edit', 'HEAD');
  await git('tag', 'v1.1.0');
}, 60_000);
afterAll(() => rm(dir, { recursive: true, force: true }));

test('a first release tells everything, up to the commit that is checked out', async () => {
  const first = await notes({ environment: 'production' });
  expect(first).toMatchObject({ from: null, to: { version: '1.1.0' }, gone: [], left: 0 });
  expect(first.entries.map(({ title }) => title).at(-1)).toBe('first');
  expect(first.migrations.map(({ id, change }) => `${id} ${change}`)).toEqual([
    '0001_orders new',
    '0002_owner new',
    '0003_drop new',
  ]);
  expect(notesMarkdown(first)).toContain('The first release there: 6 changes up to');
});

test('what comes, what goes, migrations with their phase, and who', async () => {
  await record('production', '1.0.1', { commit: idOf('hotfix'), migrations: [migration('0001_orders')] });
  const found = await notes({ environment: 'production' });
  expect(found.from).toEqual({ commit: idOf('hotfix'), version: '1.0.1' });
  const told = found.entries.map(({ title, kind, pull, takenBackBy }) => [title, kind, pull, takenBackBy !== null]);
  expect(told).toEqual([
    ['Revert "perf: faster"', 'revert', null, false],
    ['faster', 'perf', null, true],
    [expect.stringContaining('onerror'), 'fix', null, false],
    ['Owners of orders', 'feat', '#12', false],
    ['midnight', 'fix', '#11', false],
  ]);
  expect(found.entries[3]).toMatchObject({
    commit: idOf('merge'),
    commits: [idOf('owner')],
    breaking: true,
    breakingNotes: ['POST /orders without owner is 422'],
  });
  expect(found.gone.map(({ title }) => title)).toEqual(['only there']);
  expect(found.migrations).toEqual([
    { id: '0002_owner', change: 'new', phase: 'expand', breaks: null },
    { id: '0003_drop', change: 'new', phase: 'contract', breaks: '<1.1' },
  ]);
  expect(found.authors).toEqual([
    { name: 'Mia', entries: 5 },
    { name: 'Ben', entries: 1 },
  ]);
});

function migration(id: string): MigrationRef {
  return { id, sha256: '0'.repeat(64), phase: 'expand' };
}

test('as Markdown: breaking changes first, and nothing that somebody wrote is markup, a mention or an order', async () => {
  const text = notesMarkdown(await notes({ environment: 'production' }));
  const titles = [...text.matchAll(/^### (.+)$/gm)].map(([, title]) => title);
  expect(titles).toEqual([
    'Breaking changes',
    'Migrations',
    'No longer in it',
    'Mended',
    'Faster',
    'Taken back',
    'Who',
  ]);
  expect(text).toContain(`- \`Owners of orders\` #12 \`${idOf('merge').slice(0, 12)}\` by \`Mia\``);
  expect(text).toContain('  - `POST /orders without owner is 422`');
  const outside = text.replace(/(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)/g, '');
  expect(text).toContain('onerror');
  expect(outside).not.toMatch(/onerror|@everyone|javascript|::/);
  expect(text).not.toContain('\u001b');
  expect(text).not.toContain('example.org');
});

test('a promotion is told from what serves before; ends can be named, also backwards', async () => {
  expect(await refusal({ environment: 'live', from: '1.0.0' })).toBe('none');
  const promoted = await notes({ environment: 'live' });
  expect(promoted).toMatchObject({ from: null, to: { commit: idOf('hotfix'), version: '1.0.1' } });
  const back = await notes({ environment: 'production', from: 'v1.1.0', to: '1.0.0' });
  expect(back).toMatchObject({ entries: [], from: { version: '1.1.0' }, to: { version: '1.0.0' } });
  expect(back.gone).toHaveLength(5);
  expect(back.migrations.map(({ id, change }) => `${id} ${change}`)).toEqual(['0002_owner gone', '0003_drop gone']);
});

test('what a released configuration already brought is not told again', async () => {
  await record('production', '1.0.0', { commit: idOf('first'), configCommit: idOf('merge') });
  const { entries, gone } = await notes({ environment: 'production' });
  expect(entries.map(({ title }) => title).slice(1)).toEqual(['faster', expect.stringContaining('onerror')]);
  expect(gone).toEqual([]);
});

test('refused: unknown names, options in their place, nothing before, no record, a cut history', async () => {
  for (const name of ['2.0.0', '--output=/tmp/x', '../../etc', 'HEAD:shiplock.yaml', ''])
    expect(await refusal({ environment: 'production', to: name }), name).toBe('release.notes-unknown-commit');
  await record('production', '1.0.0', { commit: 'f'.repeat(40) });
  expect(await refusal({ environment: 'production' })).toBe('release.notes-unknown-commit');
  await rm(recordPath(store, 'production', '1.0.0'));
  expect(await refusal({ environment: 'production' })).toBe('release.notes-no-record');
  await rm(environmentPath(store, 'production'));
  expect(await refusal({ environment: 'live' })).toBe('release.notes-nothing-next');
  const whole = service;
  service = join(dir, 'cut');
  const clone = ['git', 'clone', '-q', '--depth', '1', `file://${whole}`, service];
  expect(await command(clone, { cwd: dir, live: false })).toMatchObject({ code: 0 });
  expect(await refusal({ environment: 'production' })).toBe('release.notes-shallow');
  service = whole;
});

test('the command prints them, writes them, and gives them as data', async () => {
  const run = async (...words: readonly string[]) => {
    let [out, err] = ['', ''];
    const io = { cwd: service, env: {}, terminal: false, stdin: process.stdin };
    const code = await runCli(['release-notes', 'production', '--state', store, ...words], {
      ...io,
      out: (text) => {
        out += text;
      },
      err: (text) => {
        err += text;
      },
    });
    return { code, out, err };
  };
  const printed = await run('--from', '1.0.0');
  expect(printed).toMatchObject({ code: 0, err: '' });
  expect(printed.out).toMatch(/^## `shop` `1\.1\.0` for `production`\n\nReplaces `1\.0\.0`: 5 changes between /);
  expect(releaseNotesSchema.parse(JSON.parse((await run('--from', '1.0.0', '--json')).out)).entries).toHaveLength(5);
  const written = await run('--from', '1.0.0', '--output', '../notes.md');
  expect(written.out).toBe('5 changes: ../notes.md\n');
  expect(await readFile(join(dir, 'notes.md'), 'utf8')).toBe(printed.out);
  expect(await run('--to', 'nowhere')).toMatchObject({ code: 5 });
});
