import { crc32 } from 'node:zlib';
import { bad, ok, type Problem, type Result } from '../../model/problem.ts';
import type { MigrationFile } from '../files/files.ts';
import { sqlText } from '../files/text.ts';

/** How other tools name and write their migrations. Pure. */

export const TOOLS = ['golang-migrate', 'goose', 'dbmate', 'flyway', 'liquibase'] as const;
export type Tool = (typeof TOOLS)[number];

/** A part of a file: statements to be split, or text that the tool sends as one statement. */
export interface Chunk {
  readonly sql: string;
  readonly whole: boolean;
}

/** One migration as the other tool has it. */
export interface ForeignMigration {
  /** What its table of history says: a number, a time, `1.2`, or `id::author` with Liquibase. */
  readonly version: string;
  readonly title: string;
  /** Name of its file. */
  readonly source: string;
  readonly up: readonly Chunk[];
  readonly down: readonly Chunk[];
  /** What the tool's own table holds of the text, where we can compute it. */
  readonly checksum: string | null;
}

interface Text {
  readonly name: string;
  readonly text: string;
}

/** Reads the files of a directory as the tool would, in its order. `dir` is used in problems only. */
export function readForeign(
  tool: Tool,
  files: readonly MigrationFile[],
  dir: string,
): Result<readonly ForeignMigration[]> {
  const problems: Problem[] = [];
  const texts: Text[] = [];
  for (const { name, bytes } of files) {
    if (!name.endsWith('.sql')) {
      // Code of a program is no SQL; leaving it out would leave a hole in the history.
      if (/^\d+.*\.(?:go|java|xml|ya?ml|json)$/.test(name))
        problems.push(unreadable(`${dir}/${name}`, 'a migration that is no SQL'));
      continue;
    }
    const text = sqlText(bytes, `${dir}/${name}`);
    if (text.ok) texts.push({ name, text: text.value.replace(/^\uFEFF/, '') });
    else problems.push(...text.problems);
  }
  const read = READERS[tool](texts, (name, found) => problems.push(unreadable(`${dir}/${name}`, found)));
  if (read.length === 0 && problems.length === 0) problems.push(unreadable(dir, `no migration of ${tool}`));
  return problems.length > 0 ? bad(...problems) : ok(read);
}

type Refuse = (name: string, found: string) => void;
type Reader = (texts: readonly Text[], refuse: Refuse) => readonly ForeignMigration[];

const split = (sql: string): readonly Chunk[] => (sql.trim() === '' ? [] : [{ sql, whole: false }]);

/** By numbers where both are, so that 10 comes after 9; `1.10` after `1.9`. */
function inOrder(a: ForeignMigration, b: ForeignMigration): number {
  const parts = ({ version }: ForeignMigration): readonly bigint[] => version.split(/[._]/).map((part) => BigInt(part));
  const [first, second] = [parts(a), parts(b)];
  for (let at = 0; at < Math.max(first.length, second.length); at += 1) {
    const [x, y] = [first[at] ?? 0n, second[at] ?? 0n];
    if (x !== y) return x < y ? -1 : 1;
  }
  return 0;
}

const golangMigrate: Reader = (texts, refuse) => {
  const downs = new Map<string, string>();
  const ups: Text[] = [];
  for (const one of texts) {
    const match = /^(\d+)_.*\.(up|down)\.sql$/.exec(one.name);
    if (match === null) refuse(one.name, 'a name that is not VERSION_title.up.sql or VERSION_title.down.sql');
    else if (match[2] === 'up') ups.push(one);
    else downs.set(String(BigInt(match[1] ?? '0')), one.text);
  }
  return ups
    .map(({ name, text }) => {
      const [, digits = '0', title = ''] = /^(\d+)_(.*)\.up\.sql$/.exec(name) ?? [];
      const version = String(BigInt(digits));
      return { version, title, source: name, up: split(text), down: split(downs.get(version) ?? ''), checksum: null };
    })
    .toSorted(inOrder);
};

const goose: Reader = (texts, refuse) =>
  texts
    .flatMap(({ name, text }) => {
      const [, digits, title = ''] = /^(\d+)_(.*)\.sql$/.exec(name) ?? [];
      if (digits === undefined) {
        refuse(name, 'a name that is not VERSION_title.sql');
        return [];
      }
      const parts: { readonly up: Chunk[]; readonly down: Chunk[] } = { up: [], down: [] };
      let into: Chunk[] | undefined;
      let whole = false;
      let lines: string[] = [];
      const close = (): void => {
        const sql = lines.join('\n');
        lines = [];
        // The tool sends what lies between the two lines as it is; a `;` at its end is none of the statement.
        if (sql.trim() !== '') into?.push({ sql: whole ? sql.trim().replace(/;$/, '') : sql, whole });
      };
      for (const line of text.split('\n')) {
        const command = /^--\s*\+goose\s+(.+?)\s*$/i.exec(line.replace(/\r$/, ''))?.[1]?.toLowerCase();
        if (command === undefined) lines.push(line);
        else {
          if (into !== undefined) close();
          lines = [];
          if (command === 'up') into = parts.up;
          else if (command === 'down') into = parts.down;
          else if (command === 'statementbegin') whole = true;
          else if (command === 'statementend') whole = false;
          else if (command !== 'no transaction')
            refuse(name, `the command +goose ${command}, whose meaning a file of SQL cannot keep`);
        }
      }
      if (into === undefined) refuse(name, 'no line `-- +goose Up`');
      else close();
      return [{ version: String(BigInt(digits)), title, source: name, up: parts.up, down: parts.down, checksum: null }];
    })
    .toSorted(inOrder);

const dbmate: Reader = (texts, refuse) =>
  texts
    .flatMap(({ name, text }) => {
      const [, version, title = ''] = /^(\d+)_(.*)\.sql$/.exec(name) ?? [];
      const up = /^--\s*migrate:up(?:[ \t][^\n]*)?$/m.exec(text);
      const down = /^--\s*migrate:down(?:[ \t][^\n]*)?$/m.exec(text);
      if (version === undefined || up === null) {
        refuse(name, version === undefined ? 'a name that is not VERSION_title.sql' : 'no line `-- migrate:up`');
        return [];
      }
      const from = up.index + up[0].length;
      const to = down !== null && down.index > from ? down.index : text.length;
      const back = down === null ? '' : text.slice(down.index + down[0].length);
      return [{ version, title, source: name, up: split(text.slice(from, to)), down: split(back), checksum: null }];
    })
    .toSorted(inOrder);

const flyway: Reader = (texts, refuse) => {
  const undo = new Map<string, string>();
  const ups: (Text & { readonly version: string; readonly title: string })[] = [];
  for (const one of texts) {
    const match = /^([VU])(\d+(?:[._]\d+)*)__(.*)\.sql$/.exec(one.name);
    const version = (match?.[2] ?? '').replaceAll('_', '.');
    if (match === null)
      refuse(one.name, 'a name that is not V1__title.sql; one that is repeated (R__) has no place in a history');
    else if (/\$\{[^}]*\}/.test(one.text)) refuse(one.name, 'a placeholder ${…}, which the tool fills in when it runs');
    else if (match[1] === 'U') undo.set(version, one.text);
    else ups.push({ ...one, version, title: match[3] ?? '' });
  }
  return ups
    .map(({ name, text, version, title }) => ({
      ...{ version, title, source: name, up: split(text), down: split(undo.get(version) ?? '') },
      checksum: String(flywayChecksum(text)),
    }))
    .toSorted(inOrder);
};

/** CRC-32 of the lines without their ends, as a signed number of 32 bits. */
export function flywayChecksum(text: string): number {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  // A reader of lines knows no empty line behind the last end.
  if (lines.at(-1) === '') lines.pop();
  let sum = 0;
  for (const line of lines) sum = crc32(Buffer.from(line), sum);
  return sum | 0;
}

const liquibase: Reader = (texts, refuse) =>
  // Files in the order of their names, as `includeAll` takes them; change sets in the order in which they stand.
  texts
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(({ name, text }) => {
      if (!/^\s*--\s*liquibase\s+formatted\s+sql/i.test(text)) {
        refuse(name, 'no first line `--liquibase formatted sql`');
        return [];
      }
      const sets = text.split(/^--\s*changeset\s+/im).slice(1);
      if (sets.length === 0) refuse(name, 'no line `--changeset author:id`');
      return sets.map((set) => {
        const [head = '', ...rest] = set.split('\n');
        const [, author = '', id = '', attributes = ''] =
          /^("[^"]*"|[^:\s]+):("[^"]*"|\S+)\s*(.*)$/.exec(head.trim()) ?? [];
        if (id === '') refuse(name, `a change set without author:id: ${head.trim()}`);
        const strange =
          /(?:runAlways|runOnChange|context|contextFilter|labels|dbms|splitStatements|endDelimiter)\s*:\s*\S+/i.exec(
            attributes,
          );
        if (strange !== null)
          refuse(name, `${author}:${id} with ${strange[0]}, which decides at each run what is done`);
        const down: string[] = [];
        const up: string[] = [];
        for (const line of rest) {
          const back = /^--\s*rollback\s?(.*)$/i.exec(line)?.[1];
          if (back !== undefined) down.push(back);
          else if (/^--\s*(?:precondition|validCheckSum)/i.test(line))
            refuse(name, `${author}:${id} with ${line.trim()}`);
          else up.push(line);
        }
        const bare = (word: string): string => word.replace(/^"|"$/g, '');
        return {
          version: `${bare(id)}::${bare(author)}`,
          title: `${name.replace(/\.sql$/, '')}_${bare(id)}`,
          source: name,
          up: split(up.join('\n')),
          down: split(down.join('\n')),
          checksum: null,
        };
      });
    });

const READERS: Readonly<Record<Tool, Reader>> = { 'golang-migrate': golangMigrate, goose, dbmate, flyway, liquibase };

function unreadable(where: string, found: string): Problem {
  return {
    code: 'migrate.import-unreadable',
    where,
    found,
    expected: 'migrations in SQL that mean the same at every run',
    remedy: 'write what it did as SQL in a file that the tool reads, or leave the directory to the tool that wrote it',
  };
}
