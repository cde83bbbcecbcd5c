import { type Alert, alertId, isOver } from './alert.ts';
import type { Receipt } from './receipts.ts';

/** What is to be told to whom, and what was told then. Pure. */

export interface Moment {
  readonly now: number;
  /** Tell what is open although it was told: an Alertmanager forgets everything when it starts anew. */
  readonly again: boolean;
}

/**
 * What Alertmanager has to hear. An alert that it never heard of and that is over already is left out; one that it was told and that
 * is no longer among the alerts of the run is taken back, unless it ends by itself.
 */
export function dueAtAlertmanager(
  alerts: readonly Alert[],
  receipts: readonly Receipt[],
  { now, again }: Moment,
): readonly Alert[] {
  const due = alerts.filter((alert) => {
    const told = receiptOf(alert, receipts)?.alertmanager ?? null;
    if (told === null) return !isOver(alert, now);
    if (isOver(alert, now)) return told.endsAt > now;
    return !told.sure || again || told.endsAt <= now || (alert.endsAt !== null && alert.endsAt !== told.endsAt);
  });
  return [...due, ...gone(alerts, receipts, now, (receipt) => (receipt.alertmanager?.endsAt ?? 0) > now)];
}

/** What the webhook has to hear: each alert once, and its end if it was one that lasts. */
export function dueAtWebhook(alerts: readonly Alert[], receipts: readonly Receipt[], now: number): readonly Alert[] {
  const due = alerts.filter((alert) => {
    const told = receiptOf(alert, receipts)?.webhook ?? null;
    return isOver(alert, now) ? told?.state === 'firing' : told === null;
  });
  return [...due, ...gone(alerts, receipts, now, (receipt) => receipt.webhook?.state === 'firing')];
}

function receiptOf(alert: Alert, receipts: readonly Receipt[]): Receipt | undefined {
  const id = alertId(alert.labels);
  return receipts.find((receipt) => receipt.id === id && receipt.startsAt === alert.startsAt);
}

function gone(
  alerts: readonly Alert[],
  receipts: readonly Receipt[],
  now: number,
  open: (receipt: Receipt) => boolean,
): readonly Alert[] {
  const known = new Set(alerts.map((alert) => alertId(alert.labels)));
  return receipts
    .filter((receipt) => receipt.lasts && !known.has(receipt.id) && open(receipt))
    .map(({ labels, startsAt }) => ({ labels, annotations: {}, startsAt, endsAt: now, link: null }));
}

/** The end that is told: an alert that lasts gets one too, or Alertmanager would end it after its own five minutes. */
export function toldEnd(alert: Alert, now: number, lastsMs: number): number {
  return Math.max(alert.startsAt, alert.endsAt ?? now + lastsMs);
}

export interface Telling {
  readonly alerts: readonly Alert[];
  /** Before: sent, and no answer yet. */
  readonly step: 'before' | 'taken' | 'failed';
  readonly now: number;
  readonly lastsMs: number;
  readonly problem: string | null;
}

/** The receipts after telling Alertmanager. */
export function alertmanagerTold(receipts: readonly Receipt[], telling: Telling): readonly Receipt[] {
  const { step, now, lastsMs } = telling;
  return changed(receipts, telling, (alert, before) => {
    const endsAt = toldEnd(alert, now, lastsMs);
    const at = new Date(now).toISOString();
    if (step === 'taken') return { alertmanager: { endsAt, at, sure: true } };
    // Before the first request: whatever happens to it, this alert may have to be taken back.
    return step === 'before' && before.alertmanager === null ? { alertmanager: { endsAt, at, sure: false } } : {};
  });
}

/** The receipts after telling the webhook. */
export function webhookTold(receipts: readonly Receipt[], telling: Telling): readonly Receipt[] {
  const { step, now } = telling;
  return changed(receipts, telling, (alert) =>
    // What ends by itself leaves nothing to take back.
    step === 'taken'
      ? { webhook: { state: alert.endsAt === null ? 'firing' : 'resolved', at: new Date(now).toISOString() } }
      : {},
  );
}

function changed(
  receipts: readonly Receipt[],
  { alerts, problem }: Telling,
  change: (alert: Alert, before: Receipt) => Partial<Receipt>,
): readonly Receipt[] {
  const result = new Map(receipts.map((receipt) => [receipt.id, receipt]));
  for (const alert of alerts) {
    const { labels, startsAt } = alert;
    const id = alertId(labels);
    const known = result.get(id);
    const before: Receipt =
      known?.startsAt === startsAt
        ? known
        : {
            id,
            labels: { ...labels },
            startsAt,
            lasts: alert.endsAt === null,
            alertmanager: null,
            webhook: null,
            problem: null,
          };
    result.set(id, { ...before, ...change(alert, before), problem });
  }
  return [...result.values()];
}
