import { distance } from 'fastest-levenshtein';
import type { Text } from '../model/effect.ts';
import { nearest } from '../model/json.ts';
import type { Complaint } from '../model/scalars.ts';
import type { BucketConfig } from '../platform/config.ts';
import type { EnvironmentSettings } from './schema.ts';

/** Buckets that files are served from, resolved and checked. */

export interface ResolvedBucket {
  readonly component: string;
  /** Without `/` at its end. */
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  /** Empty, or with `/` at its end. */
  readonly prefix: string;
  readonly addressing: 'path' | 'host';
  readonly access: { readonly id: Text; readonly key: Text; readonly session?: Text };
  readonly encoding: BucketConfig['encoding'];
}

/** Pure. */
export function resolveBuckets(
  buckets: NonNullable<EnvironmentSettings['buckets']>,
  text: (text: string) => string,
): readonly ResolvedBucket[] {
  return Object.entries(buckets).map(([component, { access, endpoint, bucket, prefix, ...rest }]) => ({
    component,
    ...rest,
    endpoint: text(endpoint).replace(/\/+$/, ''),
    bucket: text(bucket),
    prefix: text(prefix),
    access: {
      id: access.id,
      key: access.key,
      ...(access.session === undefined ? {} : { session: access.session }),
    },
  }));
}

/** Each belongs to a component that is only files, and no two may write to the same place. Paths are relative to the environment. Pure. */
export function bucketChecks({ buckets = {}, components, platform }: EnvironmentSettings): readonly Complaint[] {
  const plain = Object.entries(components)
    .filter(
      ([, one]) =>
        one.kind === 'static' && one.serve === undefined && (platform.kind !== 'kubernetes' || one.image === undefined),
    )
    .map(([name]) => name)
    .toSorted();
  const strangers = Object.keys(buckets)
    .filter((name) => !plain.includes(name))
    .map((name) => ({
      path: ['buckets', name],
      code: 'config.unknown-component',
      found: Object.hasOwn(components, name)
        ? `\`${name}\`, which is not only files`
        : `\`${name}\`, which is no component`,
      expected: plain.length === 0 ? 'a component of `kind: static` without `serve:`' : `one of ${plain.join(', ')}`,
      remedy: plain.length === 0 ? 'delete `buckets:`' : `write \`${nearest(name, plain, distance) ?? plain[0]}\``,
    }));
  const places = Object.entries(buckets).map(([name, { endpoint, bucket, prefix }]) => ({
    name,
    place: `${endpoint.replace(/\/+$/, '')} ${bucket} ${prefix}`,
  }));
  const twice = places
    .filter(({ place }, at) => places.findIndex((one) => one.place === place) !== at)
    .map(({ name, place }) => ({
      path: ['buckets', name, 'prefix'],
      code: 'config.same-bucket',
      found: `the place of \`${places.find((one) => one.place === place)?.name ?? ''}\``,
      expected: 'a place of its own: two components would overwrite each other',
      remedy: `write \`prefix: ${name}/\``,
    }));
  return [...strangers, ...twice];
}
