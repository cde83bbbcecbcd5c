import type { ObjectName } from '../tree.ts';
import { programBody } from './bodies.ts';
import type { Reader } from './reader.ts';
import { needUnit } from './units.ts';

/** CREATE EVENT and ALTER EVENT, from the name on. */
export function event(r: Reader, create: boolean): ObjectName {
  const name = r.objectName();
  const scheduled = r.take('ON', 'SCHEDULE');
  if (scheduled) schedule(r);
  else if (create) r.fail('ON SCHEDULE');
  let some = scheduled;
  if (r.take('ON', 'COMPLETION')) {
    r.take('NOT');
    r.need('PRESERVE');
    some = true;
  }
  if (!create && r.take('RENAME', 'TO')) {
    r.objectName();
    some = true;
  }
  if (r.take('ENABLE')) some = true;
  else if (r.take('DISABLE')) {
    if (r.take('ON')) r.needOneOf(['SLAVE', 'REPLICA']);
    some = true;
  }
  if (r.take('COMMENT')) {
    r.string();
    some = true;
  }
  if (r.take('DO')) programBody(r);
  else if (create || !some) r.fail('DO');
  return name;
}

function schedule(r: Reader): void {
  if (r.take('AT')) {
    r.expr();
    return;
  }
  r.need('EVERY');
  r.expr();
  needUnit(r);
  if (r.take('STARTS')) r.expr();
  if (r.take('ENDS')) r.expr();
}
