import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Builds every committed bundle by other versions of Node and compares byte for byte. Each comes as the npm package `node`, into a
 * temporary directory (100 MB each).
 *   npm run soak bundles [-- 22 26 …]
 * Exit codes: 0 the same bytes by all · 1 not
 */

const ROOT = join(import.meta.dirname, '..', '..');
const given = process.argv.slice(2);
const versions = given.length > 0 ? given : ['22', '24', '26'];
let failed = 0;
for (const version of versions) {
  const dir = mkdtempSync(join(tmpdir(), `shiplock-node-${version}-`));
  try {
    // The package fetches the program by a script of its own, which npm runs only where it is allowed to.
    writeFileSync(join(dir, 'package.json'), JSON.stringify({ private: true, allowScripts: { node: true } }));
    const installed = spawnSync('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', `node@${version}`], {
      cwd: dir,
      encoding: 'utf8',
    });
    if (installed.status !== 0) throw new Error(installed.stderr);
    const node = join(dir, 'node_modules', '.bin', 'node');
    const is = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim();
    if (!is.startsWith(`v${version.split('.')[0]}.`)) throw new Error(`node@${version} says that it is ${is}`);
    const built = spawnSync(node, ['--disable-warning=ExperimentalWarning', 'scripts/build.ts', '--check'], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    if (built.status !== 0) failed += 1;
    process.stdout.write(`${is}: ${built.status === 0 ? 'the same bytes' : `differs\n${built.stderr}`}\n`);
  } catch (error) {
    failed += 1;
    process.stdout.write(`node@${version}: ${error instanceof Error ? error.message : String(error)}\n`);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
process.exitCode = failed === 0 ? 0 : 1;
