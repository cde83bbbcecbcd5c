import { formatDuration } from '../../model/scalars.ts';
import type { Behind, GateView, PipelineView, StageView } from '../../release/index.ts';
import { FALLBACK_COLUMNS, type Io, painter, type Style } from '../io.ts';

/** The view for a terminal: no line is longer than it is wide, and 80 columns are enough. */
export function pipelineText(view: PipelineView, io: Pick<Io, 'terminal' | 'env' | 'columns'>): string {
  const paint = painter(io);
  const width = Math.max(40, io.columns ?? FALLBACK_COLUMNS);
  const lines: string[] = [paint('bold', view.service)];
  const say = (indent: number, text: string, style?: Style): void => {
    for (const line of wrapped(text, indent, width)) lines.push(style === undefined ? line : paint(style, line));
  };
  for (const stage of view.environments) {
    lines.push('');
    if (stage.from !== null) sayBetween(stage, say);
    lines.push(paint('bold', stage.environment));
    sayStage(stage, say);
  }
  if (view.quarantine.length > 0) lines.push('', paint('bold', 'In quarantine'));
  for (const { digest, component, version, environment, since, cause } of view.quarantine) {
    const what = component === null ? 'a digest' : `${component} ${version ?? ''}`.trimEnd();
    say(2, `${what}: ${cause} in ${environment} at ${minute(since)}`, 'yellow');
    say(4, digest, 'dim');
  }
  for (const { where, found } of view.problems) say(0, `${where}: ${found}`, 'yellow');
  return lines.join('\n');
}

type Say = (indent: number, text: string, style?: Style) => void;

function sayStage({ serves, unfinished, lock, environment }: StageView, say: Say): void {
  if (serves === null) say(2, 'nothing serves');
  else {
    const commit = serves.commit === null ? '' : `, commit ${serves.commit.slice(0, 12)}`;
    say(2, `${serves.version}${commit}`, 'green');
    say(2, `since ${minute(serves.since)} by ${serves.who}: ${serves.verdict}`);
  }
  if (lock !== null) say(2, `locked by ${lock.by} since ${minute(lock.time)}: ${lock.reason}`, 'yellow');
  for (const { run, title, state, gates } of unfinished) {
    say(2, `unfinished: ${title} (${state}), run ${run}`, 'yellow');
    for (const gate of gates) say(4, `open: ${gate}`);
    if (gates.length > 0) say(4, `shiplock gate show ${run}; shiplock status ${environment}`, 'cyan');
  }
}

/** What lies between an environment and the one before it. */
function sayBetween({ environment, behind, next }: StageView, say: Say): void {
  if (behind !== null) say(4, `to ${environment}: ${behindText(behind)}`, behind.kind === 'behind' ? 'cyan' : 'dim');
  for (const { gate, state, text } of next?.gates ?? []) {
    say(6, `${WORDS[state].padEnd(7)} ${gate}: ${text}`, STYLES[state]);
  }
}

const WORDS: Readonly<Record<GateView['state'], string>> = {
  met: 'met',
  waits: 'waits',
  asks: 'asks',
  refused: 'refused',
};
const STYLES: Readonly<Record<GateView['state'], Style>> = {
  met: 'green',
  waits: 'yellow',
  asks: 'cyan',
  refused: 'red',
};

function behindText(behind: Behind): string {
  switch (behind.kind) {
    case 'same':
      return 'the same release serves both';
    case 'nothing-before':
      return 'nothing serves before it';
    case 'behind': {
      const { releases, commits, forMs } = behind;
      const words = [count(releases, 'release'), ...(commits === null ? [] : [count(commits, 'commit')])];
      return `${words.join(', ')} behind, for ${formatDuration(Math.floor(forMs / 60_000) * 60_000)}`;
    }
  }
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}

/** `2026-11-21T20:11:05.000Z` → `2026-11-21 20:11Z`. */
export function minute(time: string): string {
  return `${time.slice(0, 16).replace('T', ' ')}Z`;
}

/** Lines of at most `width` columns; what has no blank to break at is cut. Pure. */
export function wrapped(text: string, indent: number, width: number): readonly string[] {
  const room = Math.max(10, width - indent - 2);
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap((one) => pieces(one, room))) {
    if (line !== '' && line.length + 1 + word.length > room) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  lines.push(line);
  return lines.map((one, index) => `${' '.repeat(indent + (index === 0 ? 0 : 2))}${one}`);
}

function pieces(word: string, room: number): readonly string[] {
  if (word.length <= room) return [word];
  return Array.from({ length: Math.ceil(word.length / room) }, (_, index) =>
    word.slice(index * room, (index + 1) * room),
  );
}
