import type { ObjectName } from '../tree.ts';
import { programBody, variableType } from './bodies.ts';
import { foreignText } from './names.ts';
import type { Reader } from './reader.ts';

/** Procedures and functions. */

/** What stood in front of the word. */
export interface Head {
  readonly definer: string | null;
  readonly aggregate: boolean;
}

export function createRoutine(r: Reader, object: 'PROCEDURE' | 'FUNCTION', head: Head): ObjectName {
  const name = r.objectName();
  if (object === 'FUNCTION' && r.is('RETURNS')) {
    // Loadable functions have no parameters, and nobody's rights.
    if (head.definer !== null) r.fail('(');
    r.need('RETURNS');
    r.needOneOf(['STRING', 'INTEGER', 'INT', 'REAL', 'DECIMAL']);
    r.need('SONAME');
    r.string('the name of a library');
    return name;
  }
  if (head.aggregate && !r.mariadb) r.fail('RETURNS');
  r.parenthesised(() => {
    if (!r.symbol(')')) r.list(() => parameter(r, object));
  });
  if (object === 'FUNCTION') {
    r.need('RETURNS');
    if (r.is('ROW')) r.fail('a type of one value');
    variableType(r);
  }
  const language = characteristics(r);
  if (r.mariadb || language === 'SQL') programBody(r);
  else {
    r.need('AS');
    foreignText(r);
  }
  return name;
}

function parameter(r: Reader, object: string): void {
  if (object === 'PROCEDURE' || r.mariadb) r.takeOneOf(['INOUT', 'IN', 'OUT']);
  r.name('a parameter');
  variableType(r);
}

/** The language is what they are asked for. */
function characteristics(r: Reader): string {
  let language = 'SQL';
  for (;;) {
    if (r.take('COMMENT')) r.string();
    else if (r.take('LANGUAGE')) language = r.take('SQL') ? 'SQL' : r.name('a language').toUpperCase();
    else if (r.take('SQL', 'SECURITY')) r.needOneOf(['DEFINER', 'INVOKER']);
    else if (!r.mariadb && r.take('USING')) {
      r.parenthesised(() =>
        r.list(() => {
          r.objectName();
          if (r.take('AS')) r.name();
        }),
      );
    } else if (
      r.takeOneOf([
        'NOT DETERMINISTIC',
        'DETERMINISTIC',
        'CONTAINS SQL',
        'NO SQL',
        'READS SQL DATA',
        'MODIFIES SQL DATA',
      ]) === null
    ) {
      return language;
    }
  }
}

export function alterRoutine(r: Reader): ObjectName {
  const name = r.objectName();
  characteristics(r);
  return name;
}
