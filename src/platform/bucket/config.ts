import { z } from 'zod';
import { httpUrlSchema, nameSchema, secretSchema } from '../../model/scalars.ts';

/** Fragment `buckets` of an environment: components whose files are served from a bucket of an S3 server. */

const REGION = 'the name of a region, such as eu-central-1; `auto` or `us-east-1` where the server has none';
const BUCKET = 'the name of a bucket: 3 to 63 of a-z, 0-9, dots and -';
const PREFIX = 'the beginning of the keys, such as shop/ or www/shop/; letters, digits, . _ ~ and -, with / at its end';

const bucketConfig = z.strictObject({
  endpoint: httpUrlSchema.describe(
    'Address of the S3 server, without the bucket: `https://s3.eu-central-1.amazonaws.com`.',
  ),
  region: z
    .string({ error: REGION })
    .regex(/^[a-z0-9-]{1,64}$/, REGION)
    .describe('Region that requests are signed for.'),
  bucket: z
    .string({ error: BUCKET })
    .regex(/^[a-z0-9{][a-z0-9.{}-]{1,61}[a-z0-9}]$/, BUCKET)
    .describe('The bucket. It must be there. `{environment}` and `{service}` are put in.'),
  prefix: z
    .string({ error: PREFIX })
    .regex(/^(?:[A-Za-z0-9_~{-][A-Za-z0-9._~{}-]*\/)*$/, PREFIX)
    .default('')
    .describe(
      'Put before every key; `{environment}` and `{service}` are put in. Left out: the files begin at the top of the bucket.',
    ),
  addressing: z
    .enum(['path', 'host'], { error: 'path or host' })
    .default('path')
    .describe('Whether the bucket stands in the path of a request or before the host of the endpoint.'),
  access: z
    .strictObject({
      id: secretSchema.describe('Access key id.'),
      key: secretSchema.describe('Secret access key.'),
      session: secretSchema.exactOptional().describe('Session token, for credentials that end by themselves.'),
    })
    .describe('Who may read, list, write and delete below the prefix.'),
  encoding: z
    .enum(['none', 'gzip', 'br', 'zstd'], { error: 'none, gzip, br or zstd' })
    .default('none')
    .describe(
      'The one form in which compressed files are stored. A bucket sends it to everybody, whatever they accept; `none` where a network in front compresses.',
    ),
});

export const bucketsConfig = z.record(nameSchema, bucketConfig);
export type BucketConfig = z.infer<typeof bucketConfig>;
