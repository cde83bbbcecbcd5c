import { bad, ok, type Problem, type Result } from '../../model/problem.ts';
import { personalByName, personalByValues } from './personal.ts';
import { parseRule, type Rule, ruleText } from './rules.ts';
import type { CopyColumn, CopyTable } from './structure.ts';

/** What becomes of every table and column, decided before a single row is copied. Pure. */

export type TableRules = Readonly<Record<string, 'empty' | Readonly<Record<string, string>>>>;

export interface ColumnPlan {
  readonly column: CopyColumn;
  readonly rule: Rule;
  /** Columns of one realm turn the same value into the same one. */
  readonly realm: string;
  readonly unique: boolean;
}

export interface TablePlan {
  readonly table: CopyTable;
  /** Null: none of its rows is copied. */
  readonly columns: readonly ColumnPlan[] | null;
}

/** A few values of each column, `table.column` → texts: what they look like decides about a column that nobody listed. */
export type Samples = ReadonlyMap<string, readonly string[]>;

export function copyPlan(
  tables: readonly CopyTable[],
  rules: TableRules,
  samples: Samples,
): Result<readonly TablePlan[]> {
  const problems: Problem[] = [...unknownNames(tables, rules)];
  const realms = realmsOf(tables);
  const plans = tables.map((table): TablePlan => {
    const listed = rules[table.name];
    if (listed === 'empty') return { table, columns: null };
    return { table, columns: table.columns.map((column) => columnPlan(table, column)) };
  });

  function columnPlan(table: CopyTable, column: CopyColumn): ColumnPlan {
    const path = `${table.name}.${column.name}`;
    const realm = realms.get(path) ?? path;
    const unique = table.uniques.some((key) => key.length === 1 && key[0] === column.name);
    const text = ruleFor(path, rules) ?? ruleFor(realm, rules);
    if (text === undefined) {
      const why = personalByName(column.name, column.family, table.name) ?? personalByValues(samples.get(path) ?? []);
      if (why !== undefined) problems.push(unlisted(path, why));
      return { column, rule: { kind: 'keep' }, realm, unique };
    }
    const parsed = parseRule(text);
    const inherited = ruleFor(path, rules) === undefined;
    const rule: Rule = parsed.ok ? parsed.value : { kind: 'keep' };
    problems.push(...(parsed.ok ? [] : parsed.problems), ...(inherited ? [] : misfits(path, rule, column, unique)));
    const own = ruleFor(path, rules);
    const theirs = ruleFor(realm, rules);
    if (realm !== path && own !== undefined && own !== (theirs ?? 'keep'))
      problems.push(otherThanItsParent(path, own, realm, theirs));
    return { column, rule, realm, unique };
  }

  for (const { table, columns } of plans) {
    if (columns === null) problems.push(...emptyParents(table, tables, rules));
  }
  return problems.length > 0 ? bad(...problems) : ok(plans);
}

function ruleFor(path: string, rules: TableRules): string | undefined {
  const dot = path.indexOf('.');
  const listed = rules[path.slice(0, dot)];
  return listed === undefined || listed === 'empty' ? undefined : listed[path.slice(dot + 1)];
}

/** Where a foreign key points to in the end, `table.column` → `table.column`: both ends must become the same. */
function realmsOf(tables: readonly CopyTable[]): ReadonlyMap<string, string> {
  const points = new Map<string, string>();
  for (const { name, foreignKeys } of tables) {
    for (const { columns, table, references } of foreignKeys) {
      for (const [index, column] of columns.entries()) points.set(`${name}.${column}`, `${table}.${references[index]}`);
    }
  }
  const realms = new Map<string, string>();
  for (const start of points.keys()) {
    let at = start;
    const seen = new Set<string>();
    while (!seen.has(at)) {
      seen.add(at);
      at = points.get(at) ?? at;
    }
    realms.set(start, at);
  }
  return realms;
}

function unknownNames(tables: readonly CopyTable[], rules: TableRules): readonly Problem[] {
  const problems: Problem[] = [];
  for (const [name, listed] of Object.entries(rules)) {
    const table = tables.find((one) => one.name === name);
    if (table === undefined) {
      problems.push(unknown(name, 'a table of this database'));
    } else if (listed !== 'empty') {
      for (const column of Object.keys(listed)) {
        if (!table.columns.some((one) => one.name === column))
          problems.push(unknown(`${name}.${column}`, `a column of ${name}`));
      }
    }
  }
  return problems;
}

/** A rule that would make the rows impossible to store, or do nothing of what it says. */
function misfits(path: string, rule: Rule, column: CopyColumn, unique: boolean): readonly Problem[] {
  const { family, nullable, type } = column;
  const text = family === 'text';
  if (rule.kind === 'null' && !nullable)
    return [misfit(path, rule, 'a column that may be NULL', `it is ${type} NOT NULL`)];
  if (rule.kind === 'fake' && !text) return [misfit(path, rule, 'a column of text', `it is ${type}`)];
  if (rule.kind === 'truncate-to' && family !== 'date')
    return [misfit(path, rule, 'a date or a moment', `it is ${type}`)];
  if (rule.kind === 'truncate' && !text && family !== 'integer' && family !== 'number') {
    return [misfit(path, rule, 'a text or a number', `it is ${type}`)];
  }
  if (rule.kind === 'hash' && !text && family !== 'integer' && family !== 'binary') {
    return [misfit(path, rule, 'a text, a whole number or bytes', `it is ${type}`)];
  }
  if (!unique) return [];
  if (rule.kind === 'truncate' || rule.kind === 'truncate-to') {
    return [misfit(path, rule, 'a rule that keeps values apart', 'it has a unique key')];
  }
  const least = rule.kind === 'fake' ? 30 : 13;
  if ((rule.kind === 'fake' || (rule.kind === 'hash' && family !== 'integer')) && (column.length ?? least) < least) {
    return [
      misfit(
        path,
        rule,
        `room for ${least} characters, since no two may become the same`,
        `it is ${type}, with a unique key`,
      ),
    ];
  }
  return [];
}

/** Rows that point to a table which is left empty would point to nothing. */
function emptyParents(parent: CopyTable, tables: readonly CopyTable[], rules: TableRules): readonly Problem[] {
  return tables
    .filter(
      ({ name, foreignKeys }) => rules[name] !== 'empty' && foreignKeys.some(({ table }) => table === parent.name),
    )
    .filter(({ name }) => name !== parent.name)
    .map(({ name }) => ({
      code: 'desensitise.empty-parent',
      where: `database.desensitise.tables.${parent.name}`,
      found: `empty, but rows of ${name} point to it`,
      expected: 'rows whose parents are copied too',
      remedy: `write \`${name}: empty\` too, or list the columns of ${parent.name}`,
    }));
}

function unlisted(path: string, why: string): Problem {
  const [table = '', column = ''] = path.split('.');
  return {
    code: 'desensitise.looks-personal',
    where: path,
    found: `no rule, and ${why}`,
    expected: 'a rule for every column that may say something about a person',
    remedy: `write \`${column}: hash\`, \`fake …\` or \`truncate …\` under database.desensitise.tables.${table}; \`keep\` if nothing personal stands there`,
  };
}

function otherThanItsParent(path: string, own: string, realm: string, theirs: string | undefined): Problem {
  return {
    code: 'desensitise.other-than-parent',
    where: path,
    found: `${own}, but ${realm}, to which it points, has ${theirs ?? 'no rule'}`,
    expected: 'one rule for both ends of a foreign key',
    remedy: `take the rule of ${path} out: it follows ${realm}`,
  };
}

function misfit(path: string, rule: Rule, expected: string, found: string): Problem {
  return {
    code: 'desensitise.misfit',
    where: path,
    found: `${ruleText(rule)}, but ${found}`,
    expected,
    remedy: 'choose another rule; docs/desensitise.md lists what each fits',
  };
}

function unknown(path: string, expected: string): Problem {
  return {
    code: 'desensitise.unknown-name',
    where: `database.desensitise.tables.${path}`,
    found: 'no such name in the database',
    expected,
    remedy: 'mend the name, or take it out',
  };
}
