import { z } from 'zod';
import { addressSchema, secretSchema } from '../model/scalars.ts';

/** Fragment `database.accounts` of shiplock.yaml: who may use the database, and as what. */

const USER = 'a name of 1 to 32 letters, digits, `_`, `-` and `.`, beginning with a letter';
const FROM =
  'a host as accounts have it, in small letters: 10.0.0.5, 10.0.0.%, 10.0.0.0/255.255.255.0, app.example.com, %';
const SCHEMA = 'a name of 1 to 64 letters, digits, `_`, `$` and `-`; {environment} and {service} are put in';

/** Rights that a role may be given beside its own, and where each of them holds. */
export const EXTRA_RIGHTS = [
  'EXECUTE',
  'CREATE TEMPORARY TABLES',
  'LOCK TABLES',
  'SHOW VIEW',
  'REPLICATION SLAVE',
] as const;

const accountShape = {
  user: z
    .string({ error: USER })
    .regex(/^[A-Za-z][A-Za-z0-9_.-]{0,31}$/, USER)
    .describe('Name of the account.'),
  from: z
    .string({ error: FROM })
    .regex(/^(?:%|[0-9a-z%_:][0-9a-z.%_:-]*(?:\/[0-9.]+)?)$/, FROM)
    .describe('From where it may come, as the server writes it: as narrow as the network allows.'),
  also: z
    .array(z.enum(EXTRA_RIGHTS))
    .default([])
    .describe('Rights beside those of its role: EXECUTE for stored programs, REPLICATION SLAVE for gh-ost.'),
};

const form = z
  .enum(['url', 'go'])
  .default('url')
  .describe(
    'How a connection string is written that is made: `mysql://user:password@host:port/schema`, or as the driver of Go has it, `user:password@tcp(host:port)/schema`.',
  );

const dsn = secretSchema.describe(
  'Where its connection string is kept. Behind `file:` it is made, with a new password and for its owner only, when the file is not there.',
);

export const accountsConfig = z
  .strictObject({
    schema: z
      .string({ error: SCHEMA })
      .regex(/^(?:[A-Za-z0-9_$-]|\{(?:environment|service)\})+$/, SCHEMA)
      .describe('The database that they use. Made when it is not there.'),
    address: addressSchema
      .exactOptional()
      .describe(
        'Where the server is for those who connect, put into connection strings that are made. Default: where the administrator connects.',
      ),
    application: z
      .strictObject({ ...accountShape, dsn, form })
      .exactOptional()
      .describe('Reads and writes rows of the schema.'),
    migration: z
      .strictObject({ ...accountShape, form })
      .exactOptional()
      .describe('Changes the structure of the schema. Its connection string is `database.dsn`.'),
    backup: z
      .strictObject({ ...accountShape, dsn: dsn.exactOptional(), form })
      .exactOptional()
      .describe('Reads everything at one moment, and the binary log. Its connection string may also be `backup.dsn`.'),
    monitoring: z
      .strictObject({ ...accountShape, dsn, form })
      .exactOptional()
      .describe('Sees what the server does, and no row. `shiplock diagnose` looks with it.'),
    copy: z
      .strictObject({ ...accountShape, dsn, form })
      .exactOptional()
      .describe('Reads rows for `shiplock data copy`, as its source.'),
  })
  .describe(
    'Accounts of the server, each with the rights that its work needs and no others: `shiplock database users`.',
  );

export type AccountsConfig = z.infer<typeof accountsConfig>;
