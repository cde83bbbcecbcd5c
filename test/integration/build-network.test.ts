import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { cutFor, requireCut } from '../../src/build/index.ts';
import { runCli } from '../../src/cli/main.ts';
import { createExec } from '../../src/procedure/index.ts';
import { terminal } from '../support/terminal.ts';

/** Builds that try to phone home, and machines that cannot keep them from it. */

const exec = createExec();
const uid = process.getuid?.();
/** Why no build can lose the network here; null: it can. */
const why = await requireCut('none', cutFor(uid), exec).then(
  () => null,
  (error: unknown) => String(error),
);
const title = why === null ? '' : ` (left out: ${why})`;

let server: Server;
let calls = 0;
let address = '';
let dir = '';

beforeAll(async () => {
  server = createServer((_request, response) => {
    calls += 1;
    response.end('home');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  address = `http://127.0.0.1:${z.object({ port: z.number() }).parse(server.address()).port}/`;
});
afterAll(() => {
  server.close();
});
beforeEach(() => {
  calls = 0;
  dir = mkdtempSync(join(tmpdir(), 'shiplock-network-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** Calls home, and then serves itself something on its own loopback: tests of a real build do. */
const BUILD = `
const { mkdirSync, writeFileSync } = require('node:fs');
const { createServer } = require('node:http');
(async () => {
  const home = await fetch(process.argv[2]).then((r) => r.text(), () => 'nobody');
  const own = createServer((_, r) => r.end('own'));
  await new Promise((done) => own.listen(0, '127.0.0.1', done));
  const self = await fetch('http://127.0.0.1:' + own.address().port).then((r) => r.text(), () => 'nobody');
  own.close();
  mkdirSync('dist', { recursive: true });
  writeFileSync('dist/index.html', home + ' ' + self + ' ' + process.getuid());
})();
`;

async function build(
  network: string,
): Promise<{ readonly exit: number; readonly made: string; readonly plan: string }> {
  mkdirSync(join(dir, 'site'));
  writeFileSync(join(dir, 'site', 'build.cjs'), BUILD);
  writeFileSync(join(dir, '.gitignore'), 'dist/\n.shiplock/\nunshare\n');
  writeFileSync(
    join(dir, 'shiplock.yaml'),
    `apiVersion: shiplock/v1
service: shop
build: {network: ${network}}
components:
  site:
    kind: static
    source: site
    build: [node, build.cjs, '${address}']
    output: dist
environments:
  testing:
    platform: {kind: local, root: host}
    traffic:
      kind: haproxy
      directory: proxy
      bind: 127.0.0.1:8080
      files: {component: site}
    rollout:
      steps: [{share: 10%, bake: 5m}]
`,
  );
  execFileSync('git', ['init', '-q', dir]);
  execFileSync('git', ['-C', dir, 'add', '-A']);
  const who = ['-c', 'user.name=a', '-c', 'user.email=a@example.com', '-c', 'commit.gpgsign=false'];
  execFileSync('git', ['-C', dir, ...who, 'commit', '-qm', 'one']);
  const io = terminal({ cwd: dir, env: { ...process.env } });
  const exit = await runCli(['build', 'testing', '--json'], io);
  const made = join(dir, 'site', 'dist', 'index.html');
  return { exit, made: existsSync(made) ? readFileSync(made, 'utf8') : '', plan: io.written.out + io.written.err };
}

describe('a build that phones home', () => {
  test('reaches it where nothing else is said', async () => {
    const { exit, made, plan } = await build('all');
    expect([exit, made], plan).toEqual([0, `home own ${uid}`]);
    expect(calls).toBe(1);
  });

  test.skipIf(why !== null)(`reaches nobody without the network, and itself all the same${title}`, async () => {
    const { exit, made, plan } = await build('install-only');
    expect([exit, made], plan).toEqual([0, `nobody own ${uid}`]);
    expect(calls).toBe(0);
  });
});

test.skipIf(why !== null || uid !== 0)(
  `who is not root loses it as well, and gets no rights by it${title}`,
  async () => {
    const cut = cutFor(65_534);
    const as = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups', '--'];
    const tell =
      'id -u; cat /proc/self/status | grep CapEff; tail -n +3 /proc/net/dev | cut -d: -f1; cat /etc/shadow; exit 0';
    const { stdout, stderr } = await exec.read([...as, ...cut.wrap<string>(['sh', '-c', tell])]);
    expect(stdout, stderr).toMatch(/^65534\nCapEff:\t0000000000000000\n\s*lo\n$/);
  },
);

test('where the kernel refuses, nothing is built', async () => {
  // A machine on which namespaces are refused: this program answers as the real one does there.
  writeFileSync(
    join(dir, 'unshare'),
    '#!/bin/sh\necho "unshare: unshare failed: Operation not permitted" >&2\nexit 1\n',
  );
  chmodSync(join(dir, 'unshare'), 0o755);
  const before = process.env['PATH'];
  process.env['PATH'] = `${dir}:${before}`;
  try {
    const { exit, made, plan } = await build('none');
    expect(exit).toBe(5);
    expect(made).toBe('');
    expect(plan).toContain('build.no-network-cut');
    expect(calls).toBe(0);
  } finally {
    process.env['PATH'] = before;
  }
});
