import { z } from 'zod';
import { momentSchema } from '../../model/release.ts';
import { CYCLONEDX_FILE } from '../sbom/names.ts';

/**
 * What is signed: an in-toto statement, version 1 (https://github.com/in-toto/attestation/tree/main/spec/v1), whose predicate is SLSA provenance,
 * version 1 (https://slsa.dev/spec/v1.0/provenance). Facts of the build, and digests of what came out.
 */

export const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';
export const PREDICATE_TYPE = 'https://slsa.dev/provenance/v1';
/** What the parameters of a build of ours mean. */
export const BUILD_TYPE = 'shiplock:build/v1';

/** Name of the subject that is release.json as it was made first. No component can have it: their names have no dot. */
export const RELEASE_SUBJECT = 'release.json';
/** Name of the subject that is the bill of materials, in CycloneDX; that document names the one in SPDX by digest. */
export const SBOM_SUBJECT = CYCLONEDX_FILE;
/** Name of the source among the dependencies. */
export const SOURCE = 'source';

/**
 * Which digest a subject has. `sha256` is that of a file's bytes, or of an image's manifest, so that other tools can compare it; a directory has
 * our own tree digest (src/procedure/machine/digest.ts), which must not be taken for one.
 */
export const TREE_DIGEST = 'shiplock-tree-v1';

const hex = z.string().regex(/^[0-9a-f]{64}$/);
const digests = z.record(z.string(), z.string());

/** Members that are not needed here are left out, as both formats ask of those who read them. */
export const statementSchema = z.object({
  _type: z.literal(STATEMENT_TYPE),
  predicateType: z.literal(PREDICATE_TYPE),
  subject: z
    .array(
      z.object({
        name: z.string(),
        digest: z.object({ sha256: hex.exactOptional(), [TREE_DIGEST]: hex.exactOptional() }),
      }),
    )
    .min(1)
    .max(1000),
  predicate: z.object({
    buildDefinition: z.object({
      buildType: z.literal(BUILD_TYPE),
      // Parameters that somebody outside chose: one that we do not know could have changed what was built.
      externalParameters: z.strictObject({
        service: z.string(),
        version: z.string(),
        components: z.array(z.string()),
      }),
      internalParameters: z.record(z.string(), z.unknown()).exactOptional(),
      resolvedDependencies: z
        .array(
          z.object({
            name: z.string().exactOptional(),
            uri: z.string().exactOptional(),
            digest: digests.exactOptional(),
          }),
        )
        .max(1000),
    }),
    runDetails: z.object({
      builder: z.object({ id: z.string().min(1), version: z.record(z.string(), z.string()).exactOptional() }),
      metadata: z.object({
        invocationId: z.string().min(1),
        startedOn: momentSchema,
        finishedOn: momentSchema,
      }),
    }),
  }),
});
export type Statement = z.infer<typeof statementSchema>;

export interface Subject {
  readonly name: string;
  /** `sha256:…` */
  readonly digest: string;
  /** `tree`: of a directory. */
  readonly of: 'bytes' | 'tree';
}

export interface BuildFacts {
  readonly service: string;
  readonly version: string;
  readonly components: readonly string[];
  /** Digest of release.json as it was made first, and of every artefact. */
  readonly releaseJson: string;
  readonly artefacts: readonly Subject[];
  /** Digest of the bill of materials; null: the release has none. */
  readonly sbom: string | null;
  readonly source: {
    readonly commit: string;
    /** `git+https://…`; null: a repository without an address that others could reach. */
    readonly uri: string | null;
    /** The working tree was as its commit has it. */
    readonly clean: boolean;
  };
  /** Lock files, by their path in the repository. */
  readonly locks: readonly { readonly path: string; readonly digest: string }[];
  /** Images that others stand on: package URL and digest. */
  readonly bases: readonly { readonly uri: string; readonly digest: string }[];
  readonly configHash: string;
  /** Tool → version. */
  readonly tools: Readonly<Record<string, string>>;
  readonly builder: BuilderFacts;
  /** Run of ours that built it, and who began it. */
  readonly run: string;
  readonly actor: string;
  /** RFC 3339 in UTC with milliseconds. */
  readonly startedOn: string;
  readonly finishedOn: string;
}

export interface BuilderFacts {
  /** A URI. */
  readonly id: string;
  /** How the builder came to be known: whoever signs vouches for it, nobody else. */
  readonly knownBy: 'configuration' | 'variables of the runner' | 'name of the machine';
  readonly invocation: string;
  readonly version: Readonly<Record<string, string>>;
  /** More that the runner says of itself. */
  readonly claims: Readonly<Record<string, string>>;
}

/** Pure. */
export function statementOf(facts: BuildFacts): Statement {
  const { service, version, components, source, builder } = facts;
  return {
    _type: STATEMENT_TYPE,
    subject: [
      { name: RELEASE_SUBJECT, digest: { sha256: hexOf(facts.releaseJson) } },
      ...facts.artefacts.map(({ name, digest, of }) => ({
        name,
        digest: of === 'tree' ? { [TREE_DIGEST]: hexOf(digest) } : { sha256: hexOf(digest) },
      })),
      ...(facts.sbom === null ? [] : [{ name: SBOM_SUBJECT, digest: { sha256: hexOf(facts.sbom) } }]),
    ],
    predicateType: PREDICATE_TYPE,
    predicate: {
      buildDefinition: {
        buildType: BUILD_TYPE,
        externalParameters: { service, version, components: [...components] },
        internalParameters: {
          configHash: facts.configHash,
          sourceTree: source.clean ? 'as committed' : 'changed',
          tools: facts.tools,
          run: facts.run,
          actor: facts.actor,
          builderKnownBy: builder.knownBy,
          ...(Object.keys(builder.claims).length === 0 ? {} : { runner: builder.claims }),
        },
        resolvedDependencies: [
          {
            name: SOURCE,
            ...(source.uri === null ? {} : { uri: source.uri }),
            digest: { gitCommit: source.commit },
          },
          ...facts.locks.map(({ path, digest }) => ({ name: path, digest: { sha256: hexOf(digest) } })),
          ...facts.bases.map(({ uri, digest }) => ({ uri, digest: { sha256: hexOf(digest) } })),
        ],
      },
      runDetails: {
        builder: { id: builder.id, version: { ...builder.version } },
        metadata: { invocationId: builder.invocation, startedOn: facts.startedOn, finishedOn: facts.finishedOn },
      },
    },
  };
}

/** The bytes that are signed. Pure. */
export function statementBytes(statement: Statement): Buffer {
  return Buffer.from(JSON.stringify(statement));
}

function hexOf(digest: string): string {
  return digest.replace(/^sha256:/, '');
}
