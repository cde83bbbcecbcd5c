import { resolve } from 'node:path';
import { bringBack, lookBack, type TableBack } from '../../backup/replay/index.ts';
import { EXIT } from '../../model/exit.ts';
import { jsonSchema } from '../../model/json.ts';
import { ProblemError } from '../../model/problem.ts';
import { parseDsn } from '../../procedure/effects/sql.ts';
import { createSecrets } from '../../procedure/index.ts';
import type { CommandResult, Io } from '../io.ts';

export interface TableOptions {
  readonly as: string;
  readonly socket: string;
  readonly to: string;
  readonly where?: string;
  readonly user: string;
  readonly password?: string;
  readonly dryRun?: boolean;
}

/** One table, or some rows of it, from a restored server beside the live one. */
export async function restoreTable(io: Io, name: string, options: TableOptions): Promise<CommandResult> {
  const [, database, table] = /^([^.]+)\.(.+)$/.exec(name) ?? [];
  if (database === undefined || table === undefined) {
    throw new ProblemError({
      code: 'cli.usage',
      where: 'the command line',
      found: name,
      expected: 'database.table',
      remedy: 'write the database before the table: shop.orders',
    });
  }
  const secrets = createSecrets({ env: io.env, base: io.cwd });
  const { as, where } = options;
  const password = options.password === undefined ? {} : { password: secrets.get(options.password) };
  const wanted: TableBack = {
    ...{ as, database, table },
    ...(where === undefined ? {} : { where }),
    from: { socketPath: resolve(io.cwd, options.socket), user: options.user, ...password },
    to: parseDsn(secrets.get(options.to)),
  };
  if (options.dryRun === true) {
    const { rows, swap } = await lookBack(wanted);
    const text = `${rows} rows of ${name} would become ${database}.${as}; then, if you want it in its place:\n${swap.join('\n')}`;
    return { exit: EXIT.done, text, json: jsonSchema.parse({ dryRun: true, rows, swap: [...swap] }) };
  }
  const { rows, sha256, swap, notes } = await bringBack(wanted);
  const lines = [
    `${rows} rows of ${name} are now ${database}.${as}, compared; if you want it in its place:`,
    ...swap,
    ...notes.map((note) => `beware: ${note}`),
  ];
  return {
    exit: EXIT.done,
    text: lines.join('\n'),
    json: jsonSchema.parse({ dryRun: false, rows, sha256, swap: [...swap], notes: [...notes] }),
  };
}
