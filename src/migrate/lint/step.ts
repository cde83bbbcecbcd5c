import { z } from 'zod';
import type { Problem } from '../../model/problem.ts';
import { step } from '../../procedure/build.ts';
import type { Step } from '../../procedure/tree.ts';
import type { Migration } from '../files/files.ts';
import { pendingMigrations } from '../files/pending.ts';
import type { Family, MigrationDatabase } from '../server/database.ts';
import type { LintLevel } from './levels.ts';
import { isComplete, lint } from './lint.ts';
import { readLintFiles } from './read.ts';
import { serverOf } from './server.ts';
import type { LintFinding, LintResult, Waived } from './types.ts';

/** What shiplock.yaml says about lint, and where the files lie. */
export interface LintSettings {
  readonly migrations: string;
  readonly rules: Readonly<Record<string, LintLevel>>;
  /** Null: all are judged. */
  readonly from: number | null;
}

const lintOutputs = z.strictObject({
  /** Findings that a waiver let pass, with who answers for it. */
  waived: z.array(z.string()).readonly(),
});
export type LintOutputs = Readonly<z.infer<typeof lintOutputs>>;

/** Refuses what is pending and has findings of level error, before anything is touched. What was waived stands in the journal. */
export function lintStep(options: {
  readonly lint: LintSettings;
  readonly database: MigrationDatabase;
  readonly engine: Family;
  readonly migrations: readonly Migration[];
}): Step<LintResult, LintOutputs> {
  const outputs = ({ waived }: LintResult): LintOutputs => ({ waived: waived.map(waivedText) });
  return step<LintResult, LintOutputs>({
    id: 'lint',
    title: 'Judge the pending migrations by the rules',
    inputs: { rules: options.lint.rules, from: options.lint.from },
    read: async (ctx) => {
      const { applied, server } = await options.database.look();
      const pending = pendingMigrations(applied, options.migrations);
      // When files and database tell different stories, the check behind this one says so.
      const files = new Set((pending.ok ? pending.value.apply : []).map(({ file }) => file));
      const target = serverOf(options.engine, server.version) ?? serverOf(options.engine);
      if (files.size === 0 || target === undefined) return { findings: [], waived: [], files: 0, statements: 0 };
      const read = await readLintFiles([options.lint.migrations], target, { from: options.lint.from ?? undefined });
      const result = lint(
        read.map((file) => ({ ...file, judged: file.judged && files.has(file.name) })),
        {
          server: target,
          today: new Date(ctx.clock.now()).toISOString().slice(0, 10),
          levels: options.lint.rules,
          complete: isComplete(read),
        },
      );
      for (const { level, rule, file, line, message } of result.findings)
        if (level === 'warning') ctx.note(`${rule} ${file}:${line}: ${message}`);
      return result;
    },
    decide: (result) => {
      const problems = result.findings.filter(({ level }) => level === 'error').map(refusal);
      if (problems.length > 0) return { kind: 'refuse', problems };
      const { waived } = outputs(result);
      const rest = waived.length === 0 ? '' : `; waived: ${waived.join('; ')}`;
      return { kind: 'nothing', why: `${result.statements} statements, no finding of level error${rest}` };
    },
    outputs: lintOutputs,
    collect: (_results, result) => outputs(result),
    planned: outputs,
    probe: 'repeatable',
  });
}

function waivedText({ finding, waiver }: Waived): string {
  const { rule, file, line, message } = finding;
  return `${rule} ${file}:${line} ${message} (${waiver.owner}, until ${waiver.until}: ${waiver.reason})`;
}

/** Pure. */
export function refusal({ rule, file, line, column, message, why, safe }: LintFinding): Problem {
  return {
    code: 'migrate.lint',
    where: `${file}:${line}:${column}`,
    found: `${rule}: ${message}`,
    expected: `no finding of level error. ${why}`,
    remedy: `${safe} \`shiplock migrate lint --rule ${rule}\` says more; a person who answers for it may write a waiver`,
  };
}
