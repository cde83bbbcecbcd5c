import { distance } from 'fastest-levenshtein';
import { parse, stringify, YAMLParseError } from 'yaml';
import { z } from 'zod';
import {
  CHANGE_SECTIONS,
  type ChangeRecord,
  type ChangeTexts,
  changeHeadSchema,
  type SectionKey,
} from '../../model/change.ts';
import { nearest } from '../../model/json.ts';
import { bad, ok, type Problem, type Result } from '../../model/problem.ts';
import { digestOf, toJson } from '../../procedure/journal/canonical.ts';

/** The file of a change: front matter and sections, read and written. Pure. */

const HEADING = /^#{2,3}[ \t]+(.+?)[ \t]*#*$/;
/** What a form of the forge writes for a field that was left empty. */
const NOTHING = '_No response_';

/** The whole file. */
export function changeText({ head, texts }: ChangeRecord): string {
  const sections = CHANGE_SECTIONS.flatMap(({ key, heading, question, required }) => {
    const said = texts[key];
    return said === undefined && !required
      ? [`## ${heading}`, '', `<!-- ${question} -->`, '']
      : [`## ${heading}`, '', said ?? '', ''];
  });
  return [
    '---',
    stringify(head, { lineWidth: 0 }).trimEnd(),
    '---',
    '',
    `# ${head.change}: ${head.title}`,
    '',
    ...sections,
  ]
    .join('\n')
    .trimEnd()
    .concat('\n');
}

/** @param where the file, as problems name it */
export function readChangeText(text: string, where: string): Result<ChangeRecord> {
  const [, yaml, body] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(text) ?? [];
  if (yaml === undefined || body === undefined)
    return bad(unreadable(where, 'no front matter between two lines of ---'));
  const line = yaml.split('\n').length + 2;
  let front: unknown;
  try {
    front = parse(yaml);
  } catch (error) {
    const at = error instanceof YAMLParseError ? `:${(error.linePos?.[0].line ?? 0) + 1}` : '';
    return bad(
      unreadable(`${where}${at}`, error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)),
    );
  }
  const head = changeHeadSchema.safeParse(front);
  if (!head.success) return bad(unreadable(where, z.prettifyError(head.error).replaceAll('\n', '; ')));
  const texts = readSections(body, where, line);
  return texts.ok ? ok({ head: head.data, texts: texts.value }) : texts;
}

/**
 * The sections of a text: of a file, or of an issue that was made by the form. What stands before the first heading belongs to nobody.
 *
 * @param from number of lines before the text
 * @param others further headings that the text may have, as the form of an issue does; they are not returned
 */
export function readSections(
  text: string,
  where: string,
  from = 0,
  others: readonly string[] = [],
): Result<ChangeTexts> {
  const problems: Problem[] = [];
  const found = new Map<SectionKey, string[]>();
  let into: string[] = [];
  for (const [index, line] of text.replaceAll('\r\n', '\n').split('\n').entries()) {
    const name = HEADING.exec(line)?.[1];
    if (name === undefined) {
      into.push(line);
      continue;
    }
    into = [];
    const place = `${where}:${from + index + 1}`;
    const section = CHANGE_SECTIONS.find(({ heading }) => heading.toLowerCase() === name.toLowerCase());
    if (section === undefined) {
      if (!others.some((other) => other.toLowerCase() === name.toLowerCase()))
        problems.push(unknownSection(place, name));
    } else if (found.has(section.key)) problems.push(twice(place, name));
    else found.set(section.key, into);
  }
  const texts: Partial<Record<SectionKey, string>> = {};
  for (const [key, lines] of found) {
    const said = lines
      .join('\n')
      .replaceAll(/<!--[\s\S]*?-->/g, '')
      .trim();
    if (said !== '' && said !== NOTHING) texts[key] = said;
  }
  return problems.length > 0 ? bad(...problems) : ok(texts);
}

/** The words of a heading of a form that stands before the sections; undefined: it is not there, or empty. */
export function wordsUnder(text: string, heading: string): string | undefined {
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  const at = lines.findIndex((line) => HEADING.exec(line)?.[1]?.toLowerCase() === heading.toLowerCase());
  if (at < 0) return undefined;
  const end = lines.findIndex((line, index) => index > at && HEADING.test(line));
  const said = lines
    .slice(at + 1, end < 0 ? undefined : end)
    .join('\n')
    .trim();
  return said === '' || said === NOTHING ? undefined : said;
}

/** Sections without which nobody can judge it. */
export function missingSections(texts: ChangeTexts): readonly (typeof CHANGE_SECTIONS)[number][] {
  return CHANGE_SECTIONS.filter(({ key, required }) => required && texts[key] === undefined);
}

/** What is asked for, as a digest: the record without its closing words. How the file is laid out plays no part. */
export function requestDigest({ head, texts }: ChangeRecord): string {
  const { closed: _, ...asked } = head;
  return `sha256:${digestOf(toJson({ head: asked, texts }))}`;
}

function unreadable(where: string, found: string): Problem {
  return {
    code: 'change.unreadable',
    where,
    found,
    expected: 'a change record as `shiplock change new` writes it',
    remedy: 'mend the file, or withdraw it and ask anew with `shiplock change new`',
  };
}

function unknownSection(where: string, found: string): Problem {
  const names = CHANGE_SECTIONS.map(({ heading }) => heading);
  const near = nearest(found, names, distance);
  return {
    code: 'change.unknown-section',
    where,
    found,
    expected: `one of ${names.join(', ')}`,
    remedy: near === undefined ? 'write it under one of these headings' : `did you mean ${near}?`,
  };
}

function twice(where: string, found: string): Problem {
  return {
    code: 'change.section-twice',
    where,
    found,
    expected: 'each heading once',
    remedy: 'make one section of the two',
  };
}
