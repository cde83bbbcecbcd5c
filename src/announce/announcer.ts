import type { Clock } from '../model/ports.ts';
import { type AlertSettings, alertsOf } from './alerts.ts';
import { type Announced, type Desk, deliver, NOTHING_TOLD } from './deliver.ts';
import { type Entry, emptyStory, leaseLost, type Story, tell } from './story.ts';

/**
 * Announces what a run records while it records it. The run never waits: telling happens beside it, one delivery at a time, and is
 * tried again while the process lives. What is not told by its end is told by the next process that looks: resume, or `shiplock announce`.
 */
export interface Announcer {
  /** The next record of the run; it is on disk already. */
  observe(entry: Entry): void;
  /** The lease was lost, and the journal may be somebody else's by now. */
  lost(why: string): void;
  /** Tells what is left; gives up after `patienceMs`. */
  close(): Promise<void>;
}

export interface AnnouncerOptions {
  readonly desk: Desk;
  readonly settings: AlertSettings;
  readonly clock: Clock;
  /** What the run recorded before, when it is gone on with. */
  readonly before: Story | null;
  readonly patienceMs: number;
  /** Ends every request that is under way. */
  readonly over: AbortController;
  /** A line for people; masked. */
  note(text: string): void;
}

const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 60_000;

export function createAnnouncer(options: AnnouncerOptions): Announcer {
  const { desk, settings, clock, over } = options;
  let story = options.before;
  // What an earlier process may have left untold. Told with the first record: a run that is gone on with is held no longer.
  let left = story !== null;
  let news = false;
  let working: Promise<void> | undefined;
  let silent = false;
  const closing = new AbortController();
  /** Ends the rest between two attempts: there is more to tell, or no time left. */
  let rest = new AbortController();

  const attempt = async (current: Story): Promise<Announced> => {
    try {
      return await deliver(desk, current.run, alertsOf(current, settings));
    } catch (error) {
      // The state directory cannot be written, a secret is missing: the run itself meets that too, or need not care.
      return { ...NOTHING_TOLD, problems: [settings.mask(error instanceof Error ? error.message : String(error))] };
    }
  };

  const work = async (): Promise<void> => {
    let delayMs = FIRST_DELAY_MS;
    while (news && story !== null && !over.signal.aborted) {
      news = false;
      const delivery = await attempt(story);
      say(delivery);
      if (!delivery.again) continue;
      news = true;
      if (closing.signal.aborted) return;
      rest = new AbortController();
      await clock.sleep(delayMs, rest.signal).catch(() => undefined);
      delayMs = Math.min(LONGEST_DELAY_MS, 2 * delayMs);
    }
  };

  const say = ({ told, problems }: Announced): void => {
    for (const { alert, state, via } of told) {
      const what = state === 'resolved' ? 'over' : 'announced';
      options.note(`${what}: ${alert.labels['alertname'] ?? ''} (${via})`);
    }
    // The same trouble is said once, and again when it has been over.
    if (problems.length > 0 && !silent) options.note(`not announced: ${problems.join('; ')}`);
    silent = problems.length > 0;
  };

  const start = (): void => {
    news = true;
    rest.abort();
    working ??= work()
      .catch(() => undefined)
      .finally(() => {
        working = undefined;
        // Something came while the last delivery was ending.
        if (news && !closing.signal.aborted) start();
      });
  };

  return {
    observe(entry) {
      story ??= emptyStory(entry.record.run);
      if (tell(story, entry) || left) start();
      left = false;
    },
    lost(why) {
      if (story === null || story.state === 'over') return;
      leaseLost(story, why, clock.now());
      start();
    },
    async close() {
      closing.abort();
      rest.abort();
      news ||= left;
      const patience = new AbortController();
      const enough = clock.sleep(options.patienceMs, patience.signal).catch(() => undefined);
      await Promise.race([enough, finish()]);
      patience.abort();
      over.abort();
    },
  };

  /** What is under way; or one more attempt, where nothing is. */
  async function finish(): Promise<void> {
    if (working !== undefined) await working;
    else if (news) await work().catch(() => undefined);
  }
}
