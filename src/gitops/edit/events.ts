import { type Event, parseEvents, YAMLException } from 'js-yaml';
import { MAX_DEPTH } from './tree.ts';

export interface Parsed {
  /** What was parsed: offsets of the events count in it. */
  readonly text: string;
  readonly events: readonly Event[];
}

/**
 * How js-yaml reads a text. It wants a closing bracket deeper than the key that it belongs to, which most people do not write, and every other
 * reader lets pass. Such a text is read with spaces in front of the brackets that begin a line; before and after an edit alike, so that what
 * differs between the two is the edit.
 * @throws YAMLException about the text as it is
 */
export function parsed(whole: string): Parsed {
  // Offsets of the parser count from behind the mark.
  const text = whole.replace(/^\uFEFF/, '');
  try {
    return { text, events: parseEvents(text, { maxDepth: MAX_DEPTH }) };
  } catch (error) {
    if (!(error instanceof YAMLException) || error.reason !== 'deficient indentation') throw error;
    const deeper = padded(text);
    try {
      return { text: deeper, events: parseEvents(deeper, { maxDepth: MAX_DEPTH }) };
    } catch {
      throw error;
    }
  }
}

/** Deeper than any key of a document that is nested no deeper than is allowed here. */
const PAD = ' '.repeat(8 * MAX_DEPTH);

function padded(text: string): string {
  let lines = 0;
  // A hostile text shall not grow without end.
  return text.replace(/^ *(?=[\]}])/gm, (spaces) => (lines++ < 5_000 ? PAD : spaces));
}
