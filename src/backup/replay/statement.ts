/** Which tables a statement of a binary log changes, as far as its first words tell. For finding and showing it, never for deciding what to replay. Pure. */

export type ChangeKind = 'insert' | 'update' | 'delete' | 'drop' | 'truncate' | 'definition';

export interface Change {
  /** `database.table`; `database.*` for a whole database. */
  readonly table: string;
  readonly kind: ChangeKind;
}

/** Longest that is kept of a statement. */
const SHOWN = 200;

/** A statement on one line, without comments, cut to a length that a person reads. */
export function shownStatement(text: string): string {
  const plain = withoutComments(text).replace(/\s+/g, ' ').trim();
  return plain.length > SHOWN ? `${plain.slice(0, SHOWN - 1)}…` : plain;
}

/** Comments out, strings as they are. What stands in version comments counts. */
function withoutComments(text: string): string {
  return text
    .slice(0, 20_000)
    .replace(
      /('(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*"|`(?:[^`]|``)*`)|\/\*M?!\d*(.*?)\*\/|\/\*.*?\*\/|(?:--\s|#)[^\n]*/gs,
      (_all, quoted: string | undefined, versioned: string | undefined) => quoted ?? versioned ?? ' ',
    );
}

const NAME = '(?:`(?:[^`]|``)+`|"(?:[^"]|"")+"|[\\p{L}\\p{N}_$]+)';
const TABLE = `${NAME}(?:\\s*\\.\\s*${NAME})?`;
const LIST = `(${TABLE}(?:\\s*,\\s*${TABLE})*)`;

interface Form {
  readonly kind: ChangeKind;
  readonly pattern: RegExp;
}

const form = (kind: ChangeKind, pattern: string): Form => ({ kind, pattern: new RegExp(`^\\s*${pattern}`, 'iu') });

const FORMS: readonly Form[] = [
  form('drop', `DROP\\s+TABLES?\\s+(?:IF\\s+EXISTS\\s+)?${LIST}`),
  form('truncate', `TRUNCATE\\s+(?:TABLE\\s+)?${LIST}`),
  form('definition', `ALTER\\s+(?:ONLINE\\s+|IGNORE\\s+)*TABLE\\s+(?:IF\\s+EXISTS\\s+)?${LIST}`),
  form('definition', `CREATE\\s+(?:OR\\s+REPLACE\\s+)?TABLE\\s+(?:IF\\s+NOT\\s+EXISTS\\s+)?${LIST}`),
  form(
    'definition',
    `CREATE\\s+(?:OR\\s+REPLACE\\s+)?(?:UNIQUE\\s+|FULLTEXT\\s+|SPATIAL\\s+)?INDEX\\s.*?\\sON\\s+${LIST}`,
  ),
  form('definition', `DROP\\s+INDEX\\s.*?\\sON\\s+${LIST}`),
  form(
    'insert',
    `(?:INSERT|REPLACE)\\s+(?:LOW_PRIORITY\\s+|DELAYED\\s+|HIGH_PRIORITY\\s+|IGNORE\\s+)*(?:INTO\\s+)?${LIST}`,
  ),
  form('update', `UPDATE\\s+(?:LOW_PRIORITY\\s+|IGNORE\\s+)*${LIST}`),
  form('delete', `DELETE\\s+(?:LOW_PRIORITY\\s+|QUICK\\s+|IGNORE\\s+)*FROM\\s+${LIST}`),
];

const DROP_DATABASE = new RegExp(`^\\s*DROP\\s+(?:DATABASE|SCHEMA)\\s+(?:IF\\s+EXISTS\\s+)?(${NAME})`, 'iu');
const RENAME = /^\s*RENAME\s+TABLES?\s+(?:IF\s+EXISTS\s+)?(.*)$/isu;

/** What a statement does to which tables; nothing where its form is not known. */
export function changesOf(text: string, database: string): readonly Change[] {
  const plain = withoutComments(text);
  const [, dropped] = DROP_DATABASE.exec(plain) ?? [];
  if (dropped !== undefined) return [{ table: `${unquoted(dropped)}.*`, kind: 'drop' }];
  const [, renamed] = RENAME.exec(plain) ?? [];
  if (renamed !== undefined) {
    return namesIn(renamed.replace(/\s+TO\s+/giu, ', '), database).map((table) => ({ table, kind: 'definition' }));
  }
  for (const { kind, pattern } of FORMS) {
    const [, list] = pattern.exec(plain) ?? [];
    if (list !== undefined) return namesIn(list, database).map((table) => ({ table, kind }));
  }
  return [];
}

function namesIn(list: string, database: string): readonly string[] {
  const names = list.matchAll(new RegExp(`(${NAME})(?:\\s*\\.\\s*(${NAME}))?`, 'gu'));
  return [...names].map(([, first = '', second]) =>
    second === undefined ? `${database}.${unquoted(first)}` : `${unquoted(first)}.${unquoted(second)}`,
  );
}

function unquoted(name: string): string {
  const quote = name[0];
  if (quote !== '`' && quote !== '"') return name;
  return name.slice(1, -1).replaceAll(`${quote}${quote}`, quote);
}

/** Words of a statement that only frame a transaction. */
export function isFrame(text: string): boolean {
  return /^\s*(?:BEGIN|START\s+TRANSACTION|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|XA|SET)\b/i.test(text);
}

/** The last statement of a transaction that does not end with an event of its own. */
export function endsTransaction(text: string): boolean {
  return /^\s*(?:COMMIT|ROLLBACK(?!\s+TO\b)|XA\s+(?:COMMIT|ROLLBACK|PREPARE))\b/i.test(text.slice(0, 200));
}
