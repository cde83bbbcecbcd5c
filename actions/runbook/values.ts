import { distance } from 'fastest-levenshtein';
import { wordsOf } from '../../src/chatops/index.ts';
import { nearest } from '../../src/model/json.ts';
import { type Problem, ProblemError } from '../../src/model/problem.ts';
import type { Runbook } from '../../src/release/runbook/index.ts';

/** What the inputs `values` and `confirm` say. Pure. */

const WHERE = 'input values';

/**
 * Texts of inputs by name, out of `name=text` words. Quotes are read as in a comment; nothing else has a meaning, and no shell has a part in it.
 * @throws ProblemError `cli.action-input` for every word that is none, or a line that cannot be read
 */
export function readValues(runbook: Pick<Runbook, 'id' | 'inputs'>, text = ''): Readonly<Record<string, string>> {
  const problems: Problem[] = [];
  const values = new Map<string, string>();
  for (const line of text.split(/\r\n|[\r\n]/)) {
    const words = wordsOf(line);
    if (!words.ok) {
      problems.push(...words.problems.map((one) => ({ ...one, where: WHERE })));
      continue;
    }
    for (const word of words.value) {
      const [, name, value = ''] = /^([a-z][a-z0-9-]*)=(.*)$/s.exec(word) ?? [];
      if (name === undefined) problems.push(noPair(word));
      else if (!runbook.inputs.some((one) => one.name === name)) problems.push(unknownName(runbook, name));
      else if (values.has(name)) problems.push(bad(`${name} twice`, 'each input once', `leave one ${name}= out`));
      else values.set(name, value);
    }
  }
  if (problems.length > 0) throw new ProblemError(problems);
  return Object.fromEntries(values);
}

/**
 * Nobody sits at a job who could be asked, so what cannot be brought back needs the name of the environment a second time.
 * @throws ProblemError `cli.action-input`
 */
export function checkConfirmed(
  { id, severity }: Pick<Runbook, 'id' | 'severity'>,
  environment: string,
  confirm: string | undefined,
): void {
  if (severity !== 'destructive' || confirm === environment) return;
  throw new ProblemError({
    code: 'cli.action-input',
    where: 'input confirm',
    found: confirm === undefined ? 'nothing' : JSON.stringify(confirm),
    expected: `${environment}: ${id} takes away what cannot be brought back`,
    remedy: `look at it with \`plan: true\`, then set \`confirm: ${environment}\` under \`with:\``,
  });
}

function noPair(word: string): Problem {
  return bad(
    JSON.stringify(word.slice(0, 60)),
    'name=text',
    'put a text of several words into quotes: reason="two words"',
  );
}

function unknownName({ id, inputs }: Pick<Runbook, 'id' | 'inputs'>, name: string): Problem {
  const names = inputs.map((one) => one.name);
  const near = nearest(name, names, distance);
  const expected = names.length === 0 ? `nothing: ${id} has no inputs` : `one of ${names.join(', ')}`;
  return bad(name, expected, near === undefined ? `see \`shiplock runbook show ${id}\`` : `did you mean ${near}?`);
}

function bad(found: string, expected: string, remedy: string): Problem {
  return { code: 'cli.action-input', where: WHERE, found, expected, remedy };
}
