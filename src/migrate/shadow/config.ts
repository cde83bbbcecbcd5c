import { z } from 'zod';
import { textOrSecretSchema } from '../../model/scalars.ts';
import { size } from '../size.ts';

/** Fragment `database.shadow`: where the throw-away server comes from on which a plan is made. */

const PROGRAM = 'a name on PATH or an absolute path';
const USER = 'the name of a user of this machine';
const IMAGE =
  'an image by its digest, such as mysql@sha256:… (`docker pull mysql:8.4.6`, then `docker image inspect --format "{{index .RepoDigests 0}}" mysql:8.4.6`)';

export const shadowConfig = z
  .strictObject({
    program: z
      .string({ error: PROGRAM })
      .regex(/^(?:\/[^\0\n]+|[A-Za-z0-9._-]+)$/, PROGRAM)
      .exactOptional()
      .describe(
        '`mariadbd` or `mysqld` of the same family and version as the target: started on a data directory of its own, on a socket alone, and deleted at the end.',
      ),
    dsn: textOrSecretSchema
      .exactOptional()
      .describe(
        'A running server for this purpose instead, `mysql://user:password@host:port/`. A database with the name of the target is made there and dropped; refused when there is one already.',
      ),
    image: z
      .string({ error: IMAGE })
      .regex(/^(?:[A-Za-z0-9][A-Za-z0-9._:/-]{0,254}@)?sha256:[0-9a-f]{64}$/, IMAGE)
      .exactOptional()
      .describe(
        'Image of a server of the same family and version as the target, such as that of the family on Docker Hub, by its digest: run by the Docker engine of this machine without a network. Counts before `program`.',
      ),
    memory: size
      .prefault('2GiB')
      .describe('What the container of `image` may take; half of it holds the data, which touch no disk.'),
    user: z
      .string({ error: USER })
      .regex(/^[a-z_][a-z0-9_-]{0,31}$/, USER)
      .default('nobody')
      .describe('Who `program` or the container runs as when Shiplock runs as root.'),
  })
  .describe(
    'A throw-away server on which `shiplock migrate plan` tries every statement. Left out: none is tried, and the plan says nothing about algorithm, lock and time.',
  );

export type ShadowConfig = z.infer<typeof shadowConfig>;
