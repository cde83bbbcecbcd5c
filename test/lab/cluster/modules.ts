import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { command } from '../../../scripts/testing/command.ts';

/** What the Go modules that the lab pins carry beside their programs: definitions of kinds. */

const LAB = join(import.meta.dirname, '..', 'tools');
/** The module that pins Traefik. */
export const TRAEFIK = join(import.meta.dirname, '..', 'tools-gateway');
const LIGHT = join(import.meta.dirname, '..', '..', '..', 'tools', 'kubernetes');

const answer = z.object({ Dir: z.string() });

/** Directory of a pinned module; fetched when it is not there yet. */
export async function moduleDir(module: string, pinnedBy: string = LAB): Promise<string> {
  const env = { GOTOOLCHAIN: 'local', GOWORK: 'off', GOFLAGS: '-mod=readonly' };
  const ended = await command(['go', 'mod', 'download', '-json', module], { cwd: pinnedBy, live: false, env });
  const parsed = ended.code === 0 ? answer.safeParse(JSON.parse(ended.output)) : null;
  if (parsed === null || !parsed.success) throw new Error(`go mod download ${module}: ${ended.output}`);
  return parsed.data.Dir;
}

/** CustomResourceDefinitions of Argo CD, by file. */
export async function argocdDefinitions(): Promise<readonly string[]> {
  const dir = await moduleDir('github.com/argoproj/argo-cd/v3');
  return ['application', 'appproject', 'applicationset'].map((name) => join(dir, 'manifests/crds', `${name}-crd.yaml`));
}

/** CustomResourceDefinitions of Argo Rollouts, by file. */
export async function rolloutsDefinitions(): Promise<readonly string[]> {
  const dir = await moduleDir('github.com/argoproj/argo-rollouts');
  const names = ['rollout', 'analysis-run', 'analysis-template', 'cluster-analysis-template', 'experiment'];
  return names.map((name) => join(dir, 'manifests/crds', `${name}-crd.yaml`));
}

/** CustomResourceDefinitions of Gateway API, standard channel, by file; Traefik wants those of its own version. */
export async function gatewayDefinitions(pinnedBy: string = LIGHT): Promise<readonly string[]> {
  const dir = join(await moduleDir('sigs.k8s.io/gateway-api', pinnedBy), 'config/crd/standard');
  return readdirSync(dir)
    .filter((name) => name.startsWith('gateway.networking.k8s.io_'))
    .map((name) => join(dir, name));
}
