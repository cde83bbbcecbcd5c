import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decodeConfig } from '../../src/config/index.ts';
import { formatProblem } from '../../src/model/problem.ts';

/** Each broken configuration has the exact text that a door prints beside it. */

const DIRECTORY = join(import.meta.dirname, 'broken', 'golden');
const files = readdirSync(DIRECTORY).toSorted();
const cases = files.filter((name) => name.endsWith('.yaml'));

describe('broken configurations', () => {
  test.each(cases)('%s', (name) => {
    const result = decodeConfig(readFileSync(join(DIRECTORY, name)), 'shiplock.yaml');
    const said = result.ok ? 'accepted\n' : `${result.problems.map(formatProblem).join('\n')}\n`;
    expect(said).toBe(readFileSync(join(DIRECTORY, name.replace(/yaml$/, 'txt')), 'utf8'));
    expect(result.ok).toBe(false);
  });

  test('there are at least 40 of them, each with its message', () => {
    console.log(`${cases.length} broken configurations, each refused with the expected message`);
    expect(cases.length).toBeGreaterThanOrEqual(40);
    expect(files.filter((name) => name.endsWith('.txt'))).toEqual(cases.map((name) => name.replace(/yaml$/, 'txt')));
  });

  test('no message repeats a literal secret', () => {
    for (const name of cases) {
      const result = decodeConfig(readFileSync(join(DIRECTORY, name)), 'shiplock.yaml');
      expect(JSON.stringify(result)).not.toContain('hunter2');
    }
  });
});
