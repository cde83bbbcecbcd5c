import type { Check, Checked } from '../model/check.ts';
import type { DatabaseServer, Family, MigrationDatabase } from './server/database.ts';

/** What migrations need: a server that answers, of the family that is configured, and a look at what is applied. */
export function databaseChecks(options: {
  readonly engine: Family;
  readonly database: () => MigrationDatabase | Promise<MigrationDatabase>;
}): readonly Check[] {
  return [
    {
      id: 'database.server',
      title: 'Database',
      look: async () => serverAnswer(options.engine, (await (await options.database()).look()).server),
    },
  ];
}

/** Pure. */
export function serverAnswer(engine: Family, { family, version }: DatabaseServer): Checked {
  if (family === engine) return { state: 'ok', found: `${family} ${version} answers` };
  return {
    state: 'failed',
    found: `${family} ${version}`,
    expected: `${engine}, as database.engine says: the two do not change tables alike`,
    mend: `write \`engine: ${family}\` under \`database:\`, or point database.dsn at the right server`,
  };
}
