export { bucketDoctor } from './checks.ts';
export {
  type BucketLook,
  bucketFence,
  bucketRemoveEffects,
  bucketSwitchEffects,
  observeBucket,
} from './files.ts';
export type { Bucket } from './types.ts';
