import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { whyNoWheels } from '../../scripts/wheel.ts';
import { createExec } from '../../src/procedure/index.ts';
import { installScanners } from '../../src/scan/install.ts';

/** A scanner of many wheels, by the real pip and wheels that are made here (`npm run soak scan-install` fetches the real one). */

const why = await whyNoWheels();

/** As the specification of wheels has it: https://packaging.python.org/en/latest/specifications/binary-distribution-format/ */
const MAKE = `import sys, zipfile
into, name, code = sys.argv[1:]
base = f'{name}-1.0.0'
with zipfile.ZipFile(f'{into}/{base}-py3-none-any.whl', 'w') as wheel:
    wheel.writestr(f'{name}/__init__.py', code)
    wheel.writestr(f'{base}.dist-info/METADATA', f'Metadata-Version: 2.1\\nName: {name}\\nVersion: 1.0.0\\n')
    wheel.writestr(f'{base}.dist-info/WHEEL', 'Wheel-Version: 1.0\\nGenerator: x\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')
    wheel.writestr(f'{base}.dist-info/RECORD', f'{name}/__init__.py,,\\n')
`;
const MAIN = `import sys
import helping
class Main:
    def run(self):
        print(helping.WORD, *sys.argv[1:])
        return 3
`;

let dir = '';
let into = '';
let before: string | undefined;

/** Makes a wheel and gives its digest. */
function wheel(name: string, code: string): string {
  execFileSync('python3', ['-I', '-c', MAKE, join(dir, 'links'), name, code]);
  return createHash('sha256')
    .update(readFileSync(join(dir, 'links', `${name}-1.0.0-py3-none-any.whl`)))
    .digest('hex');
}

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "shiplock-wheels in'-"));
  into = join(dir, 'scanners');
  mkdirSync(join(dir, 'links'));
  // The registry: nothing else is asked.
  writeFileSync(
    join(dir, 'pip.conf'),
    `[global]\nno-index = true\nfind-links = file://${encodeURI(join(dir, 'links'))}\n`,
  );
  before = process.env['PIP_CONFIG_FILE'];
  process.env['PIP_CONFIG_FILE'] = join(dir, 'pip.conf');
});
afterEach(() => {
  if (before === undefined) delete process.env['PIP_CONFIG_FILE'];
  else process.env['PIP_CONFIG_FILE'] = before;
  rmSync(dir, { recursive: true, force: true });
});

function install(packages: readonly { name: string; digests: readonly string[] }[]) {
  const files = async () => ({ version: '1.0.0', packages: packages.map((one) => ({ ...one, version: '1.0.0' })) });
  return installScanners({
    ...{ into, wanted: ['checkov'], path: '/nowhere', exec: createExec(), tell: () => undefined },
    lock: { checkov: { kind: 'wheels', version: '1.0.0', start: 'starting:Main', files } },
  });
}

test.skipIf(why !== null)(
  'is what is pinned, and starts with that and nothing else that is there for Python',
  async () => {
    const packages = [
      { name: 'starting', digests: [wheel('starting', MAIN)] },
      { name: 'helping', digests: ['0'.repeat(64), wheel('helping', "WORD = 'pinned'\n")] },
    ];
    expect(await install(packages)).toEqual([]);
    // What lies where it is started, and what variables name, does not count.
    const elsewhere = join(dir, 'elsewhere');
    mkdirSync(elsewhere);
    for (const name of ['helping.py', 'json.py', 'sitecustomize.py'])
      writeFileSync(join(elsewhere, name), "raise Exception('other')\n");
    const ran = await createExec().read([join(into, 'checkov'), 'a b', "c'"], {
      cwd: elsewhere,
      env: { PYTHONPATH: elsewhere, PYTHONSTARTUP: join(elsewhere, 'helping.py') },
    });
    expect(ran).toMatchObject({ exitCode: 3, stdout: "pinned a b c'\n", stderr: '' });
    // A second time there is nothing to do.
    rmSync(join(dir, 'links'), { recursive: true });
    expect(await install(packages)).toEqual([]);
  },
);

test.skipIf(why !== null)('is not there when one of its wheels has other bytes', async () => {
  const starting = { name: 'starting', digests: [wheel('starting', MAIN)] };
  const pinned = wheel('helping', "WORD = 'pinned'\n");
  wheel('helping', "WORD = 'changed'\n");
  const problems = await install([starting, { name: 'helping', digests: [pinned] }]);
  expect(problems).toMatchObject([{ code: 'scan.not-fetched' }]);
  expect(existsSync(join(into, 'checkov'))).toBe(false);
  expect(readdirSync(into)).toEqual([]);
});
