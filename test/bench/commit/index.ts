import type { Figure } from '../support/figure.ts';
import { largeFigures } from './large.ts';
import { writerFigures } from './writers.ts';

const PARTS: Readonly<Record<string, () => Promise<readonly Figure[]>>> = {
  writers: writerFigures,
  large: largeFigures,
};

/** Commits to a GitOps repository: many writers beside the usual loop, and one commit in a large repository. */
export async function commitBench(words: readonly string[]): Promise<readonly Figure[]> {
  const chosen = words.length === 0 ? Object.keys(PARTS) : words;
  const figures: Figure[] = [];
  for (const name of chosen) {
    const part = PARTS[name];
    if (part === undefined) throw new Error(`there is no part "${name}"; there are ${Object.keys(PARTS).join(', ')}`);
    figures.push(...(await part()));
  }
  return figures;
}
