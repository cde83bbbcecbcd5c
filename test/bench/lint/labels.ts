import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Judgements made by hand on statements of public applications. The file keeps where a statement stands and its hash, not its text. */

export const JUDGEMENTS = ['pass', 'loss', 'breaks', 'fails', 'unsafe'] as const;
export type Judgement = (typeof JUDGEMENTS)[number];

export interface Label {
  readonly app: string;
  /** From the root of the application's repository. */
  readonly path: string;
  /** SHA-256 of the statement as it is split, first 12 digits. */
  readonly sha: string;
  readonly judgement: Judgement;
  readonly why: string;
}

export interface Application {
  readonly name: string;
  /** `ory/kratos`. */
  readonly repository: string;
  readonly commit: string;
  /** Paths that begin alike belong to one history. */
  readonly histories: readonly string[];
}

export interface Labels {
  readonly applications: readonly Application[];
  readonly labels: readonly Label[];
}

/** One statement of one file. */
export function labelled(path: string, sha: string): string {
  return `${path} ${sha}`;
}

/** Reads labels.tsv. Throws Error for a line that is none. */
export function readLabels(text = readFileSync(join(import.meta.dirname, 'labels.tsv'), 'utf8')): Labels {
  const applications: Application[] = [];
  const labels: Label[] = [];
  const histories: (readonly [string, string])[] = [];
  for (const line of text.split('\n')) {
    const [first = '', ...rest] = line.split('\t');
    if (first === '#app') {
      const [name = '', repository = '', commit = ''] = rest;
      applications.push({ name, repository, commit, histories: [] });
    } else if (first === '#history') histories.push([rest[0] ?? '', rest[1] ?? '']);
    else if (line !== '' && !line.startsWith('#')) labels.push(labelOf(first, rest));
  }
  return {
    labels,
    applications: applications.map((one) => ({
      ...one,
      histories: histories.filter(([name]) => name === one.name).map(([, prefix]) => prefix),
    })),
  };
}

function labelOf(app: string, [path, sha, judgement, why, ...more]: readonly string[]): Label {
  const known = JUDGEMENTS.find((one) => one === judgement);
  if (path === undefined || sha === undefined || known === undefined || why === undefined || more.length > 0)
    throw new Error(`a line of labels.tsv that is no label: ${[app, path, sha, judgement, why].join(' ')}`);
  return { app, path, sha, judgement: known, why };
}
