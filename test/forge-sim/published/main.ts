import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EVENTS } from '../events.ts';
import { OPERATIONS } from '../rest/index.ts';
import { printed, type Source, slice } from './slice.ts';

/**
 * `node test/forge-sim/published/main.ts` writes the slice of GitHub's description anew; with `--check` it only compares. The package is
 * fetched for that and thrown away: unpacked it has 394 MB, so it is no dependency. Its digest is pinned here.
 */
const SOURCE: Source = {
  package: '@octokit/openapi',
  version: '23.0.2',
  file: 'generated/api.github.com.json',
  integrity: 'sha512-pV8M7L9GY23AybNvTmo2nyjmpmnt6+2sRE/tqr0ZLQcPS4lnw7u5eZGNmwRNkBC3D7gZXbFx5AHzLUVRBXGDhg==',
};
const FILE = join(import.meta.dirname, 'github.json');

function description(): Record<string, unknown> {
  const directory = mkdtempSync(join(tmpdir(), 'shiplock-openapi-'));
  try {
    execFileSync('npm', ['pack', '--silent', `${SOURCE.package}@${SOURCE.version}`, '--pack-destination', directory], {
      cwd: directory,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const archive = join(directory, `octokit-openapi-${SOURCE.version}.tgz`);
    const digest = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`;
    if (digest !== SOURCE.integrity) throw new Error(`the package has ${digest}, pinned is ${SOURCE.integrity}`);
    const text = execFileSync('tar', ['-xzOf', archive, `package/${SOURCE.file}`], {
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    });
    return JSON.parse(text);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const text = printed(
  slice(
    description(),
    SOURCE,
    OPERATIONS.map(({ route }) => route),
    EVENTS,
  ),
);
if (!process.argv.includes('--check')) {
  writeFileSync(FILE, text);
} else if (readFileSync(FILE, 'utf8') !== text) {
  process.stderr.write('the slice is not what GitHub publishes: run node test/forge-sim/published/main.ts\n');
  process.exitCode = 1;
}
