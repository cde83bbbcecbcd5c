import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { isComplete, lint } from '../../../src/migrate/lint/lint.ts';
import { lintFileOf } from '../../../src/migrate/lint/read.ts';
import { type Server, serverOf } from '../../../src/migrate/lint/server.ts';
import { type Figure, say } from '../support/figure.ts';
import { type Application, type Label, labelled, readLabels } from './labels.ts';

/**
 * Findings of level error beside judgements made by hand (labels.tsv). The statements themselves are read from the applications, which are
 * given by path; nothing of them is kept here.
 *   --apps DIR …   directories of the applications, each named as in labels.tsv (`kratos`), at the commits that stand there
 *   --show         prints every statement where the two differ
 */
export async function lintBench(words: readonly string[]): Promise<readonly Figure[]> {
  const { values } = parseArgs({
    args: [...words],
    options: { apps: { type: 'string', multiple: true }, show: { type: 'boolean' } },
    allowPositionals: true,
  });
  const dirs = values.apps ?? [];
  if (dirs.length === 0) throw new Error('bench lint needs --apps DIR for each application of labels.tsv');
  const server = serverOf('mysql', '8.4');
  if (server === undefined) throw new Error('8.4 is a version');
  const { applications, labels } = readLabels();
  const judged: Judged[] = [];
  for (const application of applications) {
    const dir = dirs.find((one) => basename(one) === application.name);
    if (dir === undefined) {
      say(`${application.name} was not given: its labels do not count`);
      continue;
    }
    const mine = labels.filter(({ app }) => app === application.name);
    judged.push(...judge(dir, application, mine, server));
  }
  if (values.show === true) for (const one of judged.filter(differs)) say(shown(one));
  return figuresOf(judged, labels.length);
}

interface Judged {
  readonly label: Label;
  /** Rules of level error that spoke; null: the statement is not there. */
  readonly errors: readonly string[] | null;
}

function judge(dir: string, application: Application, labels: readonly Label[], server: Server): readonly Judged[] {
  const errors = new Map<string, readonly string[]>();
  for (const paths of historiesOf(dir, application, labels)) {
    const files = paths.map((path) => lintFileOf(path, upOnly(readFileSync(join(dir, path), 'utf8')), server));
    const { findings } = lint(files, { server, today: '2026-11-22', complete: isComplete(files) });
    for (const file of files) {
      const wrong = findings.filter((one) => one.file === file.name && one.level === 'error');
      for (const [index, { sql }] of file.statements.entries()) {
        const rules = wrong.filter(({ statement }) => statement === index + 1).map(({ rule }) => rule);
        errors.set(labelled(file.name, sha(sql)), [...new Set(rules)]);
      }
    }
  }
  return labels.map((label) => ({ label, errors: errors.get(labelled(label.path, label.sha)) ?? null }));
}

/** Each history with a labelled file in it: the paths of its files, in order. */
function historiesOf(
  dir: string,
  { histories }: Application,
  labels: readonly Label[],
): readonly (readonly string[])[] {
  const homes = new Set(labels.map(({ path }) => homeOf(path, histories)));
  return [...homes].map((home) => {
    const inside = dirname(`${home}x`);
    if (!existsSync(join(dir, inside))) return [];
    return readdirSync(join(dir, inside), { recursive: true, encoding: 'utf8' })
      .map((name) => join(inside, name))
      .filter((path) => /\.sql$/i.test(path) && !/\.down\.sql$/i.test(path) && homeOf(path, histories) === home)
      .toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  });
}

function homeOf(path: string, histories: readonly string[]): string {
  return histories.find((prefix) => path.startsWith(prefix)) ?? `${dirname(path)}/`;
}

/** Of a file of goose the way up alone. */
function upOnly(text: string): string {
  return text.split(/^-- \+goose Down/m)[0] ?? '';
}

function sha(sql: string): string {
  return createHash('sha256').update(sql).digest('hex').slice(0, 12);
}

function differs({ label, errors }: Judged): boolean {
  return errors === null || (label.judgement === 'pass') !== (errors.length === 0);
}

function shown({ label, errors }: Judged): string {
  const said = errors === null ? 'is not there' : errors.length === 0 ? 'no error' : `error ${errors.join(' ')}`;
  return `${said}; by hand ${label.judgement} (${label.why}): ${label.app} ${label.path} ${label.sha}`;
}

function figuresOf(judged: readonly Judged[], all: number): readonly Figure[] {
  const found = judged.filter(({ errors }) => errors !== null);
  const pass = found.filter(({ label }) => label.judgement === 'pass');
  const stop = found.filter(({ label }) => label.judgement !== 'pass');
  const alarms = pass.filter(({ errors }) => errors !== null && errors.length > 0);
  const missed = stop.filter(({ errors }) => errors?.length === 0);
  const share = (100 * alarms.length) / Math.max(1, found.length);
  return [
    {
      name: 'labelled statements found in the applications',
      value: `${found.length} of ${all}`,
      target: '400',
      met: found.length >= 400,
    },
    {
      name: 'judged harmless by hand, error by lint (false alarms)',
      value: `${alarms.length} of ${found.length} (${share.toFixed(1)} %), ${pass.length} of which are harmless`,
      target: '≤ 3 %',
      met: share <= 3,
    },
    {
      name: 'judged harmful by hand, no error by lint (misses)',
      value: `${missed.length} of ${stop.length}`,
      met: null,
    },
  ];
}
