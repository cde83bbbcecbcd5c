import { z } from 'zod';

/** What stands at the beginning of the stored tar of a host: what the machine was, and every file as it was read. docs/formats/host.schema.json */

/** Name of its entry; no path of a host begins so. */
export const DESCRIPTION = '.shiplock/host.json';

const entrySchema = z.strictObject({
  path: z.string(),
  kind: z.enum(['file', 'directory', 'link', 'other']),
  mode: z.number().int(),
  uid: z.number().int(),
  gid: z.number().int(),
  size: z.number().int(),
  /** Seconds since 1970, up to nine digits behind the point. */
  mtime: z.string(),
  target: z.string(),
  /** ACLs and extended attributes: SHA-256 of each value. */
  attributes: z.record(z.string(), z.string()),
  sha256: z.string(),
});

export const machineSchema = z.strictObject({
  system: z.string(),
  packages: z.array(z.strictObject({ name: z.string(), version: z.string(), manual: z.boolean() })).readonly(),
  /** Those that own one of the files, and those of people. No password is among it. */
  accounts: z
    .array(
      z.strictObject({
        name: z.string(),
        uid: z.number().int(),
        gid: z.number().int(),
        home: z.string(),
        shell: z.string(),
      }),
    )
    .readonly(),
  groups: z.array(z.strictObject({ name: z.string(), gid: z.number().int() })).readonly(),
  enabled: z.array(z.string()).readonly(),
});
export type Machine = Readonly<z.infer<typeof machineSchema>>;

export const descriptionSchema = z.strictObject({
  v: z.literal(1),
  service: z.string(),
  environment: z.string(),
  host: z.string(),
  takenAt: z.string().datetime(),
  paths: z.array(z.string()).readonly(),
  machine: machineSchema,
  entries: z.array(entrySchema).readonly(),
});
export type HostDescription = Readonly<z.infer<typeof descriptionSchema>>;

/** First and last number of an account of a person, as Debian's policy (9.2.2) has them. */
const PEOPLE = { first: 1000, last: 59_999 };

/** Accounts and groups that a restore needs: those that own one of the files, and those of people. Pure. */
export function machineFor(machine: Machine, entries: HostDescription['entries']): Machine {
  const person = (id: number): boolean => id >= PEOPLE.first && id <= PEOPLE.last;
  const users = new Set(entries.map(({ uid }) => uid));
  const accounts = machine.accounts.filter(({ uid }) => uid !== 0 && (users.has(uid) || person(uid)));
  const used = new Set([...entries.map(({ gid }) => gid), ...accounts.map(({ gid }) => gid)]);
  return {
    ...machine,
    accounts,
    groups: machine.groups.filter(({ gid }) => gid !== 0 && (used.has(gid) || person(gid))),
  };
}
