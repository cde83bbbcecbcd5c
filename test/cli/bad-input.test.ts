import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { runCli } from '../../src/cli/main.ts';
import { problemSchema } from '../../src/model/problem.ts';
import { terminal } from '../support/terminal.ts';

/** Command lines that cannot be right: each says where, what was found, what is expected and what to do, as text and as JSON. */

const caseSchema = z.strictObject({
  name: z.string(),
  argv: z.array(z.string()),
  stdin: z.string().default(''),
  /** Files in the directory where the command runs. */
  files: z.record(z.string(), z.string()).default({}),
  exit: z.number(),
  code: z.string(),
  /** What the message must hold. */
  says: z.array(z.string()).min(1),
});

const corpus = readdirSync(join(import.meta.dirname, 'bad-input')).flatMap((file) =>
  z.array(caseSchema).parse(JSON.parse(readFileSync(join(import.meta.dirname, 'bad-input', file), 'utf8'))),
);

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'shiplock-bad-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

test('the corpus is large enough and names each case once', () => {
  expect(corpus.length).toBeGreaterThanOrEqual(25);
  expect(new Set(corpus.map((one) => one.name)).size).toBe(corpus.length);
});

describe.each(corpus)('$name', ({ name, argv, stdin, files, exit, code, says }) => {
  const place = (): string => {
    const cwd = join(dir, name.replaceAll(/[^a-z0-9]+/gi, '-'));
    mkdirSync(cwd, { recursive: true });
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(cwd, file)), { recursive: true });
      writeFileSync(join(cwd, file), text);
    }
    return cwd;
  };

  test('as text', async () => {
    const io = terminal({ cwd: place() }, stdin);
    expect(await runCli(argv, io)).toBe(exit);
    expect(io.written.out).toBe('');
    expect(io.written.err).toMatch(/^error .+: found [\s\S]+; expected [\s\S]+\n {2}→ .+/);
    expect(io.written.err).toContain(`[${code}]`);
    for (const words of says) expect(io.written.err).toContain(words);
    expect(io.written.err).not.toMatch(/\n\s+at .+:\d+:\d+/);
  });

  test('as JSON', async () => {
    const io = terminal({ cwd: place() }, stdin);
    // In front of a last option, which may be there for its missing value.
    const at = /^--./.test(argv.at(-1) ?? '') ? argv.length - 1 : argv.length;
    expect(await runCli(argv.toSpliced(at, 0, '--json'), io)).toBe(exit);
    expect(io.written.err).toBe('');
    const { problems } = z.strictObject({ problems: z.array(problemSchema).min(1) }).parse(JSON.parse(io.written.out));
    expect(problems.map((problem) => problem.code)).toContain(code);
  });
});
