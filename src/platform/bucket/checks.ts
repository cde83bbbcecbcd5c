import type { Check } from '../../model/check.ts';
import { observeBucket } from './files.ts';
import type { Bucket } from './types.ts';

/** What a bucket needs: a server that answers, keys that it takes, and records that can be read. Looks only. */
export function bucketDoctor(buckets: readonly Bucket[], world: Parameters<typeof observeBucket>[1]): readonly Check[] {
  return buckets.map((bucket) => ({
    id: `platform.bucket.${bucket.component}`,
    title: `Bucket of ${bucket.component}, s3://${bucket.bucket}/${bucket.prefix}`,
    look: async (signal) => {
      const { current, installed } = await observeBucket(bucket, world, signal);
      const served = current === null ? 'nothing is served from it yet' : `${current} is served`;
      return { state: 'ok', found: `answers; ${served}, ${installed.length} releases in it` };
    },
  }));
}
