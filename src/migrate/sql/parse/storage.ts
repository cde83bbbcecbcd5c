import type { ObjectName } from '../tree.ts';
import { charsetName, collationName, equals, foreignText, takeCharset } from './names.ts';
import { tableOption } from './options.ts';
import type { Reader } from './reader.ts';

/** Databases, sequences, servers, tablespaces, and other objects around tables: from the name on. */

export function storageObject(r: Reader, create: boolean, object: string): readonly ObjectName[] {
  switch (object) {
    case 'DATABASE':
    case 'SCHEMA':
      return database(r, create);
    case 'SEQUENCE':
      return [sequence(r, create)];
    case 'SERVER':
      return [server(r, create)];
    case 'RESOURCE GROUP':
      return [resourceGroup(r, create)];
    case 'SPATIAL REFERENCE SYSTEM':
      return spatialReference(r, create);
    case 'LIBRARY':
      return [library(r, create)];
    case 'INSTANCE':
      return instance(r, create);
    default:
      return [files(r, create, object)];
  }
}

function database(r: Reader, create: boolean): readonly ObjectName[] {
  const names = create || (r.isName() && !isDatabaseOption(r)) ? [r.objectName()] : [];
  let some = create;
  if (!create && r.mariadb && r.take('UPGRADE')) {
    r.need('DATA', 'DIRECTORY', 'NAME');
    return names;
  }
  while (databaseOption(r, create)) some = true;
  if (!some) r.fail('an option of the database');
  return names;
}

function isDatabaseOption(r: Reader): boolean {
  return (r.is('CHARSET') || r.is('ENCRYPTION') || r.is('COMMENT')) && !isDatabaseWord(r);
}

/** The word is a name when an option follows it. */
function isDatabaseWord(r: Reader): boolean {
  return ['CHARACTER', 'CHARSET', 'COLLATE', 'DEFAULT', 'ENCRYPTION', 'READ'].includes(r.word(1));
}

function databaseOption(r: Reader, create: boolean): boolean {
  const place = r.place;
  r.take('DEFAULT');
  if (takeCharset(r)) {
    equals(r);
    if (!(r.mariadb && r.take('DEFAULT'))) charsetName(r);
  } else if (r.take('COLLATE')) {
    equals(r);
    if (!(r.mariadb && r.take('DEFAULT'))) collationName(r);
  } else if (!r.mariadb && r.take('ENCRYPTION')) {
    equals(r);
    r.string();
  } else if (r.mariadb && r.take('COMMENT')) {
    equals(r);
    r.string();
  } else if (!create && !r.mariadb && r.take('READ', 'ONLY')) {
    equals(r);
    if (!r.take('DEFAULT') && r.number() > 1) r.fail('0, 1, DEFAULT');
  } else {
    r.back(place);
    return false;
  }
  return true;
}

function signed(r: Reader): void {
  r.takeSymbol('-');
  r.number();
}

function sequence(r: Reader, create: boolean): ObjectName {
  const name = r.objectName();
  for (;;) {
    if (
      r.takeOneOf([
        'NO MINVALUE',
        'NOMINVALUE',
        'NO MAXVALUE',
        'NOMAXVALUE',
        'NOCACHE',
        'NO CACHE',
        'NOCYCLE',
        'NO CYCLE',
        'CYCLE',
      ]) !== null
    )
      continue;
    if (r.takeOneOf(['INCREMENT BY', 'INCREMENT', 'MINVALUE', 'MAXVALUE', 'START WITH', 'START', 'CACHE']) !== null) {
      equals(r);
      signed(r);
    } else if (!create && r.take('RESTART')) {
      r.take('WITH');
      if (r.takeSymbol('=') || r.peek().kind === 'number') signed(r);
    } else if (tableOption(r) === null) return name;
  }
}

function textName(r: Reader): ObjectName {
  const place = r.place;
  const name = r.nameOrString();
  return { schema: null, name, span: r.spanFrom(place) };
}

function server(r: Reader, create: boolean): ObjectName {
  const name = textName(r);
  if (create) {
    r.need('FOREIGN', 'DATA', 'WRAPPER');
    r.nameOrString();
  }
  r.need('OPTIONS');
  r.parenthesised(() =>
    r.list(() => {
      const what = r.needOneOf(['HOST', 'DATABASE', 'USER', 'PASSWORD', 'SOCKET', 'OWNER', 'PORT']);
      if (what === 'PORT') r.number('a port');
      else r.string();
    }),
  );
  return name;
}

function resourceGroup(r: Reader, create: boolean): ObjectName {
  const name = r.objectName();
  if (create) {
    r.need('TYPE');
    equals(r);
    r.needOneOf(['SYSTEM', 'USER']);
  }
  if (r.take('VCPU')) {
    equals(r);
    do {
      r.number();
      if (r.takeSymbol('-')) r.number();
    } while (r.takeSymbol(',') || r.peek().kind === 'number');
  }
  if (r.take('THREAD_PRIORITY')) {
    equals(r);
    signed(r);
  }
  if (r.takeOneOf(['ENABLE', 'DISABLE']) !== null && !create) r.take('FORCE');
  return name;
}

function spatialReference(r: Reader, create: boolean): readonly ObjectName[] {
  if (!create) r.fail('an object that can be altered');
  r.number();
  for (let at = 0; ; at += 1) {
    if (r.takeOneOf(['NAME', 'DEFINITION', 'DESCRIPTION']) !== null) r.string();
    else if (r.take('ORGANIZATION')) {
      r.string();
      r.need('IDENTIFIED', 'BY');
      r.number();
    } else if (at > 0) return [];
    else r.fail('NAME, DEFINITION');
  }
}

function library(r: Reader, create: boolean): ObjectName {
  const name = r.objectName();
  if (!create) {
    r.need('COMMENT');
    r.string();
    return name;
  }
  if (r.take('COMMENT')) r.string();
  r.need('LANGUAGE');
  r.name('a language');
  if (r.take('COMMENT')) r.string();
  r.need('AS');
  foreignText(r);
  return name;
}

function instance(r: Reader, create: boolean): readonly ObjectName[] {
  if (create) r.fail('an object that can be created');
  const what = r.needOneOf([
    'ROTATE INNODB MASTER KEY',
    'ROTATE BINLOG MASTER KEY',
    'RELOAD TLS',
    'RELOAD KEYRING',
    'ENABLE INNODB REDO_LOG',
    'DISABLE INNODB REDO_LOG',
  ]);
  if (what === 'RELOAD TLS') {
    if (r.take('FOR', 'CHANNEL')) r.name();
    r.take('NO', 'ROLLBACK', 'ON', 'ERROR');
  }
  return [];
}

const FILE_VALUES = [
  'INITIAL_SIZE',
  'AUTOEXTEND_SIZE',
  'MAX_SIZE',
  'EXTENT_SIZE',
  'UNDO_BUFFER_SIZE',
  'REDO_BUFFER_SIZE',
  'FILE_BLOCK_SIZE',
  'NODEGROUP',
];

/** Tablespaces and groups of log files. */
function files(r: Reader, create: boolean, object: string): ObjectName {
  const name = r.objectName();
  if (!create && object.endsWith('TABLESPACE') && r.take('RENAME', 'TO')) {
    r.name();
    return name;
  }
  if (!create && object === 'UNDO TABLESPACE') {
    r.need('SET');
    r.needOneOf(['ACTIVE', 'INACTIVE']);
  }
  const file = create
    ? ['ADD DATAFILE', 'ADD UNDOFILE', 'ADD REDOFILE']
    : ['ADD DATAFILE', 'DROP DATAFILE', 'ADD UNDOFILE', 'CHANGE DATAFILE'];
  const added = r.takeOneOf(file) !== null;
  if (added) r.string('a file');
  else if (object === 'LOGFILE GROUP' || (create && object === 'UNDO TABLESPACE')) r.fail(file.join(', '));
  if (r.take('USE', 'LOGFILE', 'GROUP')) r.name();
  while (fileOption(r)) r.takeSymbol(',');
  return name;
}

function fileOption(r: Reader): boolean {
  if (r.take('WAIT') || r.take('NO_WAIT')) return true;
  if (r.takeOneOf(FILE_VALUES) !== null) {
    equals(r);
    if (r.peek().kind === 'number') r.number();
    else r.name('a size');
  } else if (r.takeOneOf(['COMMENT', 'ENCRYPTION', 'ENGINE_ATTRIBUTE']) !== null) {
    equals(r);
    r.string();
  } else if (r.take('STORAGE', 'ENGINE') || r.take('ENGINE')) {
    equals(r);
    r.nameOrString('an engine');
  } else return false;
  return true;
}
