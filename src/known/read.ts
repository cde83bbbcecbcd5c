import { parse } from 'yaml';
import { z } from 'zod';
import { bad, ok, type Problem, type Result } from '../model/problem.ts';
import { frontMatterSchema, type KnownError, knownErrorSchema } from './known-error.ts';
import { type Matcher, matcherOf, recognise } from './match.ts';
import { compile } from './pattern.ts';

/** Reads pages of docs/known-errors: front matter in YAML, then `## Cause`, `## Fix`, `## Command` where there is one, and `## Seen`. Pure. */

/** A page with the real texts that it is about. */
export interface Page {
  readonly error: KnownError;
  /** What stands in the blocks of `## Seen`. */
  readonly seen: readonly string[];
}

/** Longer pages are no answer at night. */
const LONGEST_PAGE = 16_384;

/** `name`: of the file, as in `docs/known-errors/disk-full.md`. Every mistake is named. */
export function readPage(name: string, text: string): Result<Page> {
  if (text.length > LONGEST_PAGE)
    return bad(unreadable(name, `${text.length} characters`, `at most ${LONGEST_PAGE}`, 'say it shorter'));
  const parts = /^---\r?\n([\s\S]*?)\r?\n---\r?\n([\s\S]*)$/.exec(text);
  if (parts === null)
    return bad(unreadable(name, 'no front matter', 'a first line `---`, then YAML, then `---`', 'add it'));
  const [, top = '', body = ''] = parts;
  const front = frontMatterSchema.safeParse(yamlOf(top));
  if (!front.success)
    return bad(
      unreadable(
        name,
        z.prettifyError(front.error).replaceAll('\n', '; '),
        'front matter with id, title, severity, and patterns or codes',
        'mend it as docs/known-errors/README.md describes',
      ),
    );
  const { id, patterns, codes } = front.data;
  const problems: Problem[] = [];
  if (id !== name.replace(/^.*\//, '').replace(/\.md$/, ''))
    problems.push(unreadable(name, `the id ${id}`, 'the name of the file', 'give both the same name'));
  if (patterns.length + codes.length === 0)
    problems.push(
      unreadable(name, 'no pattern and no code', 'something to recognise it by', 'add `patterns:` or `codes:`'),
    );
  for (const pattern of patterns) {
    const compiled = compile(pattern);
    if (!compiled.ok) problems.push(...compiled.problems.map((one) => ({ ...one, where: `${name}: ${one.where}` })));
  }
  const sections = sectionsOf(body);
  const command = sections.get('Command');
  const parsed = knownErrorSchema.safeParse({
    ...front.data,
    cause: proseOf(sections.get('Cause') ?? ''),
    fix: proseOf(sections.get('Fix') ?? ''),
    command: command === undefined ? null : (blocksOf(command)[0] ?? ''),
  });
  const seen = blocksOf(sections.get('Seen') ?? '');
  if (!parsed.success)
    problems.push(
      unreadable(
        name,
        z.prettifyError(parsed.error).replaceAll('\n', '; '),
        'sections `## Cause` and `## Fix`, and a block of code in `## Command` where there is one',
        'write them',
      ),
    );
  if (problems.length > 0 || !parsed.success) return bad(...problems);
  const unproven = unprovenIn(name, parsed.data, seen);
  return unproven.length === 0 ? ok({ error: parsed.data, seen }) : bad(...unproven);
}

/** A page proves itself: every pattern is found in what it shows, and everything that it shows holds one. */
function unprovenIn(name: string, error: KnownError, seen: readonly string[]): readonly Problem[] {
  const idle = error.patterns.filter(
    (pattern) => !seen.some((text) => holds(matcherOf([{ ...error, patterns: [pattern] }]), text)),
  );
  const strange = error.patterns.length === 0 ? [] : seen.filter((text) => !holds(matcherOf([error]), text));
  return [
    ...idle.map((pattern) =>
      unreadable(
        name,
        `the pattern ${pattern}, which is found in nothing that the page shows`,
        'a real text for every pattern, in a block of code below `## Seen`',
        'add the text as the component wrote it, or mend the pattern',
      ),
    ),
    ...strange.map((text) =>
      unreadable(
        name,
        `a text below \`## Seen\` in which no pattern is found: ${text.slice(0, 80)}`,
        'texts that it is recognised by',
        'mend the patterns',
      ),
    ),
  ];
}

function holds(matcher: Matcher, text: string): boolean {
  return recognise(matcher, [{ where: '', text, code: null }]).recognised.length > 0;
}

function yamlOf(text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 0 });
  } catch {
    return undefined;
  }
}

function sectionsOf(body: string): ReadonlyMap<string, string> {
  const parts = body.split(/^## (.*)$/m);
  return new Map(
    parts.flatMap((title, index) => (index % 2 === 1 ? [[title.trim(), parts[index + 1] ?? ''] as const] : [])),
  );
}

/** Paragraphs as one line of text. */
function proseOf(section: string): string {
  return section.replace(/\s+/g, ' ').trim();
}

/** What stands in blocks of code, as it stands there. */
function blocksOf(section: string): readonly string[] {
  return [...section.matchAll(/^```[a-z]*\r?\n([\s\S]*?)\r?\n```$/gm)].map(([, inside = '']) => inside);
}

function unreadable(where: string, found: string, expected: string, remedy: string): Problem {
  return { code: 'known.unreadable', where, found, expected, remedy };
}
