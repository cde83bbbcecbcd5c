import { isDeepStrictEqual } from 'node:util';
import { EVENT_ID, type Event, getScalarValue, SCALAR_STYLE } from 'js-yaml';
import { parsed } from './events.ts';
import type { Names, Steps } from './find.ts';
import type { Format } from './tree.ts';
import { plainKinds, type Wanted } from './value.ts';

/**
 * The second opinion on every edit. What came out is parsed again by a parser that had no part in making it (js-yaml, JSON.parse), and
 * the whole must be as before but for the target: every document, key, value, quote, anchor, alias and tag. Pure.
 */

export interface Expected {
  readonly document: number;
  /** To the value that was set, or to the mapping that got new keys. */
  readonly steps: Steps;
  /** The same by names. */
  readonly names: Names;
  /** Keys that were added, outermost first; none when a value was set. */
  readonly added: readonly string[];
  readonly wanted: Wanted;
}

/** Why the edit is not exact; undefined when it is. */
export function objection(before: string, after: string, expected: Expected, format: Format): string | undefined {
  try {
    return format === 'json' ? inJson(before, after, expected) : inYaml(before, after, expected);
  } catch (error) {
    return `the second parser refuses it: ${(error instanceof Error ? error.message : String(error)).split('\n')[0]}`;
  }
}

/** A value without places. */
interface Shape {
  /** What it is and how it is written; for a document its markers and directives. */
  readonly kind: string;
  /** Anchor and tag. */
  readonly props: string;
  readonly anchor: string | undefined;
  readonly text: string;
  /** Mappings hold key, value, key, value …; so the n-th value of one is part 2n + 1. */
  readonly parts: Shape[];
}

interface Whole {
  readonly documents: readonly Shape[];
  /** Names behind `*`. */
  readonly aliases: ReadonlySet<string>;
}

const PLAIN = `scalar ${SCALAR_STYLE.PLAIN}`;
const NOTHING: Shape = { kind: PLAIN, props: '', anchor: undefined, text: '', parts: [] };

function inYaml(before: string, after: string, expected: Expected): string | undefined {
  const old = shapes(before).documents;
  const now = shapes(after);
  // A file without any document gets its first one.
  const [only] = now.documents;
  if (old.length === 0 && only !== undefined && now.documents.length === 1) {
    return atTarget(NOTHING, only.parts[0] ?? NOTHING, expected, now.aliases, []);
  }
  if (old.length !== now.documents.length) return `${now.documents.length} documents instead of ${old.length}`;
  for (const [index, one] of old.entries()) {
    const other = now.documents[index] ?? NOTHING;
    const why =
      index === expected.document && one.kind === other.kind
        ? atTarget(one.parts[0] ?? NOTHING, other.parts[0] ?? NOTHING, expected, now.aliases, expected.steps)
        : different(one, other);
    if (why !== undefined) return `document ${index + 1}: ${why}`;
  }
  return undefined;
}

function atTarget(
  old: Shape,
  now: Shape,
  expected: Expected,
  aliases: ReadonlySet<string>,
  steps: Steps,
): string | undefined {
  const [step, ...rest] = steps;
  if (old.anchor !== undefined && aliases.has(old.anchor)) return `*${old.anchor} shares what changed`;
  if (step === undefined) {
    return expected.added.length === 0
      ? setTo(now, old.props, expected.wanted)
      : grown(old, now, expected.added, expected.wanted);
  }
  if (old.kind !== now.kind || old.props !== now.props) return 'a value on the way changed';
  const at = old.kind.startsWith('map') ? 2 * step + 1 : step;
  return parts(old, now, (one, other, index) =>
    index === at ? atTarget(one, other, expected, aliases, rest) : different(one, other),
  );
}

/** `now` is `old` and one key more, behind the others. */
function grown(old: Shape, now: Shape, [name, ...deeper]: readonly string[], wanted: Wanted): string | undefined {
  const empty = old.kind === PLAIN && old.text === '';
  if (!now.kind.startsWith('map') || now.props !== old.props || !(empty || old.kind === now.kind)) {
    return 'no such mapping came out';
  }
  const [key, value] = now.parts.slice(-2);
  if (key === undefined || value === undefined || key.text !== name || key.props !== '')
    return 'not the key that was wanted';
  const why = parts(old, { ...now, parts: now.parts.slice(0, -2) }, different);
  if (why !== undefined) return why;
  return deeper.length === 0 ? setTo(value, '', wanted) : grown(NOTHING, value, deeper, wanted);
}

/** Both versions of YAML must read it as what was wanted. */
function setTo(now: Shape, props: string, wanted: Wanted): string | undefined {
  if (!now.kind.startsWith('scalar') || now.text !== wanted.text) return 'the new value reads as another text';
  if (now.props !== props) return 'the new value has an anchor or a tag';
  const kinds = now.kind === PLAIN ? plainKinds(now.text) : (['string', 'string'] as const);
  return kinds.every((kind) => kind === wanted.type) ? undefined : `the new value reads as ${kinds.join(' or ')}`;
}

function different(old: Shape, now: Shape): string | undefined {
  if (old.kind !== now.kind || old.props !== now.props || old.text !== now.text) {
    return `${JSON.stringify(old.text.slice(0, 40))} changed too`;
  }
  return parts(old, now, different);
}

function parts(
  old: Shape,
  now: Shape,
  compare: (old: Shape, now: Shape, index: number) => string | undefined,
): string | undefined {
  if (old.parts.length !== now.parts.length) return `${now.parts.length} parts instead of ${old.parts.length}`;
  for (const [index, one] of old.parts.entries()) {
    const why = compare(one, now.parts[index] ?? NOTHING, index);
    if (why !== undefined) return why;
  }
  return undefined;
}

function shapes(whole: string): Whole {
  const { text, events } = parsed(whole);
  const top: Shape = { ...NOTHING, kind: 'file', parts: [] };
  const aliases = new Set<string>();
  const open: Shape[] = [top];
  for (const event of events) {
    if (event.type === EVENT_ID.POP) {
      open.pop();
      continue;
    }
    const shape = shapeOf(text, event);
    open.at(-1)?.parts.push(shape);
    if (event.type === EVENT_ID.ALIAS) aliases.add(shape.text);
    else if (event.type !== EVENT_ID.SCALAR) open.push(shape);
  }
  return { documents: top.parts, aliases };
}

function shapeOf(text: string, event: Exclude<Event, { type: typeof EVENT_ID.POP }>): Shape {
  if (event.type === EVENT_ID.DOCUMENT) {
    const { explicitStart, explicitEnd, directives } = event;
    return { ...NOTHING, kind: `document ${JSON.stringify([explicitStart, explicitEnd, directives])}`, parts: [] };
  }
  if (event.type === EVENT_ID.ALIAS) {
    return { ...NOTHING, kind: 'alias', text: text.slice(event.anchorStart, event.anchorEnd), parts: [] };
  }
  const anchor = event.anchorStart < 0 ? undefined : text.slice(event.anchorStart, event.anchorEnd);
  const tag = event.tagStart < 0 ? '' : text.slice(event.tagStart, event.tagEnd);
  const kind = event.type === EVENT_ID.MAPPING ? 'map' : event.type === EVENT_ID.SEQUENCE ? 'list' : 'scalar';
  return {
    kind: `${kind} ${event.style}`,
    props: JSON.stringify([anchor ?? '', tag]).replace('["",""]', ''),
    anchor,
    text: event.type === EVENT_ID.SCALAR ? getScalarValue(text, event) : '',
    parts: [],
  };
}

function inJson(before: string, after: string, { wanted, added, names }: Expected): string | undefined {
  const old: unknown = JSON.parse(before.replace(/^\uFEFF/, ''));
  const now: unknown = JSON.parse(after.replace(/^\uFEFF/, ''));
  const value: unknown = wanted.type === 'string' ? wanted.text : JSON.parse(wanted.text);
  const [first, ...deeper] = added;
  const expected = replaced(old, names, (there) =>
    first === undefined
      ? value
      : own([...pairs(there), [first, deeper.reduceRight<unknown>((inner, key) => own([[key, inner]]), value)]]),
  );
  return isDeepStrictEqual(now, expected) ? undefined : 'more than the target changed';
}

/** A deep copy of plain data with one value exchanged. */
function replaced(data: unknown, names: Names, change: (there: unknown) => unknown): unknown {
  const [name, ...rest] = names;
  if (name === undefined) return change(data);
  if (Array.isArray(data)) {
    return data.map((item: unknown, index) => (index === name ? replaced(item, rest, change) : item));
  }
  return own(pairs(data).map(([key, item]) => [key, key === name ? replaced(item, rest, change) : item]));
}

function pairs(data: unknown): readonly (readonly [string, unknown])[] {
  return typeof data === 'object' && data !== null ? Object.entries(data) : [];
}

function own(list: readonly (readonly [string, unknown])[]): unknown {
  return Object.fromEntries(list);
}
