import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { findRun } from '../../src/cli/commands/resume.ts';
import { findAnyRun, findRollout } from '../../src/cli/find-run.ts';
import { runCli } from '../../src/cli/main.ts';
import { loadConfig } from '../../src/config/index.ts';
import { ProblemError, unwrap } from '../../src/model/problem.ts';
import { PROCEDURES, traitsOf } from '../../src/model/procedures.ts';
import { opaque, procedure, runProcedure, StepPaused, sequence } from '../../src/procedure/index.ts';
import { newestRun } from '../../src/release/index.ts';
import { MINIMAL } from '../config/sample.ts';
import { bench } from '../support/engine.ts';
import { terminal } from '../support/terminal.ts';
import { virtualClock } from '../support/virtual-clock.ts';

/** A run of the procedure that ends, or stops half way. */
const tree = (id: string, ends: boolean) =>
  procedure({
    id,
    title: id,
    description: 'One step.',
    environment: 'production',
    inputs: {},
    root: sequence({
      id: 'all',
      title: 'All',
      steps: [
        opaque({
          id: 'one',
          title: 'One',
          promise: 'a word',
          outputs: z.strictObject({}),
          probe: 'repeatable',
          run: async () => {
            if (!ends) throw new StepPaused('waiting', []);
            return {};
          },
        }),
      ],
    }),
  });

test.each(Object.keys(PROCEDURES))('a run of %s that has stopped, after a release', async (id) => {
  using on = bench();
  const clock = virtualClock();
  const begin = (name: string, run: string, ends: boolean) =>
    clock.runUntil(runProcedure(tree(name, ends), { ...on.options(clock), run }));
  await begin('release', 'first', true);
  expect((await begin(id, 'second', false)).outcome).toBe('waiting');
  const service = { store: on.store, config: unwrap(loadConfig(MINIMAL, { file: 'shiplock.yaml' })) };
  const told = (work: Promise<{ readonly run: string }>): Promise<string> =>
    work.then(
      ({ run }) => run,
      (error: unknown) => (error instanceof ProblemError ? (error.problems[0]?.code ?? '') : String(error)),
    );
  const { serves, stopped } = traitsOf(id);
  expect(await newestRun(on.store)).toBe(serves ? 'second' : 'first');
  expect(await told(findAnyRun(service, 'production'))).toBe(serves ? 'second' : 'first');
  const open = stopped === 'resumed';
  expect(await told(findRollout(service, 'production'))).toBe(open ? 'second' : 'cli.nothing-under-way');
  expect(await told(findRun(on.store, undefined))).toBe(open ? 'second' : 'cli.unknown-run');

  if (open) return;
  writeFileSync(join(on.dir, 'shiplock.yaml'), MINIMAL);
  const io = terminal({ cwd: on.dir, env: { USER: 'ann' } });
  expect(await runCli(['resume', 'second', '--state', on.store], io)).toBe(2);
  expect(io.written.err).toContain(id === 'build' ? 'cli.build-not-resumed' : 'cli.not-resumed');
});
