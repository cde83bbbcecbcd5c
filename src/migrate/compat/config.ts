import { z } from 'zod';
import { duration, filePathSchema } from '../../model/scalars.ts';

const nothing = 'the words of a command, for instance [go, test, ./...]';

/** Group `database.compatibility`: how the service's own tests are run against a database. */
export const compatibilityConfig = z
  .strictObject({
    command: z
      .array(z.string().min(1, nothing), { error: nothing })
      .min(1, nothing)
      .readonly()
      .describe('The test suite of the service that asks its database; no shell is involved.'),
    directory: filePathSchema.prefault('.').describe('Where the suite is started.'),
    env: z
      .record(z.string().regex(/^[A-Za-z_]\w*$/, 'a name of letters, digits and _'), z.string())
      .readonly()
      .describe(
        'Variables that tell it where the database is: `{user}`, `{password}`, `{host}`, `{port}` and `{database}` are put in.',
      ),
    required: z
      .boolean()
      .default(false)
      .describe('What the header of a migration declares is not enough: a release waits for `shiplock migrate prove`.'),
    timeout: duration({ min: 1000 }).prefault('10m').describe('How long the suite may run.'),
  })
  .describe(
    'How `shiplock migrate prove` finds out which versions run on which schema: the suite of each release is run on the schema of the other.',
  );

export type CompatibilityConfig = z.infer<typeof compatibilityConfig>;

const PLACES = ['user', 'password', 'host', 'port', 'database'] as const;

/** Puts the address of a database into the variables of a suite. Pure. */
export function suiteEnv(
  env: Readonly<Record<string, string>>,
  address: Readonly<Record<(typeof PLACES)[number], string>>,
): Readonly<Record<string, string>> {
  const filled = (text: string): string =>
    PLACES.reduce((so, place) => so.replaceAll(`{${place}}`, address[place]), text);
  return Object.fromEntries(Object.entries(env).map(([name, text]) => [name, filled(text)]));
}
