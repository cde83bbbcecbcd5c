import type { RecordedEntry } from '../../procedure/index.ts';
import {
  axisOf,
  type CourseStory,
  clockSince,
  type JudgedStory,
  lasting,
  type Story,
  type Tone,
} from '../../report/index.ts';
import {
  type Course,
  courseChart,
  courseOf,
  type JudgedShare,
  MERMAID_COLUMNS,
  mermaidCharts,
  PLOT_HEIGHT,
  PLOT_WIDTH,
  percent,
  plotsOf,
  shareJudgedBy,
  terminalChart,
} from '../../rollout/index.ts';

/** How the traffic went over, for a report: the rollout's course in the report's words. Pure. */

interface Versions {
  readonly candidate: string;
  readonly stable: string | null;
}

/** Moments written below the pictures: as many as fit on a phone. */
const TICKS = 4;
/** Columns of the drawing in characters, and of what it can show. */
const COLUMNS = 96;
const DRAWN = COLUMNS - 10;
/** Marks are numbers in the pictures: more than these could not be told apart. */
const MOST_MARKS = 20;

/** Null for a run in which no traffic was watched. */
export function courseStory(entries: readonly RecordedEntry[], versions: Versions, story: Story): CourseStory | null {
  const course = courseOf(entries, versions);
  if (course === null) return null;
  const axis = axisOf(course.from, course.until, story.pauses);
  const ticks = axis.ticks(TICKS).map(({ at, time }) => ({ value: at, label: clockSince(time, story.startedAt) }));
  const options = { ...versions, axis: { at: axis.at, ticks } };
  const chart = courseChart(course, options);
  const leftOut = axis.cuts.reduce((sum, { from, until }) => sum + until - from, 0);
  return {
    ...versions,
    frame: { width: PLOT_WIDTH, height: PLOT_HEIGHT },
    plots: plotsOf(chart),
    pictures: mermaidCharts(
      courseChart(course, { ...options, columns: MERMAID_COLUMNS }),
      (course.until - course.from - leftOut) / 1000,
    ),
    times: ticks.map(({ value, label }) => ({ at: value, label })),
    marks: marksOf(course, story).map(({ time, tone, text }, index) => ({
      at: axis.at(time),
      label: String(index + 1),
      tone,
      text: `${clockSince(time, story.startedAt)} ${text}`,
    })),
    cuts: axis.cuts.map(({ at, from, until }) => ({
      at,
      label: `${lasting(until - from)} from ${clockSince(from, story.startedAt)} on are left out: nobody worked on the run`,
    })),
    judged: course.judged.map((one) => judgedStory(one, course)),
    drawing: terminalChart(courseChart(course, { ...options, columns: DRAWN }), {
      columns: COLUMNS,
      ascii: false,
      paint: (_, text) => text,
    }),
    words: chart.words,
  };
}

interface MarkedMoment {
  readonly time: number;
  readonly tone: Tone;
  readonly text: string;
}

const TONES: Readonly<Record<'pass' | 'fail' | 'ask', Tone>> = { pass: 'good', fail: 'bad', ask: 'waiting' };
const WORDS: Readonly<Record<'pass' | 'fail' | 'ask', string>> = {
  pass: 'passed',
  fail: 'failed',
  ask: 'asked a person',
};

/** Verdicts, and where the way back began; the last ones where there are too many. */
function marksOf({ answers }: Course, { steps }: Story): readonly MarkedMoment[] {
  const verdicts = answers
    .filter(({ watch }) => watch === 'observe' || watch === 'bake' || watch.startsWith('judge-'))
    .map(({ watch, answer, text, time }) => ({
      time,
      tone: TONES[answer],
      text: `${whereOf(watch)} ${WORDS[answer]}: ${text}`,
    }));
  const back = steps.find((step) => step.back);
  const all =
    back === undefined
      ? verdicts
      : [...verdicts, { time: back.from, tone: 'waiting' as const, text: 'the way back began' }];
  return all.toSorted((a, b) => a.time - b.time).slice(-MOST_MARKS);
}

function whereOf(watch: string): string {
  const share = shareJudgedBy(watch);
  return share === undefined ? 'full traffic' : percent(share);
}

function judgedStory(one: JudgedShare, { limits }: Course): JudgedStory {
  const last = one.answers.at(-1);
  const { evidence } = one;
  const counted = ({ requests, bad }: JudgedShare['canary']): string =>
    requests === 0 ? 'no requests' : `${bad} bad of ${requests} (${percent(bad / requests)})`;
  const weighed = (value: number, limit: number): string =>
    `${value.toFixed(1)}, decides at ${limit.toFixed(1)} (log10)`;
  return {
    share: percent(one.share),
    verdict: last === undefined ? 'no verdict' : WORDS[last.answer],
    tone: last === undefined ? 'waiting' : TONES[last.answer],
    after: `${lasting(one.until - one.from)}, ${one.looks} looks`,
    candidate: counted(one.canary),
    stable: counted(one.baseline),
    evidence:
      evidence === null || limits === null
        ? []
        : [
            { name: 'evidence for worse', value: weighed(evidence.worse, limits.worse) },
            { name: 'for not worse', value: weighed(evidence.notWorse, limits.notWorse) },
          ],
    text: last?.text ?? 'the run ended before the evidence decided',
  };
}
