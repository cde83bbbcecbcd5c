import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { reusable } from './schemas/workflows.ts';
import { command } from './testing/command.ts';

/**
 * Writes the reusable workflows for a forge that does not know what github.com has known since 2026: `$/path` becomes this repository at the commit that
 * is checked out, and the keys `queue` and `deployment` go. For a mirror on GitHub Enterprise Server; docs/workflows.md says how.
 *   node scripts/enterprise.ts OWNER/NAME [--commit COMMIT]
 * Exit codes: 0 done · 2 wrong arguments, or the files are not as they were published
 */

/** The text of a workflow for such a forge. Pure. */
export function forEnterprise(text: string, repository: string, commit: string): string {
  return text
    .split('\n')
    .filter((line) => !/^\s+(?:queue: max|deployment: false|# `\$\/` is .*)$/.test(line))
    .map((line) => line.replace(/^(\s+(?:- )?uses: )\$\/(\S+)$/, `$1${repository}/$2@${commit}`))
    .join('\n');
}

async function main(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    options: { commit: { type: 'string' } },
    allowPositionals: true,
  });
  const root = join(import.meta.dirname, '..');
  const head = await command(['git', 'rev-parse', 'HEAD'], { cwd: root, live: false });
  const [repository = '', ...more] = positionals;
  const commit = values.commit ?? head.output.trim();
  if (!/^[\w-]+\/[\w.-]+$/.test(repository) || more.length > 0 || !/^[0-9a-f]{40}$/.test(commit)) {
    process.stderr.write(`found ${argv.join(' ')}; expected OWNER/NAME of the mirror, and --commit with 40 digits\n`);
    return 2;
  }
  const directory = join(root, '.github', 'workflows');
  for (const [name, { text }] of reusable(root)) {
    const written = forEnterprise(text, repository, commit);
    if (written === text) {
      process.stderr.write(`${name}.yml has nothing to rewrite: was it rewritten before?\n`);
      return 2;
    }
    await writeFile(join(directory, `${name}.yml`), written);
    process.stdout.write(`wrote .github/workflows/${name}.yml\n`);
  }
  process.stdout.write(`commit this; callers pin that commit, and its actions are those of ${commit}\n`);
  return 0;
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
