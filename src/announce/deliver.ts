import type { Clock } from '../model/ports.ts';
import { type Alert, isOver } from './alert.ts';
import { alertmanagerTold, dueAtAlertmanager, dueAtWebhook, webhookTold } from './due.ts';
import { type Outlet, tellAlertmanagers, tellWebhook } from './outlet.ts';
import type { Post } from './post.ts';
import { type Receipt, readReceipts, writeReceipts } from './receipts.ts';

export interface ToldAlert {
  readonly alert: Alert;
  readonly state: 'firing' | 'resolved';
  readonly via: 'alertmanager' | 'webhook';
}

export interface Announced {
  /** What was told now. */
  readonly told: readonly ToldAlert[];
  /** Why somebody could not be told, one line each. */
  readonly problems: readonly string[];
  /** Something is left to be told, and trying again may help. */
  readonly again: boolean;
}

export const NOTHING_TOLD: Announced = { told: [], problems: [], again: false };

export interface Desk {
  readonly store: string;
  readonly clock: Pick<Clock, 'now'>;
  readonly outlet: Outlet;
  readonly post: Post;
}

/**
 * Tells what is due of one run, and writes down what was told. Safe to repeat at any time and from any process: the alerts follow
 * from the journal, their labels never change, and Alertmanager makes one of two.
 */
export async function deliver(desk: Desk, run: string, alerts: readonly Alert[], again = false): Promise<Announced> {
  const book = await openBook(desk, run);
  const first = await atAlertmanager(desk, book, alerts, again);
  const second = await atWebhook(desk, book, alerts, desk.outlet.alertmanagers.length === 0 || first.missed);
  return {
    told: [...first.told, ...second.told],
    problems: [...first.problems, ...second.problems],
    again: first.again || second.again,
  };
}

/** The receipts of a run while they are being added to. */
interface Book {
  receipts: readonly Receipt[];
  keep(next: readonly Receipt[]): Promise<void>;
}

async function openBook({ store }: Desk, run: string): Promise<Book> {
  const book: Book = {
    receipts: await readReceipts(store, run),
    async keep(next) {
      book.receipts = next;
      await writeReceipts(store, run, next);
    },
  };
  return book;
}

async function atAlertmanager(
  { clock, outlet, post }: Desk,
  book: Book,
  alerts: readonly Alert[],
  again: boolean,
): Promise<Announced & { readonly missed: boolean }> {
  const now = clock.now();
  const due = outlet.alertmanagers.length === 0 ? [] : dueAtAlertmanager(alerts, book.receipts, { now, again });
  if (due.length === 0) return { ...NOTHING_TOLD, missed: false };
  const telling = { alerts: due, now, lastsMs: outlet.lastsMs };
  await book.keep(alertmanagerTold(book.receipts, { ...telling, step: 'before', problem: null }));
  const answer = await tellAlertmanagers(outlet, post, due, now);
  const { problems } = answer;
  const step = answer.taken ? 'taken' : 'failed';
  await book.keep(alertmanagerTold(book.receipts, { ...telling, step, problem: oneText(problems) }));
  return answer.taken
    ? { told: named(due, 'alertmanager', now), problems, again: false, missed: false }
    : { told: [], problems, again: answer.again, missed: true };
}

/** The webhook hears what Alertmanager does not take, and later the end of what it heard. */
async function atWebhook(
  { clock, outlet, post }: Desk,
  book: Book,
  alerts: readonly Alert[],
  instead: boolean,
): Promise<Announced> {
  if (outlet.webhook === null) return NOTHING_TOLD;
  const now = clock.now();
  const due = dueAtWebhook(alerts, book.receipts, now).filter((alert) => instead || isOver(alert, now));
  if (due.length === 0) return NOTHING_TOLD;
  const answer = await tellWebhook(outlet.webhook, outlet, post, due, now);
  const { problems, again } = answer;
  const telling = { alerts: due, now, lastsMs: outlet.lastsMs, problem: oneText(problems) };
  await book.keep(webhookTold(book.receipts, { ...telling, step: answer.taken ? 'taken' : 'failed' }));
  return { told: answer.taken ? named(due, 'webhook', now) : [], problems, again };
}

function named(alerts: readonly Alert[], via: ToldAlert['via'], now: number): readonly ToldAlert[] {
  return alerts.map((alert) => ({ alert, state: isOver(alert, now) ? 'resolved' : 'firing', via }));
}

function oneText(problems: readonly string[]): string | null {
  return problems.length === 0 ? null : problems.join('; ');
}
