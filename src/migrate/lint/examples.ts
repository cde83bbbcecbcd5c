import type { Dialect } from '../sql/tree.ts';
import { lint } from './lint.ts';
import { lintFileOf } from './read.ts';
import { serverOf } from './server.ts';
import type { Example, LintFile, LintResult, Rule } from './types.ts';

/** The examples of rules as files, so that tests judge them exactly as migrations are judged. */

export function dialectsOf(example: Example): readonly Dialect[] {
  return example.dialect === undefined ? ['mysql', 'mariadb'] : [example.dialect];
}

/** The bad or the good text of an example behind what was there before; undefined: its version is none. Pure. */
export function exampleFiles(
  example: Example,
  which: 'bad' | 'good',
  dialect: Dialect,
): { readonly files: readonly LintFile[]; readonly server: NonNullable<ReturnType<typeof serverOf>> } | undefined {
  const server = serverOf(dialect, example.version);
  if (server === undefined) return undefined;
  const before =
    example.before === undefined ? [] : [lintFileOf('0001_before.sql', example.before, server, { judged: false })];
  const file = lintFileOf('0002_example.sql', example[which], server, { down: example.down?.[which] });
  return { server, files: [...before, file] };
}

/** What lint says about it; a rule that is off is switched on for its own examples. Pure. */
export function judgedExample(
  rule: Rule,
  example: Example,
  which: 'bad' | 'good',
  dialect: Dialect,
): LintResult | undefined {
  const made = exampleFiles(example, which, dialect);
  if (made === undefined) return undefined;
  return lint(made.files, {
    server: made.server,
    today: '2026-01-01',
    complete: true,
    facts: { bytes: new Map(Object.entries(example.bytes ?? {})) },
    ...(rule.level === 'off' ? { levels: { [rule.id]: 'warning' } } : {}),
  });
}
