import { createHash } from 'node:crypto';

/** What is announced, as plain data. No I/O. */

export type AlertName =
  | 'ShiplockGateOpen'
  | 'ShiplockRunHeld'
  | 'ShiplockRollback'
  | 'ShiplockRunFailed'
  | 'ShiplockLeaseLost'
  | 'ShiplockOverride'
  | 'ShiplockBackup'
  | 'ShiplockRunbookStarted'
  | 'ShiplockRunbookDone';

export type Severity = 'critical' | 'warning' | 'info';

export interface Alert {
  /** Says which alert it is: the same for as long as it lasts, whoever tells it, however often. */
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Milliseconds since 1970. */
  readonly startsAt: number;
  /** Null while it lasts. What has happened and is over ends by itself, a while later. */
  readonly endsAt: number | null;
  readonly link: string | null;
}

/** A name for the alert that follows from its labels alone, 16 hexadecimal digits. */
export function alertId(labels: Alert['labels']): string {
  const text = Object.entries(labels)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => JSON.stringify([name, value]))
    .join('\n');
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** Is it over at this moment? */
export function isOver(alert: Pick<Alert, 'endsAt'>, now: number): boolean {
  return alert.endsAt !== null && alert.endsAt <= now;
}

/** One line of at most `longest` characters, without control characters: it goes into mails and chats. */
export function tidy(text: string, longest = 600): string {
  const line = text.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
  return line.length <= longest ? line : `${line.slice(0, longest - 1)}…`;
}
