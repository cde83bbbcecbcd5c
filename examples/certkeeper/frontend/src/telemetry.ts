import { onCLS, onFCP, onINP, onLCP, onTTFB } from 'web-vitals';
import { VERSION } from './version.ts';

/**
 * Tells the server how this version does in browsers: views, script errors, web vitals, and whether people finish what they
 * began. Counts only; nothing says who somebody is. A report that is lost is lost: telemetry never disturbs the page.
 */

export type ActionName = 'create' | 'renew';
export type Outcome = 'started' | 'completed' | 'failed' | 'abandoned';

interface ScriptError {
  readonly message: string;
  readonly source: string;
  readonly line: number;
}

const URL_PATH = '/api/v1/telemetry';
/** The server takes at most 20 of each kind per report. */
const MOST_ENTRIES = 20;
const MOST_ERRORS_PER_PAGE = 50;
const LONGEST_TEXT = 200;
const DELAY_MS = 2000;

let views = 0;
let errors: ScriptError[] = [];
let vitals: { readonly name: string; readonly value: number }[] = [];
let actions: { readonly name: ActionName; readonly outcome: Outcome }[] = [];
let errorsSeen = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Begins to listen. Called first, so that errors while the page starts count too. */
export function startTelemetry(): void {
  views += 1;
  addEventListener('error', (event) => {
    // Without a message it is a file that did not load, not a script that failed.
    if (event.message) scriptError(event.message, event.filename, event.lineno);
  });
  addEventListener('unhandledrejection', (event) => {
    const reason: unknown = event.reason;
    scriptError(reason instanceof Error ? `${reason.name}: ${reason.message}` : String(reason), '', 0);
  });
  for (const listen of [onCLS, onFCP, onINP, onLCP, onTTFB]) {
    listen(({ name, value }) => {
      vitals.push({ name, value: Math.round(value * 10_000) / 10_000 });
      later();
    });
  }
  // The last moment at which a page may still send, on phones too.
  addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') send();
  });
  addEventListener('pagehide', send);
  later();
}

/** What became of something that a person set out to do. */
export function report(name: ActionName, outcome: Outcome): void {
  actions.push({ name, outcome });
  later();
}

function scriptError(message: string, source: string, line: number): void {
  errorsSeen += 1;
  if (errorsSeen > MOST_ERRORS_PER_PAGE) return;
  errors.push({ message: message.slice(0, LONGEST_TEXT), source: fileOf(source), line: Math.max(0, line) });
  later();
}

/** Only the name of the file: an address may hold what nobody else should read. */
function fileOf(source: string): string {
  return (source.split(/[?#]/)[0] ?? '').split('/').at(-1)?.slice(0, LONGEST_TEXT) ?? '';
}

function later(): void {
  timer ??= setTimeout(send, DELAY_MS);
}

function send(): void {
  clearTimeout(timer);
  timer = undefined;
  if (views + errors.length + vitals.length + actions.length === 0) return;
  const body = JSON.stringify({
    version: VERSION,
    page_views: views,
    errors: errors.slice(0, MOST_ENTRIES),
    vitals: vitals.slice(0, MOST_ENTRIES),
    actions: actions.slice(0, MOST_ENTRIES),
  });
  views = 0;
  errors = errors.slice(MOST_ENTRIES);
  vitals = vitals.slice(MOST_ENTRIES);
  actions = actions.slice(MOST_ENTRIES);
  // text/plain needs no question beforehand, so it can still be sent while the page goes away.
  navigator.sendBeacon(URL_PATH, new Blob([body], { type: 'text/plain' }));
  if (errors.length + vitals.length + actions.length > 0) later();
}
