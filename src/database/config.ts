import { z } from 'zod';
import { addressSchema, filePathSchema, secretSchema } from '../model/scalars.ts';

/** Fragments `database.accounts` and `database.tls` of shiplock.yaml: who may use the database, and how connections to it are protected. */

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

const NAME = 'a DNS name such as db-1.internal, or an address';
const PLACE = 'an absolute path of letters, digits and . _ / -';
const DAYS = 'a whole number from 1 to 825';
const OWNER = 'a user of the machine, such as mysql';
const days = z.number({ error: DAYS }).int(DAYS).min(1, DAYS).max(825, DAYS);

/** Paths that stand in the file of a server, and in command lines of root. */
const placeSchema = z
  .string({ error: PLACE })
  .regex(/^\/[A-Za-z0-9._/-]{1,190}$/, PLACE)
  .refine((path) => !/(?:^|\/)\.\.?(?:\/|$)|\/\/|\/$/.test(path), PLACE)
  .meta({ title: 'path on the machine of the server' });

export const databaseTlsConfig = z
  .strictObject({
    ca: filePathSchema.describe(
      'Roots that are trusted, PEM. With it every connection of shiplock to the database over a network is encrypted, and certificate and name of the server are verified.',
    ),
    server: z
      .strictObject({
        names: z
          .array(
            z
              .string({ error: NAME })
              .regex(/^(?=.{1,253}$)(?:[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*|[0-9a-fA-F:.]+)$/, NAME)
              .meta({ title: 'name of a host' }),
          )
          .min(1, 'at least one name')
          .describe('By which clients reach the server; all of them stand in its certificate.'),
        authority: filePathSchema.describe(
          'Directory with the key of the authority (`ca-key.pem`) and the newest pair of the server (`server.pem`, `server-key.pem`). `--create` makes it, for its owner only.',
        ),
        directory: placeSchema
          .default('/etc/mysql/tls')
          .describe('Where the pair of the server lies, when the server has none yet; else it stays where it is.'),
        options: placeSchema
          .default('/etc/mysql/conf.d/shiplock-tls.cnf')
          .describe('File of the server in which the pair is named, when the server has none yet.'),
        owner: z
          .string({ error: OWNER })
          .regex(/^[a-z_][a-z0-9_-]{0,31}$/, OWNER)
          .default('mysql')
          .describe('User as which the server runs: the key is readable for it alone.'),
        days: days.default(30).describe('A certificate that ends sooner is renewed.'),
        validity: days.default(397).describe('How many days a new certificate is good for.'),
      })
      .exactOptional()
      .describe('The pair of the server itself, for `shiplock database tls` on its machine.'),
  })
  .describe('How connections to the database are protected. Left out: as each connection string says.');

export type DatabaseTlsConfig = z.infer<typeof databaseTlsConfig>;
