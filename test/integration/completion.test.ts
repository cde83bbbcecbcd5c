import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { command } from '../../scripts/lab/lab.ts';
import { completionScript, completionWords } from '../../src/cli/commands/completion.ts';
import { buildProgram } from '../../src/cli/program.ts';
import { terminal } from '../support/terminal.ts';

/** The completion scripts in real shells. */

const words = completionWords(buildProgram(terminal(), () => undefined));
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'shiplock-completion-'));
  for (const shell of ['bash', 'zsh', 'fish'] as const) {
    await writeFile(join(dir, `shiplock.${shell}`), completionScript(shell, words));
  }
});
afterAll(() => rm(dir, { recursive: true, force: true }));

/** What bash offers for a line whose last word is being typed. */
async function bash(line: string): Promise<readonly string[]> {
  const typed = line.split(' ');
  const script = `source '${join(dir, 'shiplock.bash')}'
COMP_WORDS=(${typed.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${typed.length - 1}
complete -p shiplock > /dev/null || exit 9
_shiplock; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const ran = await command(['bash', '--norc', '-c', script]);
  expect(ran.code, ran.stderr).toBe(0);
  return ran.stdout
    .split('\n')
    .filter((one) => one !== '')
    .toSorted();
}

test('bash loads it and completes commands, their commands and their options', async () => {
  const syntax = await command(['bash', '-n', join(dir, 'shiplock.bash')]);
  expect(syntax).toMatchObject({ code: 0, stderr: '' });
  expect(await bash('shiplock rel')).toEqual(['release', 'release-notes']);
  expect(await bash('shiplock ro')).toEqual(['rollback', 'rollout']);
  expect(await bash('shiplock r')).toEqual(expect.arrayContaining(['release', 'resume', 'rollback', 'runbook']));
  expect(await bash('shiplock rollout ')).toEqual(expect.arrayContaining(['abort', 'pause', 'resume']));
  expect(await bash('shiplock gate ')).toEqual(expect.arrayContaining(['fill', 'show']));
  expect(await bash('shiplock journal ver')).toEqual(['verify']);
  expect(await bash('shiplock release production --rea')).toEqual(['--reason']);
  expect(await bash('shiplock release --quiet production --se')).toEqual(['--seed']);
  expect(await bash('shiplock status --see')).toEqual([]);
  expect(await bash('shiplock what')).toEqual(['what-if']);
  expect(await bash('shiplock what-if --pol')).toEqual(['--policy']);
  expect(await bash('shiplock analyse --e')).toEqual(['--exit-verdict', '--explain']);
});

test('every command and option is in each script', async () => {
  for (const shell of ['bash', 'zsh', 'fish'] as const) {
    const script = completionScript(shell, words);
    for (const row of words) {
      for (const word of row.words) expect(script, `${shell}: ${row.path} ${word}`).toContain(word.replace(/^--/, ''));
    }
  }
});

test('the zsh script is the bash function behind bashcompinit; the fish script is one complete call a line', async () => {
  const zsh = completionScript('zsh', words);
  expect(zsh).toContain('autoload -U +X bashcompinit && bashcompinit');
  expect((await command(['bash', '-n', join(dir, 'shiplock.zsh')])).code).toBe(0);
  const [comment = '', ...lines] = completionScript('fish', words).trimEnd().split('\n');
  expect(comment).toMatch(/^# /);
  expect(lines.length).toBeGreaterThan(50);
  for (const line of lines) expect(line).toMatch(/^complete -c shiplock( -f)? -n '[^']+' (-l [a-z-]+|-a [a-z-]+)$/);
});
