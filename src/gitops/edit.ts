import { ok, type Result, unwrap } from '../model/problem.ts';
import { formatOf } from './edit/locate.ts';
import { readValue } from './edit/read.ts';
import { setValue } from './edit/set.ts';

/** The version in a file of the GitOps repository: a string at a place that is there already. See edit/ for everything else. */

export interface Edited {
  readonly text: string;
  /** The value before, as YAML reads it; null for a file that did not exist. */
  readonly before: string | number | boolean | null;
  readonly changed: boolean;
}

/** Sets the value at `path` to `value`. The key must be there: a mistyped path shall not write a second version. Pure. */
export function setScalar(
  text: string,
  path: string,
  value: string,
  where: string,
  type: 'string' | 'number' = 'string',
): Result<Edited> {
  const edited = setValue(text, { path, value, type, missing: 'refuse' }, where);
  if (!edited.ok) return edited;
  const { text: after, before, changed } = edited.value;
  return ok({ text: after, before, changed });
}

/** The value at `path`, or a problem. Pure. @param where name of the file; one without a name that begins with a brace is JSON */
export function readScalar(text: string, path: string, where: string): Result<string | number | boolean | null> {
  const nameless = where === '' && /^\uFEFF?\s*\{/.test(text);
  const json = nameless ? readValue(text, { path, format: 'json' }, where) : undefined;
  return json?.ok === true ? json : readValue(text, { path }, where);
}

/** Text of a file that did not exist yet, with nothing but the value at `path`. Pure. @param file its name: *.json is JSON */
export function newFile(path: string, value: string, file = ''): string {
  const format = formatOf(file);
  const comment = `# What serves. Shiplock changes the value at ${path} and nothing else in this file.\n`;
  return unwrap(setValue(format === 'json' ? '{}\n' : comment, { path, value, type: 'string', format }, file)).text;
}
