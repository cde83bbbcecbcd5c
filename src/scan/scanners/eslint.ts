import { z } from 'zod';
import { asJson, below, type Call, endedWith, GarbledOutput, inForm, type Scanner } from '../scanner.ts';
import type { RawFinding, Severity } from '../types.ts';

/** Unsafe JavaScript and TypeScript, by the rules of https://github.com/eslint-community/eslint-plugin-security */

const report = z.array(
  z.looseObject({
    filePath: z.string(),
    messages: z.array(
      z.looseObject({
        ruleId: z.string().nullable(),
        fatal: z.boolean().optional(),
        message: z.string(),
        line: z.number().optional(),
        column: z.number().optional(),
      }),
    ),
  }),
);

/**
 * What each rule is worth. Most only see that a value is no literal, and cannot see where it comes from: they are worth a look, not a stop.
 * detect-object-injection is left out: it reports nearly every `a[b]`.
 */
const RULES: Readonly<Record<string, { readonly severity: Severity; readonly cwe?: string }>> = {
  'detect-eval-with-expression': { severity: 'high', cwe: 'CWE-95' },
  'detect-bidi-characters': { severity: 'high', cwe: 'CWE-1007' },
  'detect-invisible-characters': { severity: 'medium', cwe: 'CWE-1007' },
  'detect-buffer-noassert': { severity: 'medium', cwe: 'CWE-125' },
  'detect-child-process': { severity: 'medium', cwe: 'CWE-78' },
  'detect-disable-mustache-escape': { severity: 'medium', cwe: 'CWE-79' },
  'detect-new-buffer': { severity: 'medium', cwe: 'CWE-908' },
  'detect-no-csrf-before-method-override': { severity: 'medium', cwe: 'CWE-352' },
  'detect-pseudoRandomBytes': { severity: 'medium', cwe: 'CWE-338' },
  'detect-unsafe-regex': { severity: 'medium', cwe: 'CWE-1333' },
  'detect-non-literal-regexp': { severity: 'low', cwe: 'CWE-1333' },
  'detect-non-literal-require': { severity: 'low', cwe: 'CWE-829' },
  'detect-non-literal-fs-filename': { severity: 'low', cwe: 'CWE-22' },
  'detect-possible-timing-attacks': { severity: 'low', cwe: 'CWE-208' },
};

const PREFIX = 'security/';
const ENDINGS = ['js', 'cjs', 'mjs', 'jsx', 'ts', 'cts', 'mts', 'tsx'];

/** What it is asked to look at: no dependencies, wherever they lie, and nothing of Yarn, which keeps itself in the repository. Pure. */
function sourcesOf(files: readonly string[]): readonly string[] {
  const own = new RegExp(`\\.(?:${ENDINGS.join('|')})$`);
  return files.filter((file) => own.test(file) && !/\/(?:node_modules|\.yarn)\//.test(`/${file}`));
}

/** Ours alone. The plugin and the parser are those beside the program, since a configuration finds modules only beside itself. */
const CONFIG = `import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
const beside = createRequire(realpathSync(process.argv[1]));
const { parser } = beside('typescript-eslint');
export default [
  { ignores: ['**/.yarn/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'off' } },
  {
    files: ${JSON.stringify(ENDINGS.map((ending) => `**/*.${ending}`))},
    plugins: { security: beside('eslint-plugin-security') },
    rules: ${JSON.stringify(Object.fromEntries(Object.keys(RULES).map((rule) => [PREFIX + rule, 'warn'])))},
    languageOptions: { parser, parserOptions: { ecmaFeatures: { jsx: true } } },
  },
];
`;

export const eslint: Scanner = {
  id: 'eslint',
  subject: 'code',
  program: 'eslint',
  version: ['eslint', '--version'],
  install:
    'put ESLint on PATH with eslint-plugin-security and typescript-eslint beside it: `npm ci --ignore-scripts` in `tools/eslint` of Shiplock',
  network: () => false,
  variables: [],
  calls: (tree, { support }): readonly Call[] =>
    sourcesOf(tree.files).length === 0
      ? []
      : [
          {
            argv: [
              ...['eslint', '--config', `${support}/eslint.config.mjs`, '--format', 'json', '--no-cache'],
              // Words in the code neither switch it off nor ask for rules that are not ours.
              ...['--no-inline-config', '--no-warn-ignored', '.'],
            ],
          },
        ],
  read: (result, _call, tree) => {
    // 1: a file that cannot be parsed, which is told below.
    endedWith(result, [0, 1]);
    const read = inForm(report, asJson(result.stdout));
    const seen = new Set(read.map(({ filePath }) => below(filePath, tree)));
    const missed = sourcesOf(tree.files).find((file) => !seen.has(file));
    if (missed !== undefined) throw new GarbledOutput(`${missed} was not looked at`);
    return read.flatMap(({ filePath, messages }) =>
      messages.map(({ ruleId, fatal, message, line, column }): RawFinding => {
        const file = below(filePath, tree);
        const rule = ruleId?.startsWith(PREFIX) === true ? ruleId.slice(PREFIX.length) : null;
        const known = rule === null ? undefined : RULES[rule];
        if (fatal === true || rule === null || known === undefined)
          throw new GarbledOutput(`the code cannot be read: ${file}:${line ?? 0}: ${message.slice(0, 200)}`);
        return {
          scanner: 'eslint',
          subject: 'code',
          rule,
          severity: known.severity,
          ...(known.cwe === undefined ? {} : { cwe: [known.cwe] }),
          message,
          file,
          ...(line === undefined ? {} : { line }),
          ...(column === undefined ? {} : { column }),
          documentation: `https://github.com/eslint-community/eslint-plugin-security/blob/main/docs/rules/${rule}.md`,
        };
      }),
    );
  },
  support: { 'eslint.config.mjs': CONFIG },
  witness: { 'witness.js': 'eval(process.argv[2]);\n', 'witness.ts': 'eval(process.argv[2] as string);\n' },
};
