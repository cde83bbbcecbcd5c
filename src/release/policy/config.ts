import { z } from 'zod';
import { provenanceRulesConfig, trustedKeyConfig } from '../../build/attest/config.ts';
import { chatConfig } from '../../chatops/config.ts';
import { complain, dateSchema, duration, filePathSchema, nameSchema, wordsSchema } from '../../model/scalars.ts';
import { hoursFields } from '../../procedure/gate/hours-config.ts';
import { plainKey } from '../../procedure/gate/ssh.ts';
import { SEVERITIES } from '../../scan/types.ts';
import { promotionRulesConfig } from '../promotion/config.ts';

/** Persons and policy: read only from the protected branch (policy.ts), wherever else they may stand. */

const KEY_HINT = 'an OpenSSH public key such as ssh-ed25519 AAAA… anna@laptop';
const keySchema = z
  .string({ error: KEY_HINT })
  .refine((line) => plainKey(line) !== undefined, KEY_HINT)
  .transform((line) => plainKey(line) ?? '');

const EMAIL_HINT = 'a mail address';
const emailSchema = z
  .string({ error: EMAIL_HINT })
  .regex(/^[^\s@<>]+@[^\s@<>]+$/, EMAIL_HINT)
  .transform((address) => address.toLowerCase());

const ACCOUNT_HINT = 'the number of an account at the forge, as its API has it (names can be changed)';
const personConfig = z.strictObject({
  name: wordsSchema.exactOptional().describe('Full name, for people to read.'),
  account: z
    .number({ error: ACCOUNT_HINT })
    .int(ACCOUNT_HINT)
    .positive(ACCOUNT_HINT)
    .exactOptional()
    .describe('Number of the account at the forge. Names of accounts can be changed, numbers cannot.'),
  emails: z.array(emailSchema).default([]).describe('Addresses that stand in commits of this person.'),
  keys: z.array(keySchema).default([]).describe('OpenSSH public keys: what this person signs evidence with.'),
  roles: z.array(nameSchema).default([]).describe('Roles in every environment.'),
  rolesIn: z
    .record(nameSchema, z.array(nameSchema))
    .default({})
    .describe('Roles in single environments, beside those in `roles`.'),
});

/** Person → accounts, keys, roles. One key, account or address never belongs to two: four eyes would be two of one. */
export const peopleConfig = z.record(nameSchema, personConfig).check((ctx) => {
  const owners = new Map<string, string>();
  for (const [person, { account, emails, keys }] of Object.entries(ctx.value)) {
    const marks = [
      ...(account === undefined ? [] : [{ path: ['account'], what: `account ${account}` }]),
      ...emails.map((email, index) => ({ path: ['emails', index], what: `address ${email}` })),
      ...keys.map((key, index) => ({ path: ['keys', index], what: `key ${key}` })),
    ];
    for (const { path, what } of marks) {
      const other = owners.get(what);
      owners.set(what, person);
      if (other === undefined || other === person) continue;
      complain(ctx, {
        path: [person, ...path],
        code: 'config.shared-identity',
        found: `the ${what.slice(0, 40)} of \`${other}\` a second time`,
        expected: 'accounts, addresses and keys that belong to one person each',
        remedy: `delete it here or under \`${other}\`; two names for one person would make four eyes of two`,
      });
    }
  }
});

const windowsConfig = z.strictObject({
  ...hoursFields({ may: 'releases may begin', mayNot: 'no release may begin' }),
  holidays: z
    .array(
      z.strictObject({
        date: dateSchema.describe('The day, from midnight to midnight on the clock on the wall.'),
        why: wordsSchema.describe('Its name.'),
      }),
    )
    .default([])
    .describe('Days on which no release may begin.'),
  calendars: z
    .array(filePathSchema)
    .default([])
    .describe(
      'iCalendar files in the repository of the policy, read at the same commit: while one of their events lasts no release may begin.',
    ),
});

const scanDemandConfig = z.strictObject({
  maxAge: duration({ min: 60_000 })
    .prefault('24h')
    .describe('How old the result may be: new weaknesses become known every day. An older one is made anew.'),
  failOn: z
    .enum(SEVERITIES)
    .exactOptional()
    .describe('Least severity that keeps a release from here. Left out: `scan.failOn`.'),
});

const changeDemandConfig = z.strictObject({
  releases: z
    .boolean({ error: 'true or false' })
    .default(true)
    .describe('Releases, promotions and migrations need a change record. A rollback never does.'),
  runbooks: z
    .enum(['changes', 'destructive'])
    .exactOptional()
    .describe(
      'Least severity of a runbook that needs one. With `changes` also those that alerts start, which then do not begin. Left out: none needs one.',
    ),
  close: nameSchema
    .exactOptional()
    .describe('Role that may close a change record. Left out: anybody who can start shiplock may.'),
});

const COUNT_HINT = 'a number of persons from 1 to 20';
export const gateRulesConfig = z.strictObject({
  evidence: z
    .enum(['signed', 'forge', 'unsigned'])
    .default('signed')
    .describe(
      '`signed`: only signatures count at gates. `forge`: comments of an account in `people` count too, read again each time. `unsigned`: names are believed.',
    ),
  approvals: z
    .number({ error: COUNT_HINT })
    .int(COUNT_HINT)
    .min(1, COUNT_HINT)
    .max(20, COUNT_HINT)
    .default(1)
    .describe('How many distinct persons must agree at a gate.'),
  fourEyes: z
    .boolean({ error: 'true or false' })
    .default(true)
    .describe('Who started the run or wrote the commit may not approve it.'),
  commits: z
    .enum(['signed', 'named'])
    .default('signed')
    .describe('How it is known who wrote a commit: `signed` by its SSH signature, `named` by its author line.'),
  approval: nameSchema
    .exactOptional()
    .describe('Role that must approve each release before it begins. Left out: no gate at the beginning.'),
  override: nameSchema
    .exactOptional()
    .describe('Role that may let a gate pass alone, with a reason. Left out: nobody may.'),
  windows: windowsConfig.exactOptional().describe('When releases may begin. Left out: always.'),
  promotion: promotionRulesConfig
    .exactOptional()
    .describe('What a release must show that comes here by `shiplock promote`. Left out: that it has proven itself.'),
  scan: scanDemandConfig
    .exactOptional()
    .describe(
      'Security scan that each commit of a release must have, without a finding that counts. Counts without `people:` too. Left out: none is asked for.',
    ),
  changes: changeDemandConfig
    .exactOptional()
    .describe('What needs a change record here. Counts without `people:` too. Left out: nothing does.'),
  provenance: provenanceRulesConfig
    .exactOptional()
    .describe('What an attestation must show here. Left out: with `trusted` keys one is required, of any age.'),
  chat: chatConfig.exactOptional().describe('What may be done here by comments at the forge. Left out: nothing.'),
});

const REPOSITORY_HINT = 'the name of a git remote or the address of a repository';
export const policyConfig = z.strictObject({
  repository: z
    .string({ error: REPOSITORY_HINT })
    .regex(/^[^-\s][^\s\0]*$/, REPOSITORY_HINT)
    .default('origin')
    .describe('Repository whose branch holds the policy: a remote of the working copy, or an address.'),
  branch: wordsSchema.exactOptional().describe('Protected branch. Left out: the default branch of the repository.'),
  file: filePathSchema
    .exactOptional()
    .describe('This file inside the repository. Left out: where it lies in the working copy.'),
  environments: z
    .record(nameSchema, gateRulesConfig)
    .default({})
    .describe('What each environment demands at its gates. One that is not named here demands the strictest.'),
  trusted: z
    .record(nameSchema, trustedKeyConfig)
    .default({})
    .describe(
      'Keys that may vouch for what is released. Left out: nobody is asked who has built it. With any, every environment asks unless it says otherwise.',
    ),
  quarantine: nameSchema
    .exactOptional()
    .describe('Role that may put digests into quarantine and release them from it. Left out: nobody may release one.'),
});

export type PeopleConfig = z.infer<typeof peopleConfig>;
export type PolicyConfig = z.infer<typeof policyConfig>;
export type GateRulesConfig = z.infer<typeof gateRulesConfig>;
