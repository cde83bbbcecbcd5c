import type { Problem } from '../../model/problem.ts';
import { bounded, withLeft } from '../bounded.ts';
import type { Fact, Tone } from '../types.ts';
import { moment, shown } from '../words.ts';
import { html } from './escape.ts';
import { framed } from './frame.ts';
import { factList } from './parts.ts';

/** A scan as one HTML page that needs nothing else, laid out as the report of a run is. */

export interface ScanPageFinding {
  readonly title: string;
  readonly place: string;
  readonly tone: Tone;
  /** What is known besides: who says so, what to do, whether it is called, exploited, waived. */
  readonly facts: readonly Fact[];
}

export interface ScanPageDay {
  readonly day: string;
  /** Open findings from critical to low. */
  readonly open: readonly number[];
  /** New and mended since the day before; null: there is none. */
  readonly change: { readonly appeared: number; readonly gone: number } | null;
}

export interface ScanPage {
  readonly service: string;
  /** One or two words. */
  readonly status: string;
  readonly tone: Tone;
  readonly sentence: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly facts: readonly Fact[];
  readonly notScanned: readonly Problem[];
  readonly warnings: readonly Problem[];
  /** Sections of findings, in their order; empty ones are left out. */
  readonly sections: readonly { readonly title: string; readonly findings: readonly ScanPageFinding[] }[];
  /** What each scanner did. */
  readonly scanners: readonly Fact[];
  /** Oldest first. */
  readonly trend: readonly ScanPageDay[];
}

/** Bytes of one section: a scan may find thousands of things. */
const SECTION = 55_000;
const PROBLEMS = 20_000;

/** Texts come from files of anybody: they are escaped, bounded, and the page's own policy forbids the browser all but its sheet. Pure. */
export function scanPage(scan: ScanPage): string {
  const title = `${scan.service}: ${scan.status}`;
  const parts = [
    '<header>',
    `<p class="over"><span class="status">${html(shown(scan.status, 'title'))}</span> · ${html(shown(scan.service, 'title'))} · ${html(moment(scan.at))}</p>`,
    `<h1>${html(shown(scan.sentence, 'sentence'))}</h1>`,
    factList(scan.facts, 'facts'),
    '</header>',
    '<main>',
    ...problems('Not scanned', scan.notScanned, 'bad'),
    ...problems('To be known', scan.warnings, 'waiting'),
    ...scan.sections.flatMap(({ title: name, findings }) => section(name, findings)),
    ...trend(scan.trend),
    '<section><h2>Scanners</h2>',
    factList(scan.scanners, 'pairs'),
    '</section>',
    '</main>',
  ];
  return framed(title, scan.tone, parts, 'Made by <code>shiplock scan --format html</code>. Times are UTC.');
}

function problems(title: string, all: readonly Problem[], tone: Tone): readonly string[] {
  if (all.length === 0) return [];
  const one = ({ where, found, expected, remedy, code }: Problem): string =>
    card(tone, `${where}: ${found}`, null, [
      { name: 'expected', value: expected },
      { name: 'what to do', value: remedy },
      { name: 'code', value: code },
    ]);
  const left = (count: number): string => `<li class="left">${count} more left out here</li>`;
  return [`<section><h2>${title}</h2><ul>`, ...withLeft(bounded(all, PROBLEMS, one), left), '</ul></section>'];
}

function section(title: string, findings: readonly ScanPageFinding[]): readonly string[] {
  if (findings.length === 0) return [];
  const one = ({ title: name, place, tone, facts }: ScanPageFinding): string => card(tone, name, place, facts);
  const left = (count: number): string =>
    `<li class="left">${count} more left out here: <code>shiplock scan --json</code> has them all</li>`;
  return [
    `<section><h2>${html(title)} (${findings.length})</h2><ul>`,
    ...withLeft(bounded(findings, SECTION, one), left),
    '</ul></section>',
  ];
}

function card(tone: Tone, title: string, place: string | null, facts: readonly Fact[]): string {
  const where = place === null ? '' : `<p class="small"><code>${html(shown(place, 'value'))}</code></p>`;
  return `<li class="card tone-${tone}"><h3>${html(shown(title, 'problem'))}</h3>${where}${factList(facts, 'pairs')}</li>`;
}

/** As words: a row a day, the newest first. */
function trend(days: readonly ScanPageDay[]): readonly string[] {
  if (days.length === 0) return [];
  const row = ({ day, open, change }: ScanPageDay): Fact => {
    const [critical = 0, high = 0, medium = 0, low = 0] = open;
    const moved = change === null ? '' : `; ${change.appeared} new, ${change.gone} gone`;
    return { name: day, value: `${critical} critical, ${high} high, ${medium} medium, ${low} low open${moved}` };
  };
  return ['<section><h2>Trend</h2>', factList(days.map(row).toReversed(), 'pairs'), '</section>'];
}
