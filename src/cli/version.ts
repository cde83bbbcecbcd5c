import { readFileSync } from 'node:fs';

/** Of the package that this program came with; its manifest stands two directories above, in a checkout and where it is installed. */
export function packageVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return /"version": "([^"]+)"/.exec(text)?.[1] ?? 'unknown';
}
