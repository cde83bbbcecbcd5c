import type { FullBackup } from '../../backup/index.ts';
import { formatSize } from '../../model/size.ts';

/** What is in a full backup, in a few words. Pure. */
export function backupSize({ tables, bytes }: Pick<FullBackup, 'tables' | 'bytes'>): string {
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  return `${tables.length} tables, ${rows} rows, ${formatSize(bytes)}`;
}

/** Pure. */
export function filesOf(snapshot: string | null): readonly string[] {
  return snapshot === null ? [] : [`files stored in snapshot ${snapshot.slice(0, 12)}`];
}
