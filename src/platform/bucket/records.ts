import { z } from 'zod';
import { parsedJson } from '../../model/json.ts';
import { ProblemError } from '../../model/problem.ts';
import { digestSchema } from '../../model/release.ts';
import { encodingSchema } from '../../model/web-files.ts';
import type { Objects } from './objects.ts';
import { type BucketPlace, bucketText } from './types.ts';

/**
 * What stands in a bucket beside the files that are served: `.shiplock/COMPONENT/live.json`, which release is served, and
 * `.shiplock/COMPONENT/releases/VERSION.json`, what each release consists of.
 */

const count = z.number().int().min(0);

const storedFileSchema = z.strictObject({
  /** Of the content, before it was compressed. */
  digest: digestSchema,
  /** SHA-256 in hex of the bytes that were sent. */
  sent: z.string().regex(/^[0-9a-f]{64}$/),
  /** Of these bytes. */
  size: count,
  type: z.string().min(1),
  cache: z.string().min(1),
  encoding: encodingSchema.nullable(),
  /** `fixed`: its name stands for its content, so it lies at its place from the beginning. `switched`: it is put there by a switch. */
  kind: z.enum(['fixed', 'switched']),
});
export type StoredFile = Readonly<z.infer<typeof storedFileSchema>>;

export const bucketReleaseSchema = z.strictObject({
  formatVersion: z.literal(1),
  component: z.string().min(1),
  version: z.string().min(1),
  digest: digestSchema,
  /** `installing` and `removing`: something of it may be missing. */
  state: z.enum(['installing', 'installed', 'removing']),
  /** By path in the release. */
  files: z.record(z.string().min(1), storedFileSchema),
});
export type BucketRelease = Readonly<z.infer<typeof bucketReleaseSchema>>;

export const bucketLiveSchema = z.strictObject({
  formatVersion: z.literal(1),
  component: z.string().min(1),
  /** The greatest fence that has changed anything here; a smaller one is refused. */
  fence: count,
  /** Version that is served; null: none. */
  current: z.string().nullable(),
  /** Version that a switch is under way to; null: none is. */
  next: z.string().nullable(),
});
export type BucketLive = Readonly<z.infer<typeof bucketLiveSchema>>;

/** Directory of all that is not served. */
export const OWN = '.shiplock/';

/** Pure. */
export function liveKey(component: string): string {
  return `${OWN}${component}/live.json`;
}

/** Pure. */
export function releasesKey(component: string): string {
  return `${OWN}${component}/releases/`;
}

/** Pure. */
export function releaseKey(component: string, version: string): string {
  return `${releasesKey(component)}${version}.json`;
}

/** Where a file that is switched lies until then. Pure. */
export function asideKey(component: string, version: string, path: string): string {
  return `${OWN}${component}/files/${version}/${path}`;
}

/** How records are stored: nobody may keep a copy. */
const RECORD = { type: 'application/json', cache: 'no-store' } as const;

/** As it is written. Pure. */
export function recordObject(record: BucketRelease | BucketLive) {
  return { ...RECORD, bytes: new TextEncoder().encode(`${JSON.stringify(record, null, 2)}\n`) };
}

export interface Read<T> {
  readonly record: T;
  readonly etag: string;
}

/** Null: there is none. @throws ProblemError `bucket.broken-record` */
export async function readLive(
  place: BucketPlace,
  objects: Objects,
  component: string,
): Promise<Read<BucketLive> | null> {
  return read(place, objects, liveKey(component), bucketLiveSchema);
}

/** Null: there is none. @throws ProblemError `bucket.broken-record` */
export async function readRelease(
  place: BucketPlace,
  objects: Objects,
  component: string,
  version: string,
): Promise<Read<BucketRelease> | null> {
  return read(place, objects, releaseKey(component, version), bucketReleaseSchema);
}

/** Versions that a record tells of, sorted. */
export async function recordedVersions(objects: Objects, component: string): Promise<readonly string[]> {
  const prefix = releasesKey(component);
  const keys = await objects.list(prefix);
  return keys.flatMap((key) => /^([^/]+)\.json$/.exec(key.slice(prefix.length))?.[1] ?? []);
}

async function read<T>(
  place: BucketPlace,
  objects: Objects,
  key: string,
  schema: z.ZodType<T>,
): Promise<Read<T> | null> {
  const found = await objects.get(key);
  if (found === null) return null;
  const parsed = schema.safeParse(parsedJson(new TextDecoder().decode(found.bytes)));
  if (parsed.success) return { record: parsed.data, etag: found.etag };
  const issue = parsed.error.issues[0];
  throw new ProblemError({
    code: 'bucket.broken-record',
    where: `${bucketText(place)}${key}`,
    found: issue === undefined ? 'nonsense' : `${issue.path.join('.') || 'the object'}: ${issue.message}`,
    expected: 'a record as docs/formats has it',
    remedy: 'bring back an earlier version of the object, or remove it and release again',
  });
}
