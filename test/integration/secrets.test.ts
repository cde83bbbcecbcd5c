import { execFileSync } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../../scripts/components/ports.ts';
import { answerText } from '../../src/chatops/index.ts';
import type { Effect } from '../../src/model/effect.ts';
import { action } from '../../src/procedure/build.ts';
import { createExec, runProcedure } from '../../src/procedure/index.ts';
import { systemClock } from '../../src/procedure/machine/clock.ts';
import { createSecrets } from '../../src/procedure/masking/secrets.ts';
import { outcomeMarkdown, readReport } from '../../src/release/report/report.ts';
import { summarise, summaryText } from '../../src/release/report/summary.ts';
import { reportMarkdown, reportPage } from '../../src/report/index.ts';
import { bench, inOrder, tree } from '../support/engine.ts';

/** Secrets that careless programs and servers hand back in every shape, cut anywhere, are in no sink of a run. */

const LEAK = fileURLToPath(new URL('../procedure/fixtures/leak.sh', import.meta.url));
const COUNT = 500;
/** In one run: what is known of a secret is looked for in every text, so their number counts twice. */
const PER_RUN = 100;
const PER_STEP = 20;
const SINKS = 11;

const hostile = [...`abcXYZ0189 '"\\$\`!&<>=+/%#~{}()*?;|,:@üß€\n\t`];
const secret = fc.oneof(
  fc.string({ minLength: 8, maxLength: 60, unit: fc.constantFrom(...hostile) }),
  // A key as it lies in a file.
  fc
    .uint8Array({ minLength: 100, maxLength: 300 })
    .map(
      (bytes) =>
        `-----BEGIN KEY-----\n${Buffer.from(bytes).toString('base64').replaceAll(/.{64}/g, '$&\n')}\n-----END KEY-----`,
    ),
  fc.base64String({ minLength: 12, maxLength: 48 }),
);
/** What a shell's variable can hold, and what is long enough to be told from other text. */
const values = fc
  .sample(secret, { numRuns: 2 * COUNT, seed: 20_261_121 })
  .filter((value) => !value.includes('\0') && value.trim().length >= 8 && !/^[\s]|[\s]$/.test(value))
  .slice(0, COUNT);
const runs = Array.from({ length: COUNT / PER_RUN }, (_, n) => ({
  from: n * PER_RUN,
  known: values.slice(n * PER_RUN, (n + 1) * PER_RUN),
}));
let looked = 0;
let through = 0;

let server: Server;
let url = '';

beforeAll(async () => {
  // Gives back what it is sent in the shapes of the web, with and without success.
  server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (part) => {
      body += String(part);
    });
    request.on('end', () => {
      const echo = [
        JSON.stringify({ given: body }),
        JSON.stringify({ given: body })
          .replaceAll('<', '\\u003c')
          .replaceAll('>', '\\u003e')
          .replaceAll('&', '\\u0026'),
        `query ?given=${encodeURIComponent(body)}&again=${new URLSearchParams({ body })}`,
      ].join('\n');
      response.writeHead(request.url === '/fail' ? 500 : 200).end(echo);
    });
  });
  const port = await freePort();
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  url = `http://127.0.0.1:${port}`;
});
afterAll(() => {
  console.log(`${looked} shapes of ${through} secrets looked for in ${SINKS} sinks: none there`);
  server.close();
});

test('there are so many, and no two are the same', () => {
  expect(new Set(values).size).toBe(COUNT);
});

test.each(runs)(
  'from secret $from on none is in the files of a run, its progress, outcome, reports, summaries or comments',
  async ({ known }) => {
    using on = bench();
    const env = Object.fromEntries(known.map((value, n) => [`SECRET_${n}`, value]));
    const secrets = createSecrets({ env });
    const step = (id: string, effects: readonly Effect[]) =>
      action({
        id,
        title: `Leak ${id}`,
        read: async () => null,
        decide: () => ({ kind: 'do', effects }),
        probe: 'repeatable',
      });
    const programs = Array.from({ length: PER_RUN / PER_STEP }, (_, part) =>
      step(`program-${part}`, [
        {
          kind: 'exec',
          argv: ['bash', LEAK, String(PER_STEP), '3'],
          env: Object.fromEntries(
            Array.from({ length: PER_STEP }, (_unused, n) => [
              `S${n}`,
              { secret: `env:SECRET_${part * PER_STEP + n}` },
            ]),
          ),
          okExitCodes: [3],
          timeoutMs: 110_000,
        },
      ]),
    );
    const requests = known.map((_value, n) =>
      step(`request-${n}`, [
        { kind: 'http', method: 'POST', url, body: { secret: `env:SECRET_${n}` }, timeoutMs: 5_000 },
      ]),
    );
    const failing = step('failing', [
      { kind: 'exec', argv: ['bash', LEAK, '1', '1'], env: { S0: { secret: 'env:SECRET_0' } }, timeoutMs: 110_000 },
    ]);
    const root = inOrder('all', [...programs, ...requests, failing]);
    const result = await runProcedure(tree(root), { ...on.options(systemClock), secrets, run: 'leaky' });
    expect(result.outcome).toBe('failed');
    const report = await readReport(on.store, 'leaky');
    const about = { service: 'shop', environment: 'test', kind: 'release', version: '2.0.0', before: null } as const;
    const summary = summarise({ ...about, result });
    const said = '/deploy test';
    const looking = { exec: createExec(systemClock), baseDir: on.dir };
    const sinks: Readonly<Record<string, string>> = {
      progress: JSON.stringify(on.events),
      outcome: JSON.stringify(result),
      page: reportPage(report),
      markdown: reportMarkdown(report),
      terminal: summaryText(summary),
      // As the step summary of a job has it, with its journal and without.
      job: await outcomeMarkdown({ ...looking, store: on.store }, summary),
      'job without a journal': await outcomeMarkdown({ ...looking, store: join(on.store, 'nowhere') }, summary),
      // As the comment of a command has it: ended, failed, refused.
      comment: answerText(said, { kind: 'ended', good: false, text: reportMarkdown(report), commit: undefined }),
      'comment of a failure': answerText(said, { kind: 'failed', problems: result.problems, again: undefined }),
      'comment of a refusal': answerText(said, { kind: 'refused', problems: report.head.problems }),
      files: await everyFile(on.store),
    };
    // The programs' words are there: what is looked through is not empty.
    expect(sinks['files']).toContain('quoted: ');
    expect(sinks['files']).toContain('query ?given=***');
    for (const [sink, text] of Object.entries(sinks)) expect(text, sink).toContain('***');
    expect(Object.keys(sinks)).toHaveLength(SINKS);
    const shells = quotedByShell(known);
    for (const [n, value] of known.entries()) {
      for (const shape of [...shapesOf(value), ...(shells[n] ?? [])]) {
        // In the files and in JSON the text itself stands with escapes.
        for (const written of new Set([shape, JSON.stringify(shape).slice(1, -1)])) {
          looked++;
          for (const [sink, text] of Object.entries(sinks)) {
            expect(text.includes(written), `secret ${n} in ${sink}: ${JSON.stringify(written)}`).toBe(false);
          }
        }
      }
    }
    through += known.length;
  },
);

/** Made here, not by the mask: a whole secret, each long line of it, and how web, shell and mail write it. */
function shapesOf(value: string): readonly string[] {
  const lines = value.split('\n').filter((line) => line.length >= 16);
  const base64 = Buffer.from(value).toString('base64').replace(/=+$/, '').slice(0, -1);
  return [
    value,
    ...lines,
    JSON.stringify(value).slice(1, -1),
    encodeURIComponent(value),
    Buffer.from(value).toString('hex'),
    base64,
    ...(base64.length > 76 ? [base64.slice(0, 76), base64.slice(76, 152)].filter((line) => line.length > 16) : []),
  ];
}

/** As bash quotes it in two ways and two locales, without the quotes around. */
function quotedByShell(all: readonly string[]): readonly (readonly string[])[] {
  const script = 'for v; do printf "%q\\0%s\\0" "$v" "${v@Q}"; done';
  const asked = ['C', 'C.UTF-8'].map((locale) =>
    execFileSync('bash', ['-c', script, 'bash', ...all], { encoding: 'utf8', env: { ...process.env, LC_ALL: locale } })
      .split('\0')
      .map((quoted) => quoted.replace(/^\$?'([\s\S]*)'$/, '$1')),
  );
  return all.map((_value, n) => asked.flatMap((words) => words.slice(2 * n, 2 * n + 2)));
}

async function everyFile(dir: string): Promise<string> {
  const names = await readdir(dir, { recursive: true, withFileTypes: true });
  const texts = names.filter((one) => one.isFile()).map((one) => readFile(join(one.parentPath, one.name), 'utf8'));
  return (await Promise.all(texts)).join('\n');
}
