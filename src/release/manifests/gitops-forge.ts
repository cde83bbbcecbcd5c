import type { ResolvedGitops } from '../../config/index.ts';
import type { Forge } from '../../model/forge.ts';
import type { Clock, Secrets } from '../../model/ports.ts';

/** The GitOps repository at its forge. Whoever needs no forge does not load what speaks to one. */

export interface ForgeSurroundings {
  readonly clock: Clock;
  readonly secrets: Pick<Secrets, 'get'>;
}

export interface ForgePatience {
  readonly signal: AbortSignal;
  /** Most time for one call with all its repetitions. */
  readonly patienceMs?: number;
}

export async function openGitopsForge(
  { api, repository, token, app }: NonNullable<ResolvedGitops['forge']>,
  { clock, secrets }: ForgeSurroundings,
  { signal, patienceMs }: ForgePatience,
): Promise<Forge> {
  const { openForge } = await import('../../forge/index.ts');
  const [owner = '', repo = ''] = repository.split('/');
  return openForge({
    api,
    owner,
    repo,
    credentials:
      app === undefined
        ? { kind: 'token', token: secrets.get(token?.secret ?? '') }
        : { kind: 'app', app: app.id, privateKey: secrets.get(app.key.secret) },
    ports: { clock, random: Math.random, signal },
    ...(patienceMs === undefined ? {} : { patienceMs, answerMs: patienceMs }),
  });
}
