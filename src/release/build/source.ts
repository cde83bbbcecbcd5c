import type { Artefact, Release } from '../../model/release.ts';
import type { ServiceEnvironment } from '../environment/service.ts';
import { knownReleases, type ReleaseRecord } from '../record.ts';
import { planBuild } from './build.ts';
import { describedVersion, isNamedAfterCommit, withoutConfiguration } from './naming.ts';
import { artefactsOf } from './units.ts';

/** What is built, and under which name. */
export interface Source {
  /** Commit that is stamped into the artefacts and named by the release. */
  readonly commit: string;
  /** Name to be used; undefined: the tag or the commit decides. */
  readonly version: string | undefined;
}

/**
 * A commit without a tag that changes nothing but the configuration is no new software: what it releases is the version that
 * serves, with other settings. It is recognised by its artefacts: built under the name and commit of what serves, the same
 * digests come out. (Builds are kept by the digest of their inputs, so this looks and builds nothing.) Everything else is
 * released from its own commit; whoever wants another name sets a tag or says `--release`.
 */
export async function sourceOf(
  service: ServiceEnvironment,
  wanted: string | undefined,
  commit: string,
  stable: ReleaseRecord | null,
): Promise<Source> {
  const own: Source = { commit, version: wanted };
  if (wanted !== undefined || stable === null || stable.release.commit === commit) return own;
  if (!isNamedAfterCommit(await describedVersion(service, commit))) return own;
  const base = withoutConfiguration(stable.release.version);
  const known = await knownReleases(service.store, service.target.environment);
  const origin = known.find((one) => one.version === base);
  if (origin === undefined) return own;
  const { artefacts } = await planBuild(service, { commit: origin.commit, version: base });
  const made = Object.entries({ ...artefacts.byComponent, ...artefacts.images }).flatMap(([name, one]) =>
    artefactsOf(name, one),
  );
  return sameSoftware(stable.release, made, service.target.database?.migrations ?? [])
    ? { commit: origin.commit, version: base }
    : own;
}

/** The same components with the same bytes for every platform, and the same migrations. Pure. */
export function sameSoftware(
  live: Pick<Release, 'artefacts' | 'migrations'>,
  made: readonly Pick<Artefact, 'name' | 'digest'>[],
  migrations: Release['migrations'],
): boolean {
  const list = (all: Release['migrations']): string => all.map(({ id, sha256 }) => `${id} ${sha256}`).join('\n');
  return (
    live.artefacts.length === made.length &&
    live.artefacts.every(({ name, digest }) => made.some((one) => one.name === name && one.digest === digest)) &&
    list(live.migrations) === list(migrations)
  );
}
