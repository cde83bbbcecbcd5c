import { z } from 'zod';
import { digestSchema } from '../../model/release.ts';
import { bytesDigest } from '../../procedure/machine/digest.ts';

/** Documents of the OCI image specification 1.1 (image-spec: config.md, manifest.md, image-index.md, image-layout.md). Pure. */

export const MEDIA = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
  dockerIndex: 'application/vnd.docker.distribution.manifest.list.v2+json',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
} as const;

const platformSchema = z.object({
  os: z.string(),
  architecture: z.string(),
  variant: z.string().optional(),
});

export const descriptorSchema = z.object({
  mediaType: z.string(),
  digest: digestSchema,
  size: z.number().int().min(0),
  platform: platformSchema.optional(),
  annotations: z.record(z.string(), z.string()).optional(),
});
export type Descriptor = Readonly<z.infer<typeof descriptorSchema>>;

export const indexSchema = z.object({
  schemaVersion: z.literal(2),
  manifests: z.array(descriptorSchema),
});

export const manifestSchema = z.object({
  schemaVersion: z.literal(2),
  mediaType: z.string().optional(),
  config: descriptorSchema,
  layers: z.array(descriptorSchema),
});
export type Manifest = Readonly<z.infer<typeof manifestSchema>>;

/** What is taken over from the configuration of a base image. */
export const baseConfigSchema = z.object({
  os: z.string(),
  architecture: z.string(),
  config: z
    .object({
      Env: z.array(z.string()).nullish(),
      Entrypoint: z.array(z.string()).nullish(),
      Cmd: z.array(z.string()).nullish(),
      WorkingDir: z.string().nullish(),
      ExposedPorts: z.record(z.string(), z.unknown()).nullish(),
      StopSignal: z.string().nullish(),
    })
    .nullish(),
  rootfs: z.object({ diff_ids: z.array(digestSchema) }),
});
export type BaseConfig = Readonly<z.infer<typeof baseConfigSchema>>;

/** An image to stand on. */
export interface BaseImage {
  readonly config: BaseConfig;
  /** With the place where each lies on this machine. */
  readonly layers: readonly (Pick<Descriptor, 'mediaType' | 'digest' | 'size'> & { readonly path: string })[];
}

/** One layer as it lies in a layout. */
export interface Layer {
  readonly digest: string;
  readonly size: number;
  /** Digest of the archive before it was compressed. */
  readonly diffId: string;
  /** What it is, for the history of the image. */
  readonly what: string;
}

/** How the program in an image is started. */
export interface Runs {
  /** Number of the user, with the group: `65532:65532`. */
  readonly user: string;
  readonly entrypoint: readonly string[] | null;
  readonly arguments: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly port: number | null;
}

export interface ImageFacts {
  /** `linux/amd64`. */
  readonly platform: string;
  /** RFC 3339, UTC. */
  readonly created: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly runs: Runs;
  readonly base: BaseConfig | null;
  /** Those of the base not among them. */
  readonly layers: readonly Layer[];
}

/** A document with its digest: bytes are what is signed, so they are made once. */
export interface Blob {
  readonly bytes: Buffer;
  readonly digest: string;
}

export function blobOf(document: object): Blob {
  const bytes = Buffer.from(JSON.stringify(document));
  return { bytes, digest: bytesDigest(bytes) };
}

/** As image-spec writes it: GOOS and GOARCH, and for 32-bit ARM the variant that Go builds for unless told otherwise. */
export function platformOf(platform: string): z.infer<typeof platformSchema> {
  const [os = '', architecture = ''] = platform.split('/');
  return { os, architecture, ...(architecture === 'arm' ? { variant: 'v7' } : {}) };
}

/** The configuration of an image (config.md). */
export function configDocument({ platform, created, labels, runs, base, layers }: ImageFacts): object {
  const inherited = base?.config ?? {};
  const ports = Object.keys(inherited.ExposedPorts ?? {});
  const exposed = [...new Set([...ports, ...(runs.port === null ? [] : [`${runs.port}/tcp`])])].toSorted();
  const entrypoint = runs.entrypoint ?? inherited.Entrypoint ?? [];
  // Arguments of a base belong to its own program.
  const cmd = runs.arguments.length > 0 || runs.entrypoint !== null ? runs.arguments : (inherited.Cmd ?? []);
  const env = mergedEnv(
    inherited.Env ?? ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
    runs.env,
  );
  const before = base?.rootfs.diff_ids ?? [];
  return {
    created,
    ...platformOf(platform),
    config: {
      User: runs.user,
      ...(exposed.length === 0 ? {} : { ExposedPorts: Object.fromEntries(exposed.map((port) => [port, {}])) }),
      Env: env,
      ...(entrypoint.length === 0 ? {} : { Entrypoint: entrypoint }),
      ...(cmd.length === 0 ? {} : { Cmd: cmd }),
      WorkingDir: inherited.WorkingDir ?? '/',
      Labels: sorted(labels),
      ...(inherited.StopSignal == null ? {} : { StopSignal: inherited.StopSignal }),
    },
    rootfs: { type: 'layers', diff_ids: [...before, ...layers.map(({ diffId }) => diffId)] },
    history: [
      ...before.map(() => ({ created, created_by: 'layer of the base image' })),
      ...layers.map(({ what }) => ({ created, created_by: what })),
    ],
  };
}

/** The manifest of one platform (manifest.md). */
export function manifestDocument(
  config: Blob,
  layers: readonly Pick<Descriptor, 'mediaType' | 'digest' | 'size'>[],
  annotations: Readonly<Record<string, string>>,
): object {
  return {
    schemaVersion: 2,
    mediaType: MEDIA.manifest,
    config: { mediaType: MEDIA.config, digest: config.digest, size: config.bytes.length },
    layers: layers.map(({ mediaType, digest, size }) => ({ mediaType, digest, size })),
    annotations: sorted(annotations),
  };
}

/** The index over several platforms (image-index.md). */
export function indexDocument(
  manifests: readonly { readonly platform: string; readonly manifest: Blob }[],
  annotations: Readonly<Record<string, string>>,
): object {
  return {
    schemaVersion: 2,
    mediaType: MEDIA.index,
    manifests: manifests.map(({ platform, manifest }) => ({
      mediaType: MEDIA.manifest,
      digest: manifest.digest,
      size: manifest.bytes.length,
      platform: platformOf(platform),
    })),
    annotations: sorted(annotations),
  };
}

/** `index.json` of a layout: it names the one image that lies there (image-layout.md). */
export function layoutIndex(root: Blob, mediaType: string, tag: string): object {
  return {
    schemaVersion: 2,
    mediaType: MEDIA.index,
    manifests: [
      {
        mediaType,
        digest: root.digest,
        size: root.bytes.length,
        annotations: { 'org.opencontainers.image.ref.name': tag },
      },
    ],
  };
}

function mergedEnv(before: readonly string[], more: Readonly<Record<string, string>>): readonly string[] {
  const kept = before.filter((line) => !Object.hasOwn(more, line.split('=')[0] ?? ''));
  return [...kept, ...Object.entries(sorted(more)).map(([name, value]) => `${name}=${value}`)];
}

function sorted(texts: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(texts).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
