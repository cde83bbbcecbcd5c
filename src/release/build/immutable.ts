import { join } from 'node:path';
import type { Problem } from '../../model/problem.ts';
import { digestSchema, type Release } from '../../model/release.ts';
import { namesIn } from '../../procedure/store.ts';
import { knownReleases } from '../record.ts';

/** A release is immutable: a version that was released once never means another commit or other bytes. */

export interface Released {
  readonly environment: string;
  readonly release: Release;
}

/** What the state directory remembers of a version of a service, in all environments. */
export async function releasedAs(
  store: string,
  { service, version }: Pick<Release, 'service' | 'version'>,
): Promise<readonly Released[]> {
  const environments = await namesIn(join(store, 'releases'));
  const all = await Promise.all(
    environments.map(async (environment) =>
      (await knownReleases(store, environment)).map((release): Released => ({ environment, release })),
    ),
  );
  return all.flat().filter(({ release }) => release.service === service && release.version === version);
}

/**
 * What makes a release another one than that which had its name before: another commit in any environment, or other bytes or migrations in its own.
 * Another environment may build with other settings. What is not built yet, in a plan, has no digest and says nothing. Pure.
 */
export function releasedOtherwise(made: Release, environment: string, known: readonly Released[]): readonly Problem[] {
  const elsewhere = known.find(({ release }) => release.commit !== made.commit);
  if (elsewhere !== undefined) return [otherCommit(made, elsewhere)];
  const own = known.find((one) => one.environment === environment && one.release.configHash === made.configHash);
  if (own === undefined) return [];
  const differs = [...otherArtefacts(made, own.release), ...otherMigrations(made, own.release)];
  return differs.length === 0 ? [] : [otherBytes(made, environment, differs)];
}

function otherArtefacts(made: Release, before: Release): readonly string[] {
  return made.artefacts.flatMap(({ name, platform, digest }) => {
    const old = before.artefacts.find((one) => one.name === name && one.platform === platform);
    if (!digestSchema.safeParse(digest).success || old?.digest === digest) return [];
    return [
      `${name} for ${platform} is ${short(digest)} and was ${old === undefined ? 'not there' : short(old.digest)}`,
    ];
  });
}

function otherMigrations(made: Release, before: Release): readonly string[] {
  const known = new Map(before.migrations.map(({ id, sha256 }) => [id, sha256]));
  const now = new Map(made.migrations.map(({ id, sha256 }) => [id, sha256]));
  return [
    ...[...now].flatMap(([id, sum]) => {
      const old = known.get(id);
      return old === sum ? [] : [`migration ${id} ${old === undefined ? 'is new' : 'was another text'}`];
    }),
    ...[...known.keys()].filter((id) => !now.has(id)).map((id) => `migration ${id} is gone`),
  ];
}

function short(digest: string): string {
  return digest.slice(0, 'sha256:'.length + 12);
}

function otherCommit({ version, commit }: Release, { environment, release }: Released): Problem {
  return {
    code: 'release.version-taken',
    where: version,
    found: `it names commit ${release.commit.slice(0, 12)} already, in ${environment}`,
    expected: `one commit per version; this is ${commit.slice(0, 12)}`,
    remedy: 'was a tag moved? Tag the commit with a new version, or give another name with --release',
  };
}

function otherBytes({ version }: Release, environment: string, differs: readonly string[]): Problem {
  return {
    code: 'release.other-bytes',
    where: version,
    found: differs.join('; '),
    expected: `what was released under this name in ${environment} before, byte for byte`,
    remedy:
      'give it a new version (a tag, or --release): something that builds it has changed, such as the compiler or uncommitted files. To bring back what was released: shiplock rollback',
  };
}
