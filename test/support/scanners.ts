import { mkdtemp, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheDir } from '../../scripts/cache.ts';
import { toolPath } from '../../scripts/tool.ts';
import { wheelProgram, whyNoWheels } from '../../scripts/wheel.ts';
import { createExec } from '../../src/procedure/index.ts';
import { installScanners } from '../../src/scan/install.ts';

const TOOLS = [
  ...(['gitleaks', 'govulncheck', 'osv-scanner', 'staticcheck', 'gosec'] as const),
  ...(['actionlint', 'kube-score', 'kubeconform'] as const),
] as const;

/** The scanners that tests use, together in one directory. */
export async function scannersIn(
  parent = tmpdir(),
): Promise<{ readonly bin: string; readonly missing: string | null }> {
  const bin = await mkdtemp(join(parent, 'scanners-'));
  for (const tool of TOOLS) await symlink(await toolPath(tool), join(bin, tool));
  const missing = await whyNoWheels();
  if (missing === null)
    for (const name of ['zizmor', 'hadolint'] as const) await symlink(await wheelProgram(name), join(bin, name));
  return { bin, missing };
}

/** Those that are too large for what the machine of every developer fetches, as users get them, beside the others. */
export async function largeScannersIn(bin: string, tell: (line: string) => void): Promise<void> {
  const wanted = ['eslint', 'semgrep', 'checkov'] as const;
  const into = cacheDir('tools', 'scanners');
  for (const { found } of await installScanners({ into, wanted, path: '/nowhere', exec: createExec(), tell }))
    tell(`not fetched: ${found}`);
  for (const id of wanted) await symlink(join(into, id), join(bin, id));
  await symlink(await toolPath('trivy'), join(bin, 'trivy'));
}
