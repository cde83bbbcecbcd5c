import type { ServerFacts, TableFacts } from '../plan/facts.ts';
import type { RewriteConfig } from './config.ts';
import { isPlainName } from './names.ts';

/** Which tool can copy a table without losing something. Pure. */

type Tool = 'gh-ost' | 'pt-online-schema-change';

export interface Fitting {
  readonly table: TableFacts;
  readonly server: ServerFacts;
  /** The part after ALTER TABLE t. */
  readonly parts: string;
  /** How many unique indexes the change makes. */
  readonly unique: number;
}

export type Fit =
  | { readonly kind: 'tool'; readonly tool: Tool; readonly notes: readonly string[] }
  | { readonly kind: 'none'; readonly why: string };

/** gh-ost before the other, since it needs no triggers; only the one that is configured, unless that is `auto`. */
export function fitting({ tool, foreignKeys }: RewriteConfig, input: Fitting): Fit {
  const wanted: readonly Tool[] =
    tool === 'auto' ? ['gh-ost', 'pt-online-schema-change'] : tool === 'never' ? [] : [tool];
  const refused: string[] = [];
  for (const one of wanted) {
    const against = unfit(one, input, foreignKeys);
    if (against.length === 0) {
      const before = refused.map((why) => `not by ${why}`);
      return { kind: 'tool', tool: one, notes: [...before, ...told(one, input)] };
    }
    refused.push(`${one}: ${against.join('; ')}`);
  }
  return { kind: 'none', why: `${input.table.table} cannot be changed by ${refused.join(', nor by ')}` };
}

function unfit(
  tool: Tool,
  { table, server, parts, unique }: Fitting,
  keys: RewriteConfig['foreignKeys'],
): readonly string[] {
  const found: string[] = [];
  const all = (condition: boolean, why: string): void => {
    if (condition) found.push(why);
  };
  all(!table.keyed, 'it has neither a primary key nor a unique one without NULL');
  all(table.triggers > 0, 'it has triggers');
  // Their constraints would follow the table as it was, or be made anew with a copy of each child.
  all(table.keysIn > 0, 'foreign keys lead to it');
  // Both copy with INSERT IGNORE or REPLACE: a row that is there twice would be left out without a word.
  all(unique > 0, 'the change makes a unique index, and rows that do not fit it would be left out');
  all(/\b(?:RENAME|CHANGE)\b/i.test(parts), 'the change renames something, and the tool could take that for a drop');
  all(/\bDROP\s+PRIMARY\s+KEY\b/i.test(parts), 'the change drops the primary key');
  all(!isPlainName(table.table), 'its name has other letters than A-Z, a-z, 0-9, _ and $');
  if (tool === 'gh-ost') {
    all(server.family !== 'mysql', 'it does not know MariaDB');
    all(table.keysOut > 0, 'it has foreign keys');
    all(server.binlog !== 'ROW', `the binary log is ${server.binlog}, not ROW`);
    all(!server.fullRows, 'binlog_row_image is not FULL');
  } else {
    all(
      table.keysOut > 0 && keys === 'refuse',
      'its foreign keys would get other names (database.rewrite.foreignKeys: rename)',
    );
  }
  return found;
}

function told(tool: Tool, { table }: Fitting): readonly string[] {
  if (tool === 'gh-ost') return ['gh-ost needs the rights REPLICATION SLAVE, REPLICATION CLIENT and SELECT ON performance_schema.*'];
  return [
    'it needs the right TRIGGER, with a binary log also log_bin_trust_function_creators or SUPER',
    ...(table.keysOut > 0 ? ['the names of its foreign keys will begin with one more underscore, or one less'] : []),
  ];
}
