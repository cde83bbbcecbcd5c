import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createExec } from '../../src/procedure/index.ts';
import { installScanners, modulesDigest } from '../../src/scan/install.ts';

/** What is fetched counts only when it is what was pinned. Go is played: the fault is the subject (`npm run soak scan-install` fetches the real ones). */

const LISTING = (sum: string): string => `tool: go1.26.0\n\tpath\tx\n\tmod\texample.com/x\tv1.0.0\th1:${sum}\n`;

let dir = '';
const path = process.env['PATH'] ?? '';
const bin = (): string => join(dir, 'bin');
const into = (): string => join(dir, 'scanners');

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'shiplock-install-'));
  mkdirSync(bin());
  process.env['PATH'] = `${bin()}:${path}`;
  process.env['GITHUB_TOKEN_OF_TEST'] = 'a-token';
});
afterEach(() => {
  process.env['PATH'] = path;
  delete process.env['GITHUB_TOKEN_OF_TEST'];
  rmSync(dir, { recursive: true, force: true });
});

/** A `go` whose `install` writes a program, and whose `version -m` lists these modules. */
function go(install: string, sum = 'a='): void {
  const file = join(bin(), 'go');
  writeFileSync(join(dir, 'listing'), LISTING(sum));
  writeFileSync(
    file,
    `#!/bin/sh\nenv >> ${join(dir, 'env')}\ncase "$1" in install) ${install};; version) cat ${join(dir, 'listing')};; esac\n`,
  );
  chmodSync(file, 0o755);
}
const WRITES = 'printf "#!/bin/sh\\n" > "$GOBIN/gitleaks"; chmod 755 "$GOBIN/gitleaks"';

const install = () =>
  installScanners({
    ...{
      into: into(),
      wanted: ['gitleaks', 'shellcheck'],
      path: '/nowhere',
      exec: createExec(),
      tell: () => undefined,
    },
    lock: {
      gitleaks: { kind: 'go', package: 'example.com/x', version: 'v1.0.0', modules: modulesDigest(LISTING('a=')) },
    },
  });

test('the program that is pinned is put there, once, and its maker sees no token of the job', async () => {
  go(WRITES);
  expect(await install()).toEqual([]);
  expect(readdirSync(into())).toEqual(['gitleaks']);
  expect(readFileSync(join(dir, 'env'), 'utf8')).not.toContain('a-token');
  go('exit 1');
  expect(await install()).toEqual([]);
});

test.each([
  ['is made of other modules', WRITES, 'b=', 'scan.other-program'],
  ['cannot be fetched', 'echo "no such host" >&2; exit 1', 'a=', 'scan.not-fetched'],
])('a program that %s is not there', async (_name, script, sum, code) => {
  go(script, sum);
  expect((await install()).map((one) => one.code)).toEqual([code]);
  expect(existsSync(join(into(), 'gitleaks'))).toBe(false);
  expect(readdirSync(into())).toEqual([]);
});
