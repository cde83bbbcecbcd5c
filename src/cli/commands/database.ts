import { type Command, InvalidArgumentError } from 'commander';
import type { Difference } from '../../database/index.ts';
import { EXIT } from '../../model/exit.ts';
import { jsonSchema } from '../../model/json.ts';
import { parseShare } from '../../model/scalars.ts';
import { parseSize } from '../../model/size.ts';
import type { ConfigurePlan, ConfigureRequest } from '../../release/database/configure.ts';
import { type Io, painter } from '../io.ts';
import { writeOutput } from '../output-file.ts';
import type { Registry } from '../registry.ts';
import { type CommonOptions, door, withCommonOptions } from '../session.ts';
import { wholeNumber } from '../whole.ts';
import { addRotate } from './database-rotate.ts';
import { addTls } from './database-tls.ts';
import { addUsers } from './database-users.ts';

interface Options extends CommonOptions {
  readonly apply?: boolean;
  readonly check?: boolean;
  readonly file?: string;
  readonly memory?: number;
  readonly cores?: number;
  readonly disk?: 'ssd' | 'hdd';
  readonly share: number;
  readonly pool: number;
  readonly reserve: number;
  readonly serverId?: number;
  readonly admin?: string;
  readonly server?: string;
  readonly reason: string;
}

export function addDatabase(registry: Registry): void {
  const database = registry.program
    .command('database')
    .summary('set up the server of a database')
    .description(
      'Set up the server of a database by the size of its machine, and the accounts that use it. `shiplock migrate` is for what is in it.',
    );
  addConfigure(registry, database);
  addUsers(registry, database);
  addTls(registry, database);
  addRotate(registry, database);
}

function addConfigure({ io, done }: Registry, database: Command): void {
  withCommonOptions(database.command('configure'))
    .summary('memory, connections, durability and logs, from the size of the machine')
    .description(
      'Say what the server should be set to on its machine, with the reason of each setting and what it is now. With --apply what the server takes while it runs is set, as a run; the rest is for its file and its next start.',
    )
    .argument('<environment>', 'whose database')
    .option('--apply', 'set what the server takes while it runs (MySQL: SET PERSIST, MariaDB: SET GLOBAL)')
    .option('--check', 'end with 1 when something is not as it should be')
    .option('--file <file>', 'write the file of the server, with every setting; put it into its conf.d')
    .option('--memory <size>', 'memory of its machine (default: of this one), such as 16384MiB', size)
    .option('--cores <n>', 'processors of its machine (default: of this one)', wholeNumber(1, 4096))
    .option('--disk <kind>', 'ssd or hdd (default: as this machine has it)', disk)
    .option('--share <share>', 'part of the memory that the server may use', part, 0.8)
    .option('--pool <n>', 'connections that one instance opens at most', wholeNumber(1, 10_000), 10)
    .option('--reserve <n>', 'connections for people and tools', wholeNumber(1, 10_000), 30)
    .option(
      '--server-id <n>',
      'number of the server in its replication (default: the one it has)',
      wholeNumber(1, 4_294_967_295),
    )
    .option(
      '--admin <reference>',
      'connection string of an administrator, env:NAME or file:/path (default: database.dsn)',
    )
    .option('--server <program>', 'ask this program of the server (mysqld, mariadbd) whether it would start so')
    .option('--reason <text>', 'why; stands in the journal', 'database configure')
    .option('--quiet', 'no progress, only the summary')
    .addHelpText(
      'after',
      `
Examples:
  $ shiplock database configure production --memory 32768MiB --server mysqld
  $ shiplock database configure production --check
  $ shiplock database configure production --apply --file shiplock.cnf`,
    )
    .action(async (environment: string, options: Options) => {
      const request = requestOf(environment, options);
      const acts = options.apply === true;
      const { configure, planConfigure } = await import('../../release/database/configure.ts');
      const entry = await door(io, { ...options, quiet: options.quiet ?? options.json ?? false }, acts);
      if (acts) {
        const { result, plan } = await configure(entry, request);
        const file = await written(io, options, plan);
        const later = plan.differences.filter((one) => !one.same && !one.live);
        const text = [
          `${result.outcome} (run ${result.run})`,
          ...later.map(({ name, value }) => `  ${name} = ${value} needs its file and a restart`),
          ...file,
        ];
        done({
          exit: result.exit,
          text: text.join('\n'),
          json: jsonSchema.parse({
            outcome: result.outcome,
            run: result.run,
            problems: result.problems,
            ...asJson(plan),
          }),
        });
        return;
      }
      const plan = await planConfigure(entry, request);
      const file = await written(io, options, plan);
      const drift = plan.differences.some(({ same }) => !same);
      done({
        exit: options.check === true && drift ? EXIT.failed : EXIT.done,
        text: [...planText(plan, io), ...file].join('\n'),
        json: jsonSchema.parse(asJson(plan)),
      });
    });
}

function requestOf(environment: string, options: Options): ConfigureRequest {
  const { memory, cores, disk: kind, share, pool, reserve, serverId, admin, server, reason } = options;
  return {
    environment,
    machine: {
      ...(memory === undefined ? {} : { memory }),
      ...(cores === undefined ? {} : { cores }),
      ...(kind === undefined ? {} : { disk: kind }),
    },
    ...{ share, pool, reserve, why: reason },
    serverId: serverId ?? null,
    admin: admin ?? null,
    program: server ?? null,
  };
}

async function written(io: Io, { file }: Options, plan: ConfigurePlan): Promise<readonly string[]> {
  if (file === undefined) return [];
  await writeOutput(io, file, plan.file, '--file');
  return [`file: ${file}`];
}

function asJson({ wanted, version, memory, differences }: ConfigurePlan) {
  return { version, machine: wanted.machine, connections: wanted.connections, memory, settings: differences };
}

function planText(
  { version, wanted, memory, differences }: ConfigurePlan,
  io: Pick<Io, 'terminal' | 'env'>,
): readonly string[] {
  const paint = painter(io);
  const mib = (bytes: number): string => `${Math.round(bytes / 1_048_576)} MiB`;
  const width = Math.max(...differences.map(({ name }) => name.length));
  const line = (one: Difference): string => {
    const { name, now, value, same, live, why } = one;
    if (same) return `  ${paint('green', 'as it is ')}  ${name.padEnd(width)}  ${value}`;
    if (now === null) return `  ${paint('dim', 'unknown  ')}  ${name.padEnd(width)}  this server has no such setting`;
    const state = live ? paint('yellow', 'now      ') : paint('yellow', 'restart  ');
    return `  ${state}  ${name.padEnd(width)}  ${now === '' ? '(nothing)' : now} → ${value}\n${' '.repeat(width + 15)}${paint('dim', why)}`;
  };
  return [
    paint('bold', `${wanted.engine} ${version}`),
    `  ${mib(memory.total)} for the server: ${mib(memory.pool)} buffer pool, ${mib(memory.connections)} for ${wanted.connections} connections, ${mib(memory.fixed)} for itself`,
    ...differences.map(line),
  ];
}

function size(text: string): number {
  const bytes = parseSize(text);
  if (bytes !== undefined && bytes >= 268_435_456) return bytes;
  throw new InvalidArgumentError('expected a size of at least 256MiB, such as 16384MiB');
}

function part(text: string): number {
  const value = parseShare(text);
  if (value !== undefined && value > 0 && value <= 1) return value;
  throw new InvalidArgumentError('expected a share such as 80%');
}

function disk(text: string): 'ssd' | 'hdd' {
  if (text === 'ssd' || text === 'hdd') return text;
  throw new InvalidArgumentError('expected ssd or hdd');
}
