import { execFile } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { freePortRange } from '../../scripts/components/ports.ts';

/** Ports for tests: nobody listens at them yet when they are given, and still nobody else may get them. */

const PORTS = pathToFileURL('scripts/components/ports.ts').href;
const DRAW = `const { freePort, freePortRange } = await import('${PORTS}');
const single = await Promise.all(Array.from({ length: 120 }, freePort));
const [first, last] = await freePortRange(41);
console.log(JSON.stringify([...single, ...Array.from({ length: last - first + 1 }, (_, at) => first + at)]));
// Held until all others have drawn.
process.stdin.resume();`;

test.runIf(process.platform === 'linux')(
  'processes that draw ports at the same time never get the same one',
  async () => {
    const drawing = Array.from({ length: 3 }, () => {
      const child = promisify(execFile)(process.execPath, ['--input-type=module', '-e', DRAW]);
      const answered = new Promise((resolve) => child.child.stdout?.once('data', resolve));
      return { child, answered };
    });
    await Promise.all(drawing.map(({ answered }) => answered));
    for (const { child } of drawing) child.child.stdin?.end();
    const texts = await Promise.all(drawing.map(async ({ child }) => (await child).stdout));
    const ports = texts.flatMap((text): readonly number[] => JSON.parse(text));
    expect(ports).toHaveLength(3 * 161);
    expect(new Set(ports).size).toBe(ports.length);
  },
);

test('more in a row than a block has are refused', async () => {
  await expect(freePortRange(51)).rejects.toThrow('50 is the most');
});
