import type { CourseStory, ReportPlot } from '../types.ts';
import { shown } from '../words.ts';
import { html } from './escape.ts';

/**
 * The course as pictures that take any width: the paths are stretched with the page, the texts are not. Lines differ in form and
 * not only in colour, and each picture says its values in words for those who do not see it. Pure.
 */
export function courseParts(course: CourseStory): readonly string[] {
  const { marks, words } = course;
  return [
    legend(course),
    ...course.plots.map((plot) => figure(course, plot)),
    strip(course),
    ...(marks.length === 0
      ? []
      : [
          '<ol class="marks">',
          ...marks.map(
            ({ label, tone, text }) =>
              `<li class="tone-${tone}"><span class="number">${html(label)}</span><span>${html(shown(text, 'note'))}</span></li>`,
          ),
          '</ol>',
        ]),
    ...course.cuts.map(({ label }) => `<p class="small soft">┊ ${html(label)}</p>`),
    `<p class="small soft">${words.map((one) => html(shown(one, 'value'))).join('<br>')}</p>`,
  ];
}

function legend({ candidate, stable, plots }: CourseStory): string {
  const key = (name: string): string =>
    `<svg viewBox="0 0 30 10" aria-hidden="true"><path class="${name}" d="M0 5H30"/></svg>`;
  const entries = [
    `<span>${key('canary')}${html(shown(candidate, 'title'))}</span>`,
    ...(stable === null ? [] : [`<span>${key('baseline')}${html(shown(stable, 'title'))}, stable</span>`]),
    ...(plots.some(({ kind }) => kind === 'evidence') ? [`<span>${key('evidence')}evidence</span>`] : []),
  ];
  return `<p class="legend">${entries.join('')}</p>`;
}

function figure(course: CourseStory, plot: ReportPlot): string {
  const { width, height } = course.frame;
  const title = html(shown(plot.title, 'title'));
  const label = html(shown(`${plot.title}. ${inVersions(plot.words, course)}`, 'note'));
  return [
    `<figure><figcaption>${title}</figcaption>`,
    `<svg class="plot ${plot.kind}" role="img" aria-label="${label}">`,
    ...plot.ticks.map(({ at }) => across('grid', at)),
    ...(plot.limit === null ? [] : [across('limit', plot.limit.at)]),
    ...course.cuts.map(({ at }) => down('cut', at)),
    `<svg width="100%" height="100%" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" overflow="visible">`,
    ...plot.lines.flatMap(({ name, path, range }) => [
      ...(range === '' ? [] : [`<path class="range ${html(name)}" d="${html(range)}"/>`]),
      `<path class="${html(name)}" d="${html(path)}"/>`,
    ]),
    '</svg>',
    ...course.marks.map(({ at }) => down('mark', at)),
    ...plot.ticks
      .filter(({ at }) => plot.limit === null || Math.abs(at - plot.limit.at) > CLEAR)
      .map(({ at, label: text }) => words('0', at, text, at < CLEAR ? BELOW : ABOVE)),
    // What decided has crossed its limit, so there is room below it.
    ...(plot.limit === null ? [] : [words('100%', plot.limit.at, plot.limit.label, BELOW)]),
    '</svg></figure>',
  ].join('');
}

/** The picture knows its lines by their part; people know versions. */
function inVersions(text: string, { candidate, stable }: CourseStory): string {
  return text.replaceAll('canary:', `${candidate}:`).replaceAll('baseline:', `${stable ?? 'stable'}:`);
}

/** Below all pictures: the time, and the numbers of the marks. */
function strip({ times, marks }: CourseStory): string {
  const anchor = (at: number): string => (at < 0.06 ? 'start' : at > 0.94 ? 'end' : 'middle');
  return [
    '<svg class="strip" aria-hidden="true">',
    ...times.map(
      ({ at, label }) => `<text x="${percent(at)}" y="13" text-anchor="${anchor(at)}">${html(label)}</text>`,
    ),
    '</svg>',
    ...(marks.length === 0
      ? []
      : [
          '<svg class="strip" aria-hidden="true">',
          ...together(marks).map(
            ({ at, label }) => `<text x="${percent(at)}" y="13" text-anchor="${anchor(at)}">${html(label)}</text>`,
          ),
          '</svg>',
        ]),
  ].join('');
}

/** Part of the width that a number needs on a phone. */
const APART = 0.035;

/** Numbers that would lie on each other stand side by side. */
function together(marks: CourseStory['marks']): readonly { readonly at: number; readonly label: string }[] {
  const groups: { at: number; label: string }[] = [];
  for (const { at, label } of marks) {
    const last = groups.at(-1);
    if (last !== undefined && at - last.at < APART) last.label += ` ${label}`;
    else groups.push({ at, label });
  }
  return groups;
}

function across(name: string, at: number): string {
  return `<line class="${name}" x1="0" x2="100%" y1="${percent(at)}" y2="${percent(at)}"/>`;
}

function down(name: string, at: number): string {
  return `<line class="${name}" x1="${percent(at)}" x2="${percent(at)}" y1="0" y2="100%"/>`;
}

/** Where a text stands by its line, pixels. */
const ABOVE = -3;
const BELOW = 12;
/** Part of the height that a text takes. */
const CLEAR = 0.1;

function words(x: '0' | '100%', at: number, text: string, dy: number): string {
  return `<text x="${x}" y="${percent(at)}" dy="${dy}" text-anchor="${x === '0' ? 'start' : 'end'}">${html(text)}</text>`;
}

/** A part of 1 as a length, to a hundredth of a percent. */
export function percent(part: number): string {
  return `${Math.round(part * 10_000) / 100}%`;
}
