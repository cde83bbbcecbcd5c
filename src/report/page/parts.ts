import type { Problem } from '../../model/problem.ts';
import { axisOf } from '../axis.ts';
import { bounded, withLeft } from '../bounded.ts';
import type {
  CommandStory,
  DecisionStory,
  Fact,
  GateStory,
  JudgedStory,
  KnownStory,
  ProcessStory,
  StepStory,
  Story,
  Tone,
} from '../types.ts';
import { clockSince, lasting, moment, proof, STATE_GLYPHS, STATE_WORDS, shown } from '../words.ts';
import { html } from './escape.ts';
import { percent } from './plots.ts';

/** The sections of the page; each stays within its part of the page's size. Pure. */

function leftOut(run: string, what: string): (count: number) => string {
  return (count) =>
    `<li class="left">${count} ${what} left out here: <code>shiplock journal show ${html(run)}</code> has them all</li>`;
}

/** Letters that fit into one column. */
const SHORT = 18;

export function factList(facts: readonly Fact[], how: 'facts' | 'pairs'): string {
  const value = (text: string): string => html(shown(text, 'value'));
  if (how === 'pairs')
    return `<dl class="pairs">${facts.map(({ name, value: v }) => `<dt>${html(shown(name, 'title'))}</dt><dd>${value(v)}</dd>`).join('')}</dl>`;
  const fact = ({ name, value: v }: Fact): string =>
    `<div${v.length > SHORT ? ' class="long"' : ''}><dt>${html(shown(name, 'title'))}</dt><dd>${value(v)}</dd></div>`;
  return `<dl class="${how}">${facts.map(fact).join('')}</dl>`;
}

const BYTES = {
  problems: 40_000,
  known: 10_000,
  steps: 70_000,
  gates: 30_000,
  decisions: 12_000,
  commands: 80_000,
  processes: 8_000,
};

export function problemParts(problems: readonly Problem[], run: string): readonly string[] {
  const one = (problem: Problem): string =>
    `<li class="card tone-bad"><h3>${html(shown(problem.found, 'problem'))}</h3>${factList(
      [
        { name: 'where', value: problem.where },
        { name: 'expected', value: problem.expected },
        { name: 'what to do', value: problem.remedy },
        { name: 'code', value: problem.code },
      ],
      'pairs',
    )}</li>`;
  return ['<ul>', ...withLeft(bounded(problems, BYTES.problems, one), leftOut(run, 'problems')), '</ul>'];
}

export function knownParts(known: readonly KnownStory[], run: string): readonly string[] {
  const one = ({ id, title, severity, cause, fix, command, seen, where }: KnownStory): string =>
    `<li class="card tone-${severity === 'error' ? 'bad' : 'plain'}"><h3>${html(shown(title, 'title'))}</h3>${factList(
      [
        { name: 'cause', value: cause },
        { name: 'what to do', value: fix },
        ...(command === null ? [] : [{ name: 'command', value: command }]),
        ...(seen === null ? [] : [{ name: 'seen', value: seen }]),
        { name: 'where', value: where },
        { name: 'known as', value: id },
      ],
      'pairs',
    )}</li>`;
  return ['<ul>', ...withLeft(bounded(known, BYTES.known, one), leftOut(run, 'known errors')), '</ul>'];
}

export function judgedParts(judged: readonly JudgedStory[]): readonly string[] {
  if (judged.length === 0) return [];
  const one = (step: JudgedStory): string =>
    `<li class="card tone-${step.tone}"><h3>${html(step.share)}: <span class="verdict">${html(step.verdict)}</span></h3><p class="small">${html(shown(step.text, 'note'))}</p>${factList(
      [
        { name: 'new', value: step.candidate },
        { name: 'stable', value: step.stable },
        ...step.evidence,
        { name: 'watched', value: step.after },
      ],
      'pairs',
    )}</li>`;
  const left = (count: number): string => `<li class="left">${count} more shares left out here</li>`;
  return ['<ul class="judged">', ...withLeft(bounded(judged, BYTES.gates, one), left), '</ul>'];
}

const TONES: Readonly<Record<StepStory['state'], Tone>> = {
  done: 'good',
  nothing: 'plain',
  failed: 'bad',
  refused: 'bad',
  undone: 'waiting',
  waiting: 'waiting',
  open: 'waiting',
};

/** Every step with a bar that says when in the run it was. */
export function stepParts({ steps, startedAt, lastAt, pauses }: Story, run: string): readonly string[] {
  const axis = axisOf(startedAt, lastAt, pauses);
  const firstBack = steps.find(({ back }) => back);
  const one = (step: StepStory): string => {
    const [from, until] = [axis.at(step.from), axis.at(step.until)];
    // Never too thin to be seen.
    const width = Math.max(0.004, until - from);
    const took = step.until === step.from ? '' : ` · ${lasting(step.until - step.from)}`;
    const part = step === firstBack ? '<li class="part">The way back</li>' : '';
    const details = [
      ...(step.note === '' ? [] : [step.note]),
      ...step.problems.map(({ found }) => found),
      ...(step.attempts > 1 ? [`${step.attempts} attempts`] : []),
      ...(step.looks > 0 ? [`${step.looks} ${step.looks === 1 ? 'look' : 'looks'}`] : []),
    ];
    const note = [...new Set(details)].map((text) => shown(text, 'note')).join(' · ');
    return `${part}<li class="tone-${TONES[step.state]}"><div class="row"><span class="glyph"><span aria-hidden="true">${STATE_GLYPHS[step.state]}</span><span class="hidden">${STATE_WORDS[step.state]}: </span></span><span>${html(shown(step.title, 'title'))}</span><span class="when">${clockSince(step.from, startedAt)}${took}</span></div>${note === '' ? '' : `<p class="note">${html(note)}</p>`}<svg class="bar" aria-hidden="true"><rect class="whole" width="100%" height="5" rx="2"/><rect class="own" x="${percent(Math.min(from, 1 - width))}" width="${percent(width)}" height="5" rx="1"/></svg></li>`;
  };
  return ['<ol class="steps">', ...withLeft(bounded(steps, BYTES.steps, one), leftOut(run, 'steps')), '</ol>'];
}

export function gateParts(gates: readonly GateStory[], run: string): readonly string[] {
  const one = (gate: GateStory): string => {
    const facts: readonly Fact[] = [
      { name: 'asks', value: gate.role },
      { name: 'opened', value: moment(gate.openedAt) },
      { name: 'meanwhile', value: gate.guard },
      ...(gate.given.length === 0 ? [{ name: 'filled in', value: 'not yet' }] : []),
      ...gate.given.flatMap(({ time, by, host, answers, more }) => [
        { name: 'filled in', value: `${moment(time)}, after ${lasting(time - gate.openedAt)}` },
        { name: 'by', value: `${by}, on ${host}` },
        ...answers.map(({ name, question, value }) => ({ name: question === '' ? name : question, value })),
        ...more.map(proof),
      ]),
    ];
    const about = gate.description === '' ? '' : `<p class="small soft">${html(shown(gate.description, 'note'))}</p>`;
    return `<li class="card tone-${gate.given.length === 0 ? 'waiting' : 'plain'}"><h3>${html(shown(gate.title, 'title'))}</h3>${about}${factList(facts, 'pairs')}</li>`;
  };
  return ['<ul>', ...withLeft(bounded(gates, BYTES.gates, one), leftOut(run, 'gates')), '</ul>'];
}

export function decisionParts(decisions: readonly DecisionStory[], run: string): readonly string[] {
  const one = ({ time, kind, by, role, what, why, more }: DecisionStory): string =>
    `<li class="card tone-waiting"><h3>${html(kind)}: ${html(shown(what, 'note'))}</h3>${factList(
      [
        { name: 'by', value: role === '' ? by : `${by}, in the role ${role}` },
        { name: 'when', value: moment(time) },
        { name: 'why', value: why },
        ...more.map(proof),
      ],
      'pairs',
    )}</li>`;
  return ['<ul>', ...withLeft(bounded(decisions, BYTES.decisions, one), leftOut(run, 'decisions')), '</ul>'];
}

/** What one step had done, together. */
interface Group {
  readonly title: string;
  readonly time: number;
  readonly commands: CommandStory[];
}

export function commandParts(commands: readonly CommandStory[], startedAt: number, run: string): readonly string[] {
  const groups: Group[] = [];
  for (const command of commands) {
    const last = groups.at(-1);
    if (last !== undefined && last.title === command.title && last.time === command.time) last.commands.push(command);
    else groups.push({ title: command.title, time: command.time, commands: [command] });
  }
  const line = (one: CommandStory): string => {
    const took = one.durationMs === null ? '' : `, ${lasting(one.durationMs)}`;
    const why = one.why === '' ? '' : ` · ${one.why}`;
    return `<code class="command">${html(shown(one.text, 'command'))}</code><p class="result">${html(shown(`${one.kind} · ${one.result}${took}${why}`, 'note'))}</p>`;
  };
  const group = ({ title, time, commands: own }: Group): string => {
    const kept = bounded(own, BYTES.commands / 4, line);
    const left = (count: number): string => `<p class="left">${count} commands of this step left out here</p>`;
    return `<li><div class="row"><h3>${html(shown(title, 'title'))}</h3><span class="when">${clockSince(time, startedAt)}</span></div>${withLeft(kept, left).join('')}</li>`;
  };
  return [
    '<ol class="commands">',
    ...withLeft(bounded(groups, BYTES.commands, group), leftOut(run, 'steps with their commands')),
    '</ol>',
  ];
}

export function processParts(processes: readonly ProcessStory[], startedAt: number, run: string): readonly string[] {
  const one = ({ time, text }: ProcessStory): string =>
    `<li><div class="row"><span class="glyph" aria-hidden="true">·</span><span>${html(shown(text, 'note'))}</span><span class="when">${clockSince(time, startedAt)}</span></div></li>`;
  return ['<ol class="steps">', ...withLeft(bounded(processes, BYTES.processes, one), leftOut(run, 'lines')), '</ol>'];
}
