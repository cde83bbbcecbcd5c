import { z } from 'zod';
import {
  complain,
  duration,
  filePathSchema,
  nameSchema,
  textOrSecretSchema,
  variableNameSchema,
} from '../model/scalars.ts';

/** Fragment `backup` of an environment: what is backed up, where it is stored, how long it stays, how old it may be. */

const REPOSITORY = 'a directory, sftp://user@host//path, s3:https://host/bucket or rest:https://host/';
const REPOSITORY_FORM =
  /^(?:\/[^\0\n]*|\.{0,2}[A-Za-z0-9_.{}-][^\0\n:]*|(?:sftp|s3|rest|b2|azure|gs|swift|rclone):\S+)$/;
const PROGRAM = 'a name on PATH or an absolute path';
const USER = 'the name of a user of this machine';
const COUNT = 'a whole number from 0 to 1000';

const program = (fallback: string) =>
  z
    .string({ error: PROGRAM })
    .regex(/^(?:\/[^\0\n]+|[A-Za-z0-9._-]+)$/, PROGRAM)
    .exactOptional()
    .describe(`Default: ${fallback}.`);

const count = (fallback: number, what: string) =>
  z.number({ error: COUNT }).int(COUNT).min(0, COUNT).max(1000, COUNT).default(fallback).describe(what);

const repositoryShape = {
  repository: z
    .string({ error: REPOSITORY })
    .regex(REPOSITORY_FORM, REPOSITORY)
    .describe(
      'A repository of restic: a directory (also one that is mounted from elsewhere), `sftp://user@host//path`, `s3:https://host/bucket`. Made by the first backup; where one was and is not there any more, nothing is stored.',
    ),
  password: textOrSecretSchema
    .refine((value) => typeof value !== 'string', 'a reference: { secret: env:NAME }')
    .describe('Encrypts everything. Without it nothing can be restored: keep it in a second place too.'),
  env: z
    .record(variableNameSchema, textOrSecretSchema)
    .default({})
    .describe('Variables that restic needs for this repository, such as AWS_ACCESS_KEY_ID.'),
};

const ON_HOST = 'an absolute path of letters, digits and . _ / @ + : = ~ -';
/** A path on a host: it is a part of a command there. */
const hostPathSchema = z
  .string({ error: ON_HOST })
  .regex(/^(?:\/[A-Za-z0-9._@+:=~-]+)+$/, ON_HOST)
  .max(200, ON_HOST)
  .refine((path) => !/(?:^|\/)\.\.?(?:\/|$)/.test(path), ON_HOST)
  .meta({ title: 'path on a host' });

const hostFilesSchema = z.strictObject({
  on: z
    .union([z.literal('all'), z.array(nameSchema).min(1)], { error: '`all`, or a list of hosts' })
    .describe('`all`, or some of the hosts of `platform.hosts` and `system.hosts`, over ssh.'),
  paths: z
    .array(hostPathSchema)
    .default([])
    .describe(
      'Files and directories there, which must be there. What Shiplock itself has put on a host belongs to its backup in any case: units, lists of what its user may do, certificates, rules of logrotate, and what the service keeps.',
    ),
});

export const backupConfig = z
  .strictObject({
    ...repositoryShape,
    copies: z
      .array(z.strictObject(repositoryShape))
      .default([])
      .describe('Further repositories, elsewhere: every snapshot is copied to each of them.'),
    dsn: textOrSecretSchema
      .exactOptional()
      .describe(
        'Connection of the backups, `mysql://user:password@host:port/database`, kept as a secret. Default: `database.dsn`. docs/backup.md names the rights that it needs.',
      ),
    kind: z
      .enum(['logical', 'physical'], { error: 'logical or physical' })
      .default('logical')
      .describe(
        'What a full backup is: `logical`, SQL of the database of the service; `physical`, the files of the whole server, for large ones. docs/backup.md says what each needs.',
      ),
    files: z
      .array(z.union([filePathSchema, hostFilesSchema], { error: 'a path of this machine, or { on: …, paths: […] }' }))
      .default([])
      .describe(
        'Files and directories that belong to a backup: configuration, static files, certificates. A path is one of this machine, where Shiplock runs; `{ on: all, paths: [/etc/nginx] }` means the hosts of the environment.',
      ),
    programs: z
      .strictObject({
        restic: program('`restic`'),
        dump: program('`mariadb-dump` or `mysqldump`'),
        client: program('`mariadb` or `mysql`'),
        binlog: program('`mariadb-binlog` or `mysqlbinlog`'),
        server: program('`mariadbd` or `mysqld`'),
        physical: program('`mariadb-backup`, for physical backups of MariaDB'),
        unpack: program('`mbstream`, which unpacks them'),
      })
      .prefault({})
      .describe(
        'Programs, where they do not stand on PATH under their usual names. They must be of the family and version of the server.',
      ),
    serverUser: z
      .string({ error: USER })
      .regex(/^[a-z_][a-z0-9_-]{0,31}$/, USER)
      .default('nobody')
      .describe('Who the throw-away server of a verification runs as when Shiplock runs as root.'),
    verifiedWithin: duration({ min: 60_000 })
      .prefault('26h')
      .describe(
        'How old the last full backup may be that was restored and compared. `shiplock backup status` fails when it is older.',
      ),
    drill: z
      .strictObject({
        directory: filePathSchema.describe(
          'Where the server of a drill is made and deleted again: room for the whole database and its logs. Shiplock uses `shiplock-drill` in it.',
        ),
        every: z
          .enum(['daily', 'weekly', 'monthly'], { error: 'daily, weekly or monthly' })
          .default('monthly')
          .describe('How often. `shiplock backup status` fails when the last one that came through is older.'),
      })
      .exactOptional()
      .describe(
        'Drills: everything is restored as after a loss, logs too, measured, compared with `objectives`, and deleted. Left out: none is on a schedule.',
      ),
    timeout: duration({ min: 60_000 }).prefault('6h').describe('How long one dump, one restore or one copy may take.'),
    lockWait: duration({ min: 1000, max: 60_000 })
      .prefault('5s')
      .describe(
        'How long a full backup waits for the moment of rest with which it begins; writes wait behind it as long. Whole seconds.',
      ),
    keep: z
      .strictObject({
        last: count(3, 'Full backups that stay in any case, counted from the newest.'),
        daily: count(7, 'Days of which the newest full backup stays.'),
        weekly: count(4, 'Weeks of which the newest full backup stays.'),
        monthly: count(6, 'Months of which the newest full backup stays.'),
      })
      .prefault({})
      .describe(
        'What `shiplock backup forget` leaves. The newest backup that can be restored, and the newest that was verified, always stay.',
      ),
  })
  .check((ctx) => {
    const seen = [ctx.value.repository, ...ctx.value.copies.map(({ repository }) => repository)];
    for (const [at, { repository }] of ctx.value.copies.entries()) {
      if (seen.indexOf(repository) === at + 1) continue;
      complain(ctx, {
        path: ['copies', at, 'repository'],
        code: 'config.same-repository',
        found: `\`${repository}\` twice`,
        expected: 'another place: a copy in the same place protects from nothing',
        remedy: 'name another repository, or take this copy out',
      });
    }
  });

export type BackupConfig = z.infer<typeof backupConfig>;
