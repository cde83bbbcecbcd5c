import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { freePort } from '../../scripts/components/ports.ts';
import { frontendKeys, frontendSettings } from '../../src/build/frontend/config.ts';
import { finishFiles } from '../../src/build/frontend/finish.ts';
import { runCli } from '../../src/cli/main.ts';
import { terminal } from '../support/terminal.ts';

/** `shiplock frontend audit` with the real Chromium, on pages with planted faults and on one without. */

let dir = '';
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'audit-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function write(name: string, content: string): void {
  mkdirSync(dirname(join(dir, name)), { recursive: true });
  writeFileSync(join(dir, name), content);
}

const answerSchema = z.object({
  passed: z.boolean(),
  pages: z.array(
    z.object({
      url: z.string(),
      figures: z.object({ lcp: z.number().nullable(), cls: z.number(), tbt: z.number(), transfer: z.number() }),
      findings: z.array(z.object({ rule: z.string(), level: z.string(), message: z.string() })),
    }),
  ),
});

async function audit(...words: readonly string[]) {
  const io = terminal();
  const exit = await runCli(['frontend', 'audit', ...words, '--json'], { ...io, cwd: dir, env: process.env });
  return { exit, ...answerSchema.parse(JSON.parse(io.written.out)) };
}

const head = (more: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Certificates</title><meta name="viewport" content="width=device-width">${more}</head>`;
const good = `${head('<link rel="stylesheet" href="/style.css"><script>window.inline = 1</script><script type="module" src="/assets/main-B3xk9a1Q.js"></script>')}
<body><main><h1>Certificates</h1><p id="out">waiting</p></main></body></html>`;

describe('an audit', () => {
  it('passes a good page, behind its own policy and integrity', async () => {
    write('good/index.html', good);
    write('good/style.css', 'body { color: #111; background: #fff }');
    write('good/assets/main-B3xk9a1Q.js', 'document.getElementById("out").textContent = "started " + window.inline;');
    await finishFiles(join(dir, 'good'), { ...frontendSettings({}), csp: frontendKeys.csp.unwrap().parse({}) });
    // Other tests run beside it: the figures of this machine are not what is tried.
    const { exit, passed, pages } = await audit('good', '--visits', '1', '--max-lcp', '30s', '--max-tbt', '10s');
    expect(pages[0]?.findings).toEqual([]);
    expect([exit, passed]).toEqual([0, true]);
    // Two trips of 562 ms at the least lie before the first paint of a slow network.
    expect(pages[0]?.figures.lcp).toBeGreaterThan(500);
  });

  it('sees what the policy refuses, and a script that is not the one that was built', async () => {
    const sealed = readFileSync(join(dir, 'good/index.html'), 'utf8');
    const list = readFileSync(join(dir, 'good/shiplock-files.json'), 'utf8');
    write('bad/style.css', 'p{}');
    // Of the same length: the server goes by the list of the build, the browser does not.
    const built = readFileSync(join(dir, 'good/assets/main-B3xk9a1Q.js'), 'utf8');
    write('bad/assets/main-B3xk9a1Q.js', built.replace('started ', 'stolen. '));
    write('bad/index.html', sealed.replace('window.inline = 1', 'window.inline = 2'));
    write('bad/shiplock-files.json', list);
    const { exit, pages } = await audit('bad', '--visits', '1', '--no-throttle', '--no-accessibility');
    const rules = pages[0]?.findings.map(({ rule }) => rule) ?? [];
    expect(rules).toContain('policy-violation');
    expect(pages[0]?.findings.some(({ message }) => /integrity/i.test(message))).toBe(true);
    expect(exit).toBe(1);
  });

  it('finds every planted fault of a page', async () => {
    const closed = await freePort();
    write(
      'faults/index.html',
      `${head('')}<body><main><h1>x</h1><img src="/gone.png"><input type="text"><p style="color:#ccc;background:#fff">pale</p><div id="late"></div>
<script>
console.error('told to the console');
setTimeout(() => { throw new TypeError('thrown'); });
fetch('http://127.0.0.1:${closed}/').catch(() => {});
const painted = (then) => requestAnimationFrame(() => requestAnimationFrame(then));
addEventListener('load', () => painted(() => {
  setTimeout(() => { const end = performance.now() + 400; while (performance.now() < end); }, 100);
  setTimeout(() => { document.querySelector('h1').style.marginTop = '300px'; }, 600);
}));
</script><p>${'text '.repeat(400)}</p></main></body></html>`,
    );
    const { exit, pages } = await audit(
      'faults',
      '--visits',
      '1',
      '--no-throttle',
      '--max-transfer',
      '1kB',
      '--max-cls',
      '0.05',
      '--max-lcp',
      '30s',
    );
    const findings = pages[0]?.findings ?? [];
    const rules = new Set(findings.filter(({ level }) => level === 'error').map(({ rule }) => rule));
    expect(rules).toEqual(
      new Set(['console-error', 'script-error', 'failed-request', 'tbt', 'cls', 'transfer', 'accessibility']),
    );
    const told = findings.map(({ message }) => message).join('\n');
    for (const word of [
      'told to the console',
      'thrown',
      '/gone.png: status 404',
      `127.0.0.1:${closed}`,
      'image-alt',
      'label',
      'color-contrast',
    ]) {
      expect(told).toContain(word);
    }
    expect(exit).toBe(1);
  });

  it('says when it could not look: that is never a pass', async () => {
    const io = terminal();
    const at = { ...io, cwd: dir, env: { ...process.env, PATH: dir } };
    expect(await runCli(['frontend', 'audit', 'good'], at)).toBe(1);
    expect(io.written.err).toContain('audit.no-browser');
    const none = terminal();
    expect(
      await runCli(['frontend', 'audit', `http://127.0.0.1:${await freePort()}/`, '--no-throttle'], {
        ...none,
        cwd: dir,
        env: process.env,
      }),
    ).toBe(1);
    expect(none.written.err).toContain('audit.not-reached');
    const place = terminal();
    expect(await runCli(['frontend', 'audit', 'nowhere'], { ...place, cwd: dir, env: process.env })).toBe(2);
  });
});
