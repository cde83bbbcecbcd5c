import { expect, test } from 'vitest';
import { EXIT, EXIT_MEANING } from '../../src/model/exit.ts';
import { bad, formatProblem, ok, ProblemError, problemSchema, problemsOf, unwrap } from '../../src/model/problem.ts';

const PROBLEM = { code: 'config.unknown-key', where: 'f:1:2', found: 'x', expected: 'y', remedy: 'write y' };

test('a problem is one line and its remedy', () => {
  expect(formatProblem(PROBLEM)).toBe('f:1:2: found x; expected y [config.unknown-key]\n  → write y');
});

test('an error carries one or many problems', () => {
  expect(new ProblemError(PROBLEM).problems).toEqual([PROBLEM]);
  const two = new ProblemError([PROBLEM, { ...PROBLEM, where: 'f:3:4' }]);
  expect(two.message.split('\n')).toHaveLength(4);
});

test('unwrap gives the value or throws the problems', () => {
  expect(unwrap(ok(5))).toBe(5);
  expect(() => unwrap(bad(PROBLEM))).toThrow(formatProblem(PROBLEM));
});

test('problems come back out of whatever was thrown', () => {
  expect(problemsOf(new ProblemError(PROBLEM), 'here')).toEqual([PROBLEM]);
  expect(problemsOf(new Error('boom'), 'here')).toMatchObject([
    { code: 'internal.unexpected', where: 'here', found: 'boom' },
  ]);
  expect(problemsOf('boom', 'here')).toMatchObject([{ found: 'boom' }]);
});

test.each(['Config', 'config..x', 'config.', 'a b', ''])('%j is no code', (code) => {
  expect(problemSchema.safeParse({ ...PROBLEM, code }).success).toBe(false);
});

test('every exit code has a meaning of its own', () => {
  expect(Object.keys(EXIT_MEANING)).toEqual(Object.keys(EXIT));
  expect(new Set(Object.values(EXIT)).size).toBe(Object.keys(EXIT).length);
});
