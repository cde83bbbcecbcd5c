import { PLAIN_VERSION } from '../../model/client-package.ts';
import { bad, ok, type Problem, type Result } from '../../model/problem.ts';

/**
 * Puts a version into the one line of a script that sets the variable: `version=1.0.0`, with or without quotes, `readonly` or `export` before it. All
 * other bytes stay as they are. Pure.
 * @param where file, for problems
 */
export function stampVersion(text: Buffer, variable: string, version: string, where: string): Result<Buffer> {
  if (!PLAIN_VERSION.test(version)) return bad(notPlain(version, where));
  // One character per byte, so that what is no UTF-8 stays as it is.
  const lines = text.toString('latin1').split('\n');
  const pattern = new RegExp(
    `^([ \\t]*(?:(?:readonly|export)[ \\t]+)?${variable}=)(?:"[^"]*"|'[^']*'|[^\\s;#"']*)([ \\t]*(?:#.*)?\\r?)$`,
  );
  const found = lines.flatMap((line, index) => (pattern.test(line) ? [index] : []));
  const [only] = found;
  if (only === undefined || found.length > 1) return bad(notOnce(variable, where, found));
  // What a version may consist of needs no quotes.
  const stamped = lines.with(
    only,
    (lines[only] ?? '').replace(pattern, (_line, before: string, after: string) => `${before}${version}${after}`),
  );
  return ok(Buffer.from(stamped.join('\n'), 'latin1'));
}

function notOnce(variable: string, where: string, found: readonly number[]): Problem {
  const places = found.map((index) => index + 1).join(', ');
  return {
    code: 'build.script-stamp',
    where: found.length > 1 ? `${where}:${(found[1] ?? 0) + 1}` : where,
    found: found.length === 0 ? `no line that sets ${variable}` : `${variable} set in lines ${places}`,
    expected: `one line such as ${variable}=0.0.0, which gets the version of the release`,
    remedy: `keep one such line, or name another variable with \`stamp\``,
  };
}

function notPlain(version: string, where: string): Problem {
  return {
    code: 'build.script-version',
    where,
    found: `the version ${JSON.stringify(version)}`,
    expected: 'letters, digits, dots, +, _ and -, beginning with a letter or digit, at most 128',
    remedy: 'give the release another name, or tag the commit with one',
  };
}
