import {
  type AlertSettings,
  type Announced,
  type Announcer,
  alertsOf,
  createAnnouncer,
  type Desk,
  deliver,
  emptyStory,
  NOTHING_TOLD,
  noProcess,
  type Place,
  poster,
  readReceipts,
  type Story,
  speaks,
  storyOf,
} from '../announce/index.ts';
import type { ResolvedAnnounce } from '../config/index.ts';
import type { Problem } from '../model/problem.ts';
import { traitsOf } from '../model/procedures.ts';
import type { QuarantineRecord } from '../model/quarantine.ts';
import { type EngineOptions, listRuns, processOf, type RunResult } from '../procedure/index.ts';
import { skimRun } from '../procedure/journal/skim.ts';
import type { ServiceEnvironment } from './environment/service.ts';

/** Who is told what a run of this environment needs. Composes the journal with the announcements; every door gets it for nothing. */

/** Options that a run of the engine gets on top, so that what it records is announced. */
export type Observing = Pick<EngineOptions, 'onEvent' | 'onRecord'>;

/**
 * Runs something that records into a journal, and announces on the way. Nothing that goes wrong here reaches the run; it waits for at
 * most two requests when everything else is over.
 *
 * @param run the run that is gone on with; undefined for a new one
 */
export async function announced(
  service: ServiceEnvironment,
  run: string | undefined,
  work: (observing: Observing) => Promise<RunResult>,
): Promise<RunResult> {
  const settings = service.environment.announce;
  if (settings === null) return work({ onEvent: service.door.onEvent });
  const over = new AbortController();
  const before = run === undefined ? null : await storyIn(service, run, false);
  const announcer = createAnnouncer({
    desk: deskOf(service, settings, over.signal),
    settings: alertSettings(service, settings),
    clock: service.clock,
    before,
    patienceMs: 2 * settings.timeoutMs,
    over,
    note: (text) => note(service, text),
  });
  let undoes = before?.preempts ?? null;
  let lost: string | undefined;
  try {
    const result = await work({
      onRecord: (entry) => {
        announcer.observe(entry);
        if (entry.record.type === 'run.started') undoes = preemptedBy(entry.payload) ?? undoes;
      },
      onEvent: (event) => {
        service.door.onEvent?.(event);
        if (event.kind === 'run-ended')
          lost = event.problems.find((problem) => problem.code === 'lease.lost')?.found ?? lost;
      },
    });
    if (lost !== undefined) await announceLoss(service, announcer, result.run, lost);
    return result;
  } finally {
    // The run that was undone has nobody else who could say that its gates are closed.
    await Promise.all([announcer.close(), undoes === null ? null : announceRun(service, undoes)]);
  }
}

function preemptedBy(payload: unknown): string | null {
  return typeof payload === 'object' &&
    payload !== null &&
    'preempts' in payload &&
    typeof payload.preempts === 'string'
    ? payload.preempts
    : null;
}

/** A rollback that takes the environment over says so itself a moment later; only a loss that nobody wanted is told. */
const TAKE_OVER_MS = 1_000;

async function announceLoss(
  service: ServiceEnvironment,
  announcer: Announcer,
  run: string,
  why: string,
): Promise<void> {
  await service.clock.sleep(TAKE_OVER_MS);
  const story = await storyIn(service, run, false);
  if (story?.preemptedBy === null) announcer.lost(why);
}

/** Tells what stands open in one run, from its journal. Best effort: says in its result what could not be told. */
export async function announceRun(service: ServiceEnvironment, run: string, again = false): Promise<Announced> {
  const settings = service.environment.announce;
  const story = settings === null ? null : await storyIn(service, run, true);
  if (settings === null || story === null) return NOTHING_TOLD;
  const over = new AbortController();
  try {
    const alerts = alertsOf(story, alertSettings(service, settings));
    return await deliver(deskOf(service, settings, over.signal), run, alerts, again);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { ...NOTHING_TOLD, problems: [service.secrets.mask(why)] };
  } finally {
    over.abort();
  }
}

/** Tells that somebody has put a digest into quarantine, or has released it: the same for all who look after gates. */
export async function announceQuarantine(
  service: ServiceEnvironment,
  { environment, entry }: QuarantineRecord,
): Promise<Announced> {
  const settings = service.environment.announce;
  if (settings === null) return NOTHING_TOLD;
  const at = Date.parse(entry.time);
  const said = entry.kind === 'released' ? 'released from quarantine' : 'put into quarantine';
  const story = { ...emptyStory(`quarantine-${entry.id}`), procedure: 'quarantine', environment, who: entry.who };
  story.matters.set('quarantine', {
    alert: 'ShiplockOverride',
    severity: 'warning',
    labels: { reason: `quarantine-${entry.kind === 'released' ? 'released' : 'added'}`, digest: entry.digest },
    summary: `${service.target.service}: ${entry.digest.slice(0, 19)}… was ${said}`,
    description: `${entry.who}: ${entry.why}. To be reviewed: shiplock quarantine list`,
    from: at,
    until: at,
    event: true,
  });
  return tellStory(service, story);
}

/** Tells what stands open in a story that is of no journal. Best effort, as `announceRun`. */
export async function tellStory(service: ServiceEnvironment, story: Story, again = false): Promise<Announced> {
  const settings = service.environment.announce;
  if (settings === null) return NOTHING_TOLD;
  const over = new AbortController();
  try {
    const desk = deskOf(service, settings, over.signal);
    return await deliver(desk, story.run, alertsOf(story, alertSettings(service, settings)), again);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { ...NOTHING_TOLD, problems: [service.secrets.mask(why)] };
  } finally {
    over.abort();
  }
}

export interface Announcement {
  readonly run: string;
  readonly alert: string;
  /** Who has it; null: nobody, as far as is known. */
  readonly via: 'alertmanager' | 'webhook' | null;
  /** When it was last told, RFC 3339. */
  readonly at: string | null;
  readonly problem: string | null;
}

/** What was told of these runs, by the receipts. */
export async function announcementsOf(store: string, runs: readonly string[]): Promise<readonly Announcement[]> {
  const all = await Promise.all(
    runs.map(async (run) => (await readReceipts(store, run)).map((one) => ({ run, ...one }))),
  );
  return all.flat().map(({ run, labels, alertmanager, webhook, problem }) => {
    const sure = alertmanager?.sure === true;
    return {
      run,
      alert: labels['alertname'] ?? '',
      via: sure ? 'alertmanager' : webhook === null ? null : 'webhook',
      at: (sure ? alertmanager.at : webhook?.at) ?? null,
      problem,
    };
  });
}

export interface AnnouncedRun extends Announced {
  readonly run: string;
}

/**
 * Tells everything again that stands open in an environment, and takes back what is over: for a timer. An Alertmanager that was started
 * anew learns it again, and a run whose process died without a word is found here.
 */
export async function announceAll(service: ServiceEnvironment): Promise<readonly AnnouncedRun[]> {
  const runs = await listRuns(service.store);
  const told: AnnouncedRun[] = [];
  for (const { run, environment, finished, procedure } of runs) {
    if (environment !== service.target.environment || !traitsOf(procedure).holds) continue;
    if (finished !== null && !(await somethingOpen(service, run))) continue;
    told.push({ run, ...(await announceRun(service, run, true)) });
  }
  return told;
}

async function somethingOpen({ store, clock }: ServiceEnvironment, run: string): Promise<boolean> {
  const receipts = await readReceipts(store, run);
  const now = clock.now();
  return receipts.some(({ alertmanager, webhook }) => (alertmanager?.endsAt ?? 0) > now || webhook?.state === 'firing');
}

/** @param look whether it still has a process; whoever is about to go on with it need not ask */
async function storyIn({ store }: ServiceEnvironment, run: string, look: boolean): Promise<Story | null> {
  const skimmed = await skimRun(store, run, speaks).catch(() => undefined);
  if (skimmed === undefined) return null;
  const story = storyOf(run, skimmed.entries);
  if (story.procedure === '' || !traitsOf(story.procedure).holds) return null;
  const { state, environment } = story;
  if (look && state === 'running' && (await processOf(store, { run, environment })) === 'gone') noProcess(story);
  return story;
}

function alertSettings({ target, secrets }: ServiceEnvironment, settings: ResolvedAnnounce): AlertSettings {
  const { labels, links, eventsMs } = settings;
  return {
    service: target.service,
    environment: target.environment,
    labels,
    links,
    eventsMs,
    mask: (text) => secrets.mask(text),
  };
}

function deskOf(service: ServiceEnvironment, settings: ResolvedAnnounce, signal: AbortSignal): Desk {
  const { store, clock, secrets } = service;
  const { alertmanager, webhook, timeoutMs, lastsMs } = settings;
  const places = (alertmanager?.urls ?? []).map(
    (url): Place => ({
      name: `Alertmanager at ${url}`,
      url: `${url.replace(/\/+$/, '')}/api/v2/alerts`,
      authorization: alertmanager?.authorization ?? null,
    }),
  );
  return {
    store,
    clock,
    outlet: { alertmanagers: places, webhook: webhook === null ? null : { name: 'the webhook', ...webhook }, lastsMs },
    post: poster({ secrets, timeoutMs, signal }),
  };
}

function note({ door, secrets }: ServiceEnvironment, text: string): void {
  door.onEvent?.({ kind: 'note', path: 'announce', text: secrets.mask(text) });
}

/** Somebody asked that people be told, where nobody is named. Pure. */
export function nobodyToTell(environment: string): Problem {
  return {
    code: 'cli.nobody-to-tell',
    where: environment,
    found: 'no `announce:`',
    expected: 'an environment that says who is to be told',
    remedy: `add \`announce:\` under \`environments.${environment}\`; docs/announcements.md shows how`,
  };
}
