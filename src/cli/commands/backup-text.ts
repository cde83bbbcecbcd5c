import type { FullBackup } from '../../backup/index.ts';

/** Bytes for people. Pure. */
export function bytesText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let at = 0;
  for (; value >= 1000 && at < units.length - 1; at += 1) value /= 1000;
  return `${at === 0 ? value : value.toFixed(1)} ${units[at] ?? ''}`;
}

/** What is in a full backup, in a few words. Pure. */
export function backupSize({ tables, bytes }: Pick<FullBackup, 'tables' | 'bytes'>): string {
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  return `${tables.length} tables, ${rows} rows, ${bytesText(bytes)}`;
}

/** Pure. */
export function filesOf(snapshot: string | null): readonly string[] {
  return snapshot === null ? [] : [`files stored in snapshot ${snapshot.slice(0, 12)}`];
}
