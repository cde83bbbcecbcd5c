import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseDocument, visit } from 'yaml';
import { loadConfig } from '../../../src/config/index.ts';
import { ProblemError, unwrap } from '../../../src/model/problem.ts';
import { planCallers, planUpgrade } from '../../../src/release/callers/callers.ts';
import { findPin, type Pin } from '../../../src/release/callers/pin.ts';
import { disagreements, readCaller, withPin } from '../../../src/release/callers/read.ts';
import { isUntouched } from '../../../src/release/callers/seal.ts';
import { draft } from '../../../src/release/init/draft.ts';
import { writeFiles } from '../../../src/release/init/init.ts';

/** What `init` writes for a service is kept current, and what people wrote stays. */

const OLD: Pin = { repository: 'acme/shiplock', commit: 'a'.repeat(40), version: 'v0.1.0' };
const NEW: Pin = { repository: 'acme/shiplock', commit: 'b'.repeat(40), version: 'v0.2.0' };
const GO = {
  kind: 'go',
  source: '.',
  package: '.',
  binary: 'shop',
  ready: '/readyz',
  listen: 'PORT',
  sure: true,
} as const;

function configOf(
  environments: readonly string[],
  database = true,
  source = '.',
  edit = (text: string): string => text,
) {
  const text = draft({
    service: 'shop',
    go: { ...GO, source },
    files: null,
    database: database ? { engine: 'mysql', migrations: 'migrations' } : null,
    traffic: 'haproxy',
    strategy: 'canary',
    environments,
  });
  return unwrap(loadConfig(edit(text), { file: 'shiplock.yaml' }));
}

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'shiplock-callers-'));
  mkdirSync(join(dir, '.git'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const file = (name: string): string => join(dir, '.github', 'workflows', name);
const read = (name: string): string => readFileSync(file(name), 'utf8');
const names = (): readonly string[] => globSync('*', { cwd: file('') }).toSorted();
async function written(environments: readonly string[], pin = OLD, database = true): Promise<void> {
  await writeFiles(dir, await planCallers(dir, configOf(environments, database), pin, {}), false);
}
async function problemsOf(promise: Promise<unknown>): Promise<readonly string[]> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof ProblemError)
      return error.problems.map(({ code, where, found }) => `${code} ${where.replace(`${dir}/`, '')}: ${found}`);
    throw error;
  }
  return [];
}

describe('what init writes', () => {
  test('a file for each environment, and for what is done now and then', async () => {
    await written(['development', 'production']);
    expect(names()).toEqual(
      ['ci', 'development', 'migrate', 'production', 'rollback', 'scan'].map((one) => `shiplock-${one}.yml`),
    );
    expect(read('shiplock-development.yml')).toContain('frontend: false');
    expect(read('shiplock-production.yml')).toContain('from: development');
    for (const name of names()) {
      expect(isUntouched(read(name)), name).toBe(true);
      expect(disagreements(readCaller(name, read(name), 'acme/shiplock') ?? expect.unreachable())).toEqual([]);
    }
  });

  test('no secret and no migration without a database', async () => {
    await written(['production'], OLD, false);
    expect(names()).toEqual(['ci', 'production', 'rollback', 'scan'].map((one) => `shiplock-${one}.yml`));
    for (const name of names()) expect(read(name)).not.toContain('secrets');
  });

  test('a service below the root of its repository says so', async () => {
    const service = join(dir, 'services', 'shop');
    const planned = await planCallers(service, configOf(['production']), OLD, { state: '/srv/a b', runner: 'on' });
    expect(planned.map(({ path }) => path)).toContain(file('shiplock-shop-production.yml'));
    const text = planned.find(({ path }) => path.endsWith('rollback.yml'))?.after;
    for (const line of ['config: services/shop/shiplock.yaml', "state: '/srv/a b'", "runner: 'on'"])
      expect(text).toContain(`      ${line}\n`);
  });

  test('where the system is named, a runbook is started by hand and only planned unless told otherwise', async () => {
    const named = configOf(['development', 'production'], true, '.', (text) =>
      text.replace('    platform:\n', '    system: { services: { web: { unit: web.service } } }\n    platform:\n'),
    );
    const planned = await planCallers(dir, named, OLD, {});
    const text = planned.find(({ path }) => path === file('shiplock-runbook.yml'))?.after ?? '';
    expect(text).toContain(
      '        description: Only say what it would do\n        type: boolean\n        default: true\n',
    );
    expect(isUntouched(text)).toBe(true);
    expect(
      disagreements(readCaller(file('shiplock-runbook.yml'), text, 'acme/shiplock') ?? expect.unreachable()),
    ).toEqual([]);
  });

  test('the branch is that of the remote', async () => {
    mkdirSync(join(dir, '.git/refs/remotes/origin'), { recursive: true });
    writeFileSync(join(dir, '.git/refs/remotes/origin/HEAD'), 'ref: refs/remotes/origin/trunk\n');
    await written(['production']);
    expect(read('shiplock-production.yml')).toContain('branches: [trunk]');
  });

  test('the check runs the tests of each component, on a machine that keeps nothing', async () => {
    await written(['production']);
    const text = read('shiplock-ci.yml');
    expect(text).toContain("      tests: 'go -C ''.'' vet ./... && go -C ''.'' test ./...'\n");
    expect(text).toContain('      runner: ubuntu-24.04\n');
    expect(text).toContain('      migrations: true\n');
    expect(text).not.toContain('state:');
    expect(text).not.toContain('secrets');
  });

  test('one that is there and differs stays', async () => {
    await written(['production']);
    writeFileSync(file('shiplock-production.yml'), 'mine\n');
    expect(await problemsOf(written(['production']))).toEqual([
      'release.would-overwrite .github/workflows/shiplock-production.yml: a file that differs',
    ]);
  });
});

describe('upgrade', () => {
  const upgrade = (environments: readonly string[], pin = NEW) => planUpgrade(dir, configOf(environments), pin);

  test('only pins and versions differ where nothing else does', async () => {
    await written(['development', 'production']);
    const before = names().map(read);
    const { files, absent } = await upgrade(['development', 'production']);
    expect(absent).toEqual([]);
    expect(files.map(({ how }) => how)).toEqual(Array(6).fill('moved'));
    expect(files.map(({ after }) => after)).toEqual(
      before.map((text) => text.replaceAll(`${OLD.commit} # v0.1.0`, `${NEW.commit} # v0.2.0`)),
    );
    for (const { after } of files) expect(isUntouched(after)).toBe(true);
    expect((await upgrade(['development', 'production'], OLD)).files.map(({ how }) => how)).toEqual(
      Array(6).fill('same'),
    );
  });

  test('a check follows the configuration too, although it says no state; what somebody changed in it stays', async () => {
    await written(['production']);
    const check = async () =>
      (await planUpgrade(dir, configOf(['production'], true, 'api'), NEW)).files.find(({ path }) =>
        path.endsWith('ci.yml'),
      );
    expect(await check()).toMatchObject({ how: 'written' });
    expect((await check())?.after).toContain("go -C ''api'' test ./...");
    writeFileSync(file('shiplock-ci.yml'), read('shiplock-ci.yml').replace(' && ', ' || '));
    expect(await check()).toMatchObject({ how: 'moved' });
    expect((await check())?.after).toContain("vet ./... || go -C ''.''");
  });

  test('what nobody changed follows the configuration; what is new is named', async () => {
    await written(['development', 'production']);
    const { files, absent } = await upgrade(['development', 'staging', 'production']);
    const rollback = files.find(({ path }) => path.endsWith('rollback.yml'));
    expect(rollback).toMatchObject({ how: 'written', state: 'changed' });
    expect(rollback?.after).toContain('options: [development, staging, production]');
    expect(files.find(({ path }) => path.endsWith('production.yml'))?.after).toContain('from: staging');
    expect(absent).toEqual([file('shiplock-staging.yml')]);
  });

  test('what somebody changed stays, byte for byte, but for the pins', async () => {
    await written(['development', 'production']);
    const own = read('shiplock-development.yml')
      .replace('branches: [main]', 'branches: [ main,  "release/**" ] # ours')
      .replace(`${OLD.commit} # v0.1.0`, `${OLD.commit}    # v0.1.0, asked Mia first`);
    writeFileSync(file('shiplock-development.yml'), own);
    writeFileSync(
      file('extra.yaml'),
      `on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: "acme/shiplock/actions/setup-shiplock@main" # ours\n      - run: |\n          # uses: acme/shiplock/actions/setup-shiplock@main\n      - uses: acme/shiplock-more/x@v1\n`,
    );
    const { files } = await upgrade(['development', 'production']);
    const upgraded = (name: string) => files.find(({ path }) => path.endsWith(name));
    expect(upgraded('shiplock-development.yml')).toMatchObject({
      how: 'moved',
      after: own
        .replace(`${OLD.commit}    # v0.1.0, asked`, `${NEW.commit}    # v0.2.0, asked`)
        .replace(`${OLD.commit} # v0.1.0`, `${NEW.commit} # v0.2.0`),
    });
    expect(upgraded('extra.yaml')?.after).toBe(
      `on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: "acme/shiplock/actions/setup-shiplock@${NEW.commit}" # ours\n      - run: |\n          # uses: acme/shiplock/actions/setup-shiplock@main\n      - uses: acme/shiplock-more/x@v1\n`,
    );
  });

  test('a version that is not known is not claimed', async () => {
    await written(['production']);
    const { files } = await upgrade(['production'], { ...NEW, version: null });
    for (const { after } of files) expect(after).not.toMatch(/b{40} #/);
  });

  test('what does not fit any more is refused at its line, all at once', async () => {
    await written(['development', 'production']);
    const own = read('shiplock-production.yml')
      .replace('from: development', 'origin: development')
      .replace('      state: /var/lib/shiplock/shop\n', '')
      .replace('DATABASE_DSN: ', 'DATABASE_URL: ');
    writeFileSync(file('shiplock-production.yml'), own);
    const rollback = read('shiplock-rollback.yml').replace('workflows/rollback.yml', 'workflows/revert.yml');
    writeFileSync(file('shiplock-rollback.yml'), rollback);
    const lineOf = (text: string, words: string): number =>
      text.split('\n').findIndex((line) => line.includes(words)) + 1;
    const where = (name: string, text: string, words: string) => {
      const line = lineOf(text, words);
      const column = (text.split('\n')[line - 1] ?? '').search(/\S/) + 1;
      return `release.caller-does-not-fit .github/workflows/${name}:${line}:${column}`;
    };
    const calls = (name: string, text: string) => where(name, text, 'uses: ').replace(/5$/, '11');
    expect(await problemsOf(upgrade(['development', 'production']))).toEqual([
      `${where('shiplock-production.yml', own, 'origin:')}: the input \`origin\``,
      `${where('shiplock-production.yml', own, 'DATABASE_URL:')}: the secret \`DATABASE_URL\``,
      `${calls('shiplock-production.yml', own)}: no input \`state\``,
      `${calls('shiplock-rollback.yml', rollback)}: the workflow \`revert\``,
    ]);
  });

  test('nothing that calls it, and files that are no YAML', async () => {
    expect(await problemsOf(upgrade(['production']))).toEqual([
      'release.no-callers .github/workflows: no workflow that calls acme/shiplock',
    ]);
    await written(['production']);
    writeFileSync(file('broken.yml'), 'a: [\n# acme/shiplock\n');
    expect(await problemsOf(upgrade(['production']))).toEqual([
      expect.stringMatching(/^release\.caller-unreadable .*broken\.yml:\d+: /),
    ]);
  });
});

test('whatever a workflow looks like, only the values of `uses` change', () => {
  const comment = fc.constantFrom('', ' # v1.2.3', '  # v0.1.0-rc.1 pinned', ' # note', ' #v1.0.0');
  const use = fc.tuple(
    fc.constantFrom('acme/shiplock/actions/report', 'acme/shiplock/.github/workflows/release.yml', 'other/thing'),
    fc.constantFrom('main', 'v1', 'a'.repeat(40)),
    fc.constantFrom('', '"', "'"),
    comment,
  );
  const line = ([what, ref, quote, behind]: readonly [string, string, string, string]): string =>
    `uses: ${quote}${what}@${ref}${quote}${behind}`;
  const workflow = fc.record({
    steps: fc.array(use, { minLength: 1 }),
    called: use,
    between: fc.constantFrom('', '\n', '# uses: acme/shiplock/x@main\n'),
  });
  fc.assert(
    fc.property(workflow, fc.constantFrom(NEW, { ...NEW, version: null }), ({ steps, called, between }, pin) => {
      const text = `on: push\n${between}jobs:\n  one:\n    ${line(called)}\n    with: { state: "uses: acme/shiplock/x@main" }\n  two:\n    steps:\n${steps.map((one) => `      - ${line(one)}\n`).join('')}`;
      const caller = readCaller('x.yml', text, 'acme/shiplock');
      const after = caller === null ? text : withPin(caller, pin);
      const values = (source: string): readonly unknown[] => {
        const found: unknown[] = [];
        visit(parseDocument(source), {
          Scalar: (key, node) => void (key === 'value' && found.push(node.value)),
        });
        return found;
      };
      const moved = (value: unknown): unknown =>
        typeof value === 'string' && /^acme\/shiplock\/\S+@/.test(value)
          ? value.replace(/@.*/, `@${pin.commit}`)
          : value;
      expect(values(after)).toEqual(values(text).map(moved));
      expect(after.split('\n').length).toBe(text.split('\n').length);
      // Twice is once.
      const again = readCaller('x.yml', after, 'acme/shiplock');
      expect(again === null ? after : withPin(again, pin)).toBe(after);
    }),
    { numRuns: 200 },
  );
});

test('a pin is a commit, or a tag that is looked up', async () => {
  const asked: string[] = [];
  const exec = (stdout: string, exitCode = 0) => ({
    read: async (argv: readonly string[]) => {
      asked.push(argv.join(' '));
      return { exitCode, stdout, stderr: exitCode === 0 ? '' : 'no route' };
    },
  });
  const commit = 'd'.repeat(40);
  expect(await findPin(`acme/shiplock@${commit}`, 'https://x', exec(''))).toEqual({ ...OLD, commit, version: null });
  expect(asked).toEqual([]);
  const tag = `${'1'.repeat(40)}\trefs/tags/v1.0.0\n${commit}\trefs/tags/v1.0.0^{}\n`;
  expect(await findPin('acme/shiplock@v1.0.0', 'https://x/', exec(tag))).toEqual({ ...OLD, commit, version: 'v1.0.0' });
  expect(asked).toEqual(['git ls-remote -- https://x/acme/shiplock refs/tags/v1.0.0 refs/tags/v1.0.0^{}']);
  expect(await problemsOf(findPin('acme/shiplock@v2', 'https://x', exec('')))).toEqual([
    'release.no-such-tag https://x/acme/shiplock v2: no tag of this name',
  ]);
  expect(await problemsOf(findPin('acme/shiplock@v2', 'https://x', exec('', 128)))).toEqual([
    'release.no-such-tag https://x/acme/shiplock v2: git ls-remote: no route',
  ]);
  for (const bad of ['acme/shiplock', 'shiplock@v1', 'acme/shiplock@--upload-pack=x', '-x/y@v1', 'a/b@v1 # x', ''])
    expect(await problemsOf(findPin(bad, 'https://x', exec(tag)))).toEqual([
      `cli.usage --workflows: ${JSON.stringify(bad)}`,
    ]);
});

describe('actions in steps', () => {
  const caller = (...lines: readonly string[]) => {
    const text = ['jobs:', '  one:', '    runs-on: x', '    steps:', ...lines.map((line) => `      ${line}`)].join(
      '\n',
    );
    return disagreements(readCaller('own.yml', text, 'acme/shiplock') ?? expect.unreachable());
  };
  const uses = (action: string): string => `- uses: acme/shiplock/actions/${action}@${OLD.commit}`;

  test('what fits is taken: left out where it may be, in capital letters, and nothing of other actions', () => {
    expect(
      caller(
        uses('rollout'),
        '  with: { environment: production, STATE: /srv, reason: "x" }',
        uses('setup-shiplock'),
        '- uses: actions/checkout@v7',
        '  with: { no-such-input: 1 }',
        '- run: shiplock status production',
      ),
    ).toEqual([]);
  });

  test('an unknown or removed input, one that is missing, and an action that is gone, each with its line', () => {
    const problems = caller(
      uses('rollout'),
      '  with:',
      '    environment: production',
      '    colour: red',
      uses('setup-shiplock'),
      '  with: { version: "1" }',
      uses('deploy'),
      '  with: { anything: goes }',
    );
    expect(problems.map(({ code, where, found }) => `${code} ${where}: ${found}`)).toEqual([
      'release.caller-does-not-fit own.yml:8:11: the input `colour`',
      'release.caller-does-not-fit own.yml:5:15: no input `state`',
      'release.caller-does-not-fit own.yml:10:17: the input `version`',
      'release.caller-does-not-fit own.yml:11:15: the action `deploy`',
    ]);
    expect(problems[2]?.expected).toBe('no input');
  });

  test('upgrade writes nothing then', async () => {
    await written(['production']);
    writeFileSync(
      file('own.yml'),
      `on: push\njobs:\n  one:\n    runs-on: x\n    steps:\n      ${uses('report')}\n        with: { state: /srv, titel: x }\n`,
    );
    const before = names().map(read);
    expect(await problemsOf(planUpgrade(dir, configOf(['production']), NEW))).toEqual([
      'release.caller-does-not-fit .github/workflows/own.yml:7:30: the input `titel`',
    ]);
    expect(names().map(read)).toEqual(before);
  });
});
