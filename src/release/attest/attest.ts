import { sbomDirectory } from '../../build/index.ts';
import { EXIT, type ExitCode } from '../../model/exit.ts';
import { type Problem, ProblemError } from '../../model/problem.ts';
import { sbomsDirectory } from '../build/beside.ts';
import type { ServiceEnvironment } from '../environment/service.ts';
import { manifestDigest, manifestPath } from '../promotion/manifest.ts';
import { makeRelease, type ReleaseOutcome, type ReleaseRequest } from '../run/release.ts';
import { tellGit } from '../run/shared.ts';

/** A release that was built and signed, and released nowhere yet. */
export interface AttestedRelease {
  readonly service: string;
  readonly version: string;
  readonly commit: string;
  /** Digest of release.json, and the file. */
  readonly release: string;
  readonly releaseFile: string;
  /** Digest of the attestation, and the file. */
  readonly envelope: string | null;
  readonly envelopeFile: string;
  /** Directory with the bill of materials; null: it has none. */
  readonly sboms: string | null;
}

export type AttestOutcome =
  | { readonly kind: 'signed'; readonly exit: ExitCode; readonly made: AttestedRelease }
  /** The build or the signing failed. */
  | { readonly kind: 'failed'; readonly outcome: ReleaseOutcome };

/**
 * Builds and signs what a release to this environment would bring: `shiplock release` of the same commit then takes both, also on a machine
 * that has no key. Touches nothing of the environment.
 */
export async function attest(opened: ServiceEnvironment, request: ReleaseRequest): Promise<AttestOutcome> {
  if (opened.config.service.signing === undefined) throw new ProblemError(noKey(opened.configFile));
  const prepared = await makeRelease(opened, request, 'must');
  if (prepared.kind === 'failed') return prepared;
  const { service, inputs, signed } = prepared;
  await tellGit(service);
  const { release, manifest = manifestDigest(release) } = inputs.candidate;
  return {
    kind: 'signed',
    exit: EXIT.done,
    made: {
      service: release.service,
      version: release.version,
      commit: release.commit,
      release: manifest,
      releaseFile: manifestPath(service.store, manifest),
      envelope: signed?.envelope ?? null,
      envelopeFile: signed?.path ?? '',
      sboms: release.sbom === undefined ? null : sbomDirectory(sbomsDirectory(service.store), release.sbom),
    },
  };
}

function noKey(where: string): Problem {
  return {
    code: 'attest.no-key',
    where,
    found: 'no `signing:`',
    expected: 'the key that signs what is built here',
    remedy: 'write `signing: { key: { secret: env:SHIPLOCK_SIGNING_KEY } }`',
  };
}
