import type { ResolvedEnvironment } from '../../config/index.ts';
import { bucketRemoveEffects, bucketSwitchEffects, observeBucket } from '../../platform/index.ts';
import type { Service } from '../door.ts';
import type { FilesTarget } from './target.ts';

/**
 * Files that are served from buckets, beside those of this machine. A component that has a bucket is laid down here only where the proxy serves it
 * from here too.
 */
export function withBuckets(
  files: FilesTarget,
  { buckets = [], traffic }: Pick<ResolvedEnvironment, 'buckets' | 'traffic'>,
  service: Pick<Service, 'secrets' | 'clock'>,
): FilesTarget {
  if (buckets.length === 0) return files;
  const served = traffic.kind === 'argo-rollouts' ? null : (traffic.files?.component ?? null);
  const bucketOf = (component: string) => buckets.find((one) => one.component === component);
  const isHere = (component: string): boolean => bucketOf(component) === undefined || component === served;
  return {
    observe: async (signal) => {
      const [here, ...looks] = await Promise.all([
        files.observe(signal),
        ...buckets.map((bucket) => observeBucket(bucket, service, signal)),
      ]);
      return { ...here, buckets: looks };
    },
    switch: (spec, look) => {
      const bucket = bucketOf(spec.component);
      const there = (look.buckets ?? []).find((one) => one.component === spec.component);
      return [
        ...(bucket === undefined || there === undefined ? [] : bucketSwitchEffects(bucket, spec, there)),
        ...(isHere(spec.component) ? files.switch(spec, look) : []),
      ];
    },
    remove: (spec, look) => {
      const bucket = bucketOf(spec.component);
      const there = (look.buckets ?? []).find((one) => one.component === spec.component);
      return [
        ...(bucket === undefined || there === undefined ? [] : bucketRemoveEffects(bucket, spec.version, there)),
        ...(isHere(spec.component) ? files.remove(spec, look) : []),
      ];
    },
    keeps: files.keeps,
  };
}
