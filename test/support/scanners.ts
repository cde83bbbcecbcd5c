import { mkdtemp, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toolPath } from '../../scripts/tool.ts';
import { wheelProgram, whyNoWheels } from '../../scripts/wheel.ts';

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
