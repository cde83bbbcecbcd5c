import type { Effect, Text } from '../../model/effect.ts';
import type { UnitSpec } from '../../model/platform.ts';
import type { Clock, Secrets } from '../../model/ports.ts';
import { programBeside } from '../../procedure/machine/beside.ts';
import { mapLimited } from '../../procedure/machine/digest.ts';
import type { Bucket, BucketAccess } from './types.ts';

/** What a release does with the files of a component in a bucket: looks here, effects as command lines of a program of ours. */

const RESOURCE = 'bucket:';
const INSTALL_MS = 30 * 60_000;
const SWITCH_MS = 10 * 60_000;
const AT_ONCE = 8;

/** What lies in the bucket of a component. */
export interface BucketLook {
  readonly component: string;
  readonly installed: readonly {
    readonly component: string;
    readonly version: string;
    /** Empty while something of it may be missing. */
    readonly digest: string;
  }[];
  /** Version that is served; null: none. */
  readonly current: string | null;
  /** Version that a switch is under way to. */
  readonly next: string | null;
}

/** Looks into the bucket. The client is loaded only where one is asked. */
export async function observeBucket(
  bucket: Bucket,
  { secrets, clock }: { readonly secrets: Secrets; readonly clock: Clock },
  signal?: AbortSignal,
): Promise<BucketLook> {
  const [{ openObjects }, { readLive, readRelease, recordedVersions }] = await Promise.all([
    import('./objects.ts'),
    import('./records.ts'),
  ]);
  const { component } = bucket;
  const value = (text: Text): string => (typeof text === 'string' ? text : secrets.get(text.secret));
  const { id, key, session } = bucket.access;
  const keys = { id: value(id), key: value(key), ...(session === undefined ? {} : { session: value(session) }) };
  const objects = openObjects(bucket, keys, clock, signal);
  const [live, versions] = await Promise.all([
    readLive(bucket, objects, component),
    recordedVersions(objects, component),
  ]);
  const found = await mapLimited(versions, AT_ONCE, (version) => readRelease(bucket, objects, component, version));
  return {
    component,
    installed: found.flatMap((one) =>
      one === null
        ? []
        : [
            {
              component,
              version: one.record.version,
              digest: one.record.state === 'installed' ? one.record.digest : '',
            },
          ],
    ),
    current: live?.record.current ?? null,
    next: live?.record.next ?? null,
  };
}

/** Effects that bring a release into the bucket and make it the one that is served. The switch is always made: it mends what somebody changed. Pure. */
export function bucketSwitchEffects(
  bucket: Bucket,
  { version, digest, artefact }: Pick<UnitSpec, 'version' | 'digest' | 'artefact'>,
  look: BucketLook,
): readonly Effect[] {
  const there = look.installed.some((one) => one.version === version && one.digest === digest);
  const what = ['--version', version];
  return [
    ...(there
      ? []
      : [
          effect(bucket, ['install', ...what, '--digest', digest, '--artefact', artefact], {
            why: 'files of the release, compared as the server has them; nobody is served them yet',
            timeoutMs: INSTALL_MS,
          }),
        ]),
    effect(bucket, ['switch', ...what], {
      why: 'what pages load, then pages, then the page at the top',
      timeoutMs: SWITCH_MS,
    }),
  ];
}

/** Effects that take a release out of the bucket, also when it is served. Pure. */
export function bucketRemoveEffects(bucket: Bucket, version: string, look: BucketLook): readonly Effect[] {
  if (!look.installed.some((one) => one.version === version)) return [];
  const serves = look.current === version || look.next === version;
  return [
    effect(bucket, ['remove', '--version', version, ...(serves ? ['--also-current'] : [])], {
      why: 'nothing needs it any more',
      timeoutMs: SWITCH_MS,
    }),
  ];
}

/** The command that raises the fence of a bucket; undefined for another resource. Pure. */
export function bucketFence(
  buckets: readonly Bucket[],
  resource: string,
): { readonly argv: readonly string[]; readonly env: Readonly<Record<string, Text>> } | undefined {
  const bucket = buckets.find((one) => resource === resourceOf(one));
  return bucket === undefined ? undefined : { argv: words(bucket, ['raise']), env: accessVariables(bucket.access) };
}

function effect(
  bucket: Bucket,
  verb: readonly string[],
  { why, timeoutMs }: { readonly why: string; readonly timeoutMs: number },
): Effect {
  return {
    kind: 'exec',
    argv: [...words(bucket, verb)],
    env: { ...accessVariables(bucket.access) },
    resource: resourceOf(bucket),
    why: `s3://${bucket.bucket}/${bucket.prefix}: ${why}`,
    timeoutMs,
  };
}

function resourceOf({ component }: Bucket): string {
  return `${RESOURCE}${component}`;
}

function words(bucket: Bucket, [verb = '', ...rest]: readonly string[]): readonly string[] {
  const { component, endpoint, region, bucket: name, prefix, addressing, encoding } = bucket;
  return [
    ...programBeside(import.meta.url, 'bucket-main'),
    verb,
    '--component',
    component,
    '--endpoint',
    endpoint,
    '--region',
    region,
    '--bucket',
    name,
    ...(prefix === '' ? [] : ['--prefix', prefix]),
    ...(addressing === 'path' ? [] : ['--addressing', addressing]),
    ...(encoding === 'none' ? [] : ['--encoding', encoding]),
    ...rest,
  ];
}

/** Names that every client of S3 knows. */
function accessVariables({ id, key, session }: BucketAccess): Readonly<Record<string, Text>> {
  return {
    AWS_ACCESS_KEY_ID: id,
    AWS_SECRET_ACCESS_KEY: key,
    // What stands in the environment of this machine belongs to other keys.
    AWS_SESSION_TOKEN: session ?? '',
  };
}
