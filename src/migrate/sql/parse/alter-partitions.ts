import { partitionDefinition, partitionDefinitions } from './partitions.ts';
import type { Reader } from './reader.ts';

/** What ALTER TABLE does to partitions. */

export interface PartitionPart {
  readonly kind: 'partition';
  readonly what: string;
  readonly partitions: readonly string[];
}

const NAMED = ['DROP', 'TRUNCATE', 'ANALYZE', 'CHECK', 'OPTIMIZE', 'REBUILD', 'REPAIR', 'DISCARD', 'IMPORT'];

/** Null when no such part begins here. */
export function alterPartition(r: Reader): PartitionPart | null {
  if (r.is('ADD', 'PARTITION')) return addPartition(r);
  if (r.is('COALESCE', 'PARTITION')) {
    r.need('COALESCE', 'PARTITION');
    local(r);
    r.number();
    return of('COALESCE', []);
  }
  if (r.is('REORGANIZE', 'PARTITION')) return reorganize(r);
  if (r.is('EXCHANGE', 'PARTITION')) return exchange(r);
  if (r.mariadb && r.is('CONVERT', 'PARTITION')) {
    r.need('CONVERT', 'PARTITION');
    const name = r.name();
    r.need('TO', 'TABLE');
    r.table();
    return of('CONVERT', [name]);
  }
  if (r.mariadb && r.take('CONVERT', 'TABLE')) {
    r.table();
    r.need('TO');
    return of('CONVERT', [partitionDefinition(r)]);
  }
  const what = NAMED.find((word) => r.is(word, 'PARTITION'));
  return what === undefined ? null : named(r, what);
}

function of(what: string, partitions: readonly string[]): PartitionPart {
  return { kind: 'partition', what, partitions };
}

function local(r: Reader): void {
  r.takeOneOf(['NO_WRITE_TO_BINLOG', 'LOCAL']);
}

function names(r: Reader): readonly string[] {
  return r.take('ALL') ? ['ALL'] : r.list(() => r.name('the name of a partition'));
}

function addPartition(r: Reader): PartitionPart {
  r.need('ADD', 'PARTITION');
  if (r.mariadb) r.take('IF', 'NOT', 'EXISTS');
  local(r);
  if (r.take('PARTITIONS')) {
    r.number();
    return of('ADD', []);
  }
  return of('ADD', partitionDefinitions(r));
}

function reorganize(r: Reader): PartitionPart {
  r.need('REORGANIZE', 'PARTITION');
  local(r);
  if (!r.isName()) return of('REORGANIZE', []);
  const from = r.list(() => r.name('the name of a partition'));
  r.need('INTO');
  partitionDefinitions(r);
  return of('REORGANIZE', from);
}

function exchange(r: Reader): PartitionPart {
  r.need('EXCHANGE', 'PARTITION');
  const name = r.name('the name of a partition');
  r.need('WITH', 'TABLE');
  r.table();
  // MariaDB knows it since 11.4.
  const validated = !r.mariadb || r.version >= 110_400;
  if (validated && r.takeOneOf(['WITH', 'WITHOUT']) !== null) r.need('VALIDATION');
  return of('EXCHANGE', [name]);
}

function named(r: Reader, what: string): PartitionPart {
  r.need(what, 'PARTITION');
  if (what === 'DROP') {
    if (r.mariadb) r.take('IF', 'EXISTS');
    return of(
      what,
      r.list(() => r.name('the name of a partition')),
    );
  }
  if (what !== 'TRUNCATE' && what !== 'DISCARD' && what !== 'IMPORT') local(r);
  const partitions = names(r);
  if (what === 'DISCARD' || what === 'IMPORT') r.need('TABLESPACE');
  if (what === 'CHECK') while (r.takeOneOf(['QUICK', 'FAST', 'MEDIUM', 'EXTENDED', 'CHANGED', 'FOR UPGRADE']) !== null);
  if (what === 'REPAIR') while (r.takeOneOf(['QUICK', 'EXTENDED', 'USE_FRM']) !== null);
  return of(what, partitions);
}
