import type { Text } from '../../model/effect.ts';
import type { Encoding } from '../../model/web-files.ts';

/** Where the files of a component lie in a bucket. */
export interface BucketPlace {
  /** Address of the server, without the bucket. */
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  /** Before every key; empty, or with `/` at its end. */
  readonly prefix: string;
  /** Where the bucket stands in an address. */
  readonly addressing: 'path' | 'host';
}

/** Who asks. The values are never put into a command line. */
export interface BucketAccess {
  readonly id: Text;
  readonly key: Text;
  readonly session?: Text;
}

/** A component and the bucket that its files are served from. */
export interface Bucket extends BucketPlace {
  readonly component: string;
  readonly access: BucketAccess;
  /** The one form in which files that were compressed are stored; `none`: as they are. */
  readonly encoding: Encoding | 'none';
}

/** The same as a signature needs it. */
export interface BucketKeys {
  readonly id: string;
  readonly key: string;
  readonly session?: string;
}

/** A bucket in one word, for messages: `s3://www/shop/`. Pure. */
export function bucketText({ bucket, prefix }: Pick<BucketPlace, 'bucket' | 'prefix'>): string {
  return `s3://${bucket}/${prefix}`;
}
