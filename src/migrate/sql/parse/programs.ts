import type { ObjectName, ProgramStatement } from '../tree.ts';
import { alterAccounts, createAccounts } from './accounts.ts';
import { programBody } from './bodies.ts';
import { event } from './events.ts';
import { account, accountName, ifExists, ifNotExists } from './names.ts';
import { query } from './queries.ts';
import type { Reader } from './reader.ts';
import { alterRoutine, createRoutine, type Head } from './routines.ts';
import { storageObject } from './storage.ts';
import { nameList } from './tables-read.ts';

/** CREATE, ALTER, DROP and RENAME of what is no table. */

export type Verb = ProgramStatement['verb'];
type Said = Omit<ProgramStatement, 'mentions'>;
type Found = Pick<Said, 'names' | 'on'>;

const BOTH = ['VIEW', 'TRIGGER', 'PROCEDURE', 'FUNCTION', 'EVENT', 'DATABASE', 'SCHEMA', 'USER', 'ROLE', 'SERVER'];
const OBJECTS = {
  mariadb: [...BOTH, 'SEQUENCE', 'TABLESPACE', 'LOGFILE GROUP'],
  mysql: [
    ...BOTH,
    'UNDO TABLESPACE',
    'TABLESPACE',
    'LOGFILE GROUP',
    'RESOURCE GROUP',
    'SPATIAL REFERENCE SYSTEM',
    'LIBRARY',
    'INSTANCE',
    'JSON RELATIONAL DUALITY VIEW',
    'JSON DUALITY VIEW',
    'MASKING POLICY',
  ],
} as const;

/** Behind the verb. */
export function programStatement(r: Reader, verb: Verb, orReplace: boolean): ProgramStatement {
  const { value, seen } = r.collect(() => whole(r, verb, orReplace));
  const mentions = [...new Set([...seen.tables.map((table) => table.name), ...seen.columns])];
  return { ...value, mentions };
}

function whole(r: Reader, verb: Verb, orReplace: boolean): Said {
  const head = verb === 'create' || verb === 'alter' ? headOf(r) : { definer: null, aggregate: false };
  if (r.mariadb && r.is('TEMPORARY', 'SEQUENCE')) r.need('TEMPORARY');
  const object = r.needOneOf(OBJECTS[r.dialect]);
  const missing = verb === 'create' && (r.mariadb || !orReplace) && ifNotExists(r);
  const present = verb !== 'create' && ifExists(r);
  const base = {
    kind: 'program' as const,
    verb,
    object,
    ifNotExists: missing,
    ifExists: present,
    orReplace,
    definer: head.definer,
  };
  return { ...base, ...contents(r, verb, object, head) };
}

function contents(r: Reader, verb: Verb, object: string, head: Head): Found {
  if (verb === 'drop') return { names: dropped(r, object), on: null };
  if (verb === 'rename') {
    if (object !== 'USER') r.fail('USER');
    return { names: renamed(r), on: null };
  }
  if (object === 'USER' || object === 'ROLE') {
    return { names: verb === 'create' ? createAccounts(r, object) : alterAccounts(r, object), on: null };
  }
  if (object === 'TRIGGER') {
    if (verb !== 'create') r.fail('VIEW, DATABASE, …');
    const name = r.objectName();
    return { names: [name], on: trigger(r) };
  }
  return { names: named(r, verb, object, head), on: null };
}

function named(r: Reader, verb: Verb, object: string, head: Head): readonly ObjectName[] {
  if (object === 'VIEW' || object.endsWith('DUALITY VIEW')) return [view(r)];
  if (object === 'MASKING POLICY') return [maskingPolicy(r)];
  if (object === 'EVENT') return [event(r, verb === 'create')];
  if (object === 'PROCEDURE' || object === 'FUNCTION') {
    return [verb === 'create' ? createRoutine(r, object, head) : alterRoutine(r)];
  }
  return storageObject(r, verb === 'create', object);
}

/** What may stand between CREATE and the object. */
function headOf(r: Reader): Head {
  if (r.is('ALGORITHM')) {
    r.next();
    r.needSymbol('=');
    r.needOneOf(['UNDEFINED', 'MERGE', 'TEMPTABLE']);
  }
  let definer: string | null = null;
  if (r.take('DEFINER')) {
    r.needSymbol('=');
    definer = account(r);
  }
  if (r.is('SQL', 'SECURITY')) {
    r.need('SQL', 'SECURITY');
    r.needOneOf(['DEFINER', 'INVOKER']);
  }
  return { definer, aggregate: r.take('AGGREGATE') };
}

function renamed(r: Reader): readonly ObjectName[] {
  return r
    .list(() => {
      const from = accountName(r);
      r.need('TO');
      return [from, accountName(r)];
    })
    .flat();
}

function dropped(r: Reader, object: string): readonly ObjectName[] {
  if (object === 'USER' || object === 'ROLE') return r.list(() => accountName(r));
  if (object === 'INSTANCE') r.fail('an object that can be dropped');
  if (object === 'SPATIAL REFERENCE SYSTEM') {
    r.number();
    return [];
  }
  if (object === 'SERVER') {
    const place = r.place;
    const name = r.nameOrString();
    return [{ schema: null, name, span: r.spanFrom(place) }];
  }
  const several = object === 'VIEW' || object === 'SEQUENCE';
  const names = several ? r.list(() => r.objectName()) : [r.objectName()];
  if (object === 'VIEW') r.takeOneOf(['RESTRICT', 'CASCADE']);
  if (object === 'RESOURCE GROUP') r.take('FORCE');
  if (object.endsWith('TABLESPACE') || object === 'LOGFILE GROUP') {
    while (r.is('ENGINE') || r.is('STORAGE') || r.is('WAIT') || r.is('NO_WAIT')) {
      if (r.take('WAIT') || r.take('NO_WAIT')) continue;
      r.take('STORAGE');
      r.need('ENGINE');
      r.takeSymbol('=');
      r.nameOrString();
      r.takeSymbol(',');
    }
  }
  return names;
}

function view(r: Reader): ObjectName {
  const name = r.objectName();
  if (r.symbol('(')) nameList(r);
  r.need('AS');
  query(r);
  if (r.take('WITH')) {
    r.takeOneOf(['CASCADED', 'LOCAL']);
    r.need('CHECK', 'OPTION');
  }
  return name;
}

/** `p (column) expression`. */
function maskingPolicy(r: Reader): ObjectName {
  const name = r.objectName();
  r.parenthesised(() => r.list(() => r.name()));
  r.expr();
  return name;
}

function trigger(r: Reader): ObjectName {
  r.needOneOf(['BEFORE', 'AFTER']);
  r.needOneOf(['INSERT', 'UPDATE', 'DELETE']);
  r.need('ON');
  const on = r.table();
  r.need('FOR', 'EACH', 'ROW');
  if (r.takeOneOf(['FOLLOWS', 'PRECEDES']) !== null) r.nameOrString();
  programBody(r);
  return on;
}
