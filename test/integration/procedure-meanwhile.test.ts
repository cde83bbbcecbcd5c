import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { action, createExec, createSecrets, procedure, runProcedure, systemClock } from '../../src/procedure/index.ts';

/** What a step looks at while real processes are at work for it. */

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'shiplock-meanwhile-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test('a command, and what it started, ends when what the step looks at meanwhile is not as it was', async () => {
  const gone = join(dir, 'gone');
  const mark = join(dir, 'pid');
  const problem = { code: 'test.gone', where: gone, found: 'gone', expected: 'there', remedy: 'put it back' };
  const result = await runProcedure(
    procedure({
      ...{ id: 'long', title: 'Long', description: '', inputs: {}, environment: 'e' },
      root: action({
        ...{ id: 'work', title: 'Work', timeoutMs: 60_000, probe: 'repeatable' },
        read: async () => null,
        decide: () => ({
          kind: 'do',
          effects: [
            {
              ...{ kind: 'exec', timeoutMs: 60_000 },
              argv: ['sh', '-c', 'sleep 59 & echo $! > "$1.new"; mv "$1.new" "$1"; : > "$2"; wait', 'sh', mark, gone],
            },
          ],
        }),
        meanwhile: { everyMs: 50, look: async () => (existsSync(gone) ? [problem] : []) },
      }),
    }),
    {
      ...{
        store: join(dir, 'state'),
        clock: systemClock,
        secrets: createSecrets({ env: {} }),
        exec: createExec(systemClock),
        who: 'tester',
      },
      run: 'r',
    },
  );
  expect(result).toMatchObject({ outcome: 'failed', problems: [problem] });
  await expect.poll(() => existsSync(`/proc/${readFileSync(mark, 'utf8').trim()}`)).toBe(false);
});
