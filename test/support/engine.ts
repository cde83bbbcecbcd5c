import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { Clock, Exec } from '../../src/model/ports.ts';
import type { EngineOptions, RunEvent } from '../../src/procedure/api.ts';
import { action, procedure, sequence, step } from '../../src/procedure/build.ts';
import { createSecrets } from '../../src/procedure/masking/secrets.ts';
import type { Node, Procedure, Step } from '../../src/procedure/tree.ts';

/** A state directory and a small world of files in memory, where the machine has such a place: fsync costs nothing there. */
export interface Bench extends Disposable {
  readonly dir: string;
  readonly store: string;
  readonly world: string;
  readonly events: RunEvent[];
  options(clock: Clock, more?: Partial<EngineOptions>): EngineOptions;
  /** Content of a file of the world, or undefined. */
  file(name: string): string | undefined;
  files(): readonly string[];
}

/** For procedures that run nothing. */
export const NO_COMMANDS: Exec = {
  read: async () => {
    throw new Error('no commands here');
  },
};

export function bench(): Bench {
  const base = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
  const dir = mkdtempSync(join(base, 'shiplock-test-'));
  const world = join(dir, 'world');
  const events: RunEvent[] = [];
  return {
    dir,
    store: join(dir, 'state'),
    world,
    events,
    options: (clock, more = {}) => ({
      store: join(dir, 'state'),
      clock,
      secrets: createSecrets({ env: {} }),
      exec: NO_COMMANDS,
      who: 'tester',
      onEvent: (event) => void events.push(event),
      ...more,
    }),
    file(name) {
      const path = join(world, name);
      return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
    },
    files: () => (existsSync(world) ? readdirSync(world).toSorted() : []),
    [Symbol.dispose]: () => rmSync(dir, { recursive: true, force: true }),
  };
}

/** A step that writes a file and records what it wrote; can be probed and undone. */
export function writes(on: Bench, id: string, text = id, more: Partial<Step> = {}) {
  const path = join(on.world, id);
  return step({
    id,
    title: `Write ${id}`,
    read: async () => existsSync(path),
    decide: (there) =>
      there
        ? { kind: 'nothing', why: 'it is there' }
        : { kind: 'do', effects: [{ kind: 'file', path, content: text, timeoutMs: 5_000 }] },
    outputs: z.strictObject({ text: z.string() }),
    collect: () => ({ text }),
    planned: () => ({ text }),
    probe: async () => (existsSync(path) ? 'applied' : 'not-applied'),
    undo: () => ({ kind: 'do', effects: [{ kind: 'file', path, content: null, timeoutMs: 5_000 }] }),
    ...(more.urgent === undefined ? {} : { urgent: more.urgent }),
    ...(more.retry === undefined ? {} : { retry: more.retry }),
  });
}

/** A step that fails, always or as often as told. */
export function fails(
  id: string,
  times = Infinity,
  more: { readonly attempts?: number; readonly delayMs?: number } = {},
) {
  let left = times;
  return action({
    id,
    title: `Fail ${id}`,
    read: async () => {
      if (left-- > 0) throw new Error(`${id} does not work`);
    },
    decide: () => ({ kind: 'nothing', why: 'works' }),
    probe: 'repeatable',
    retry: { attempts: more.attempts ?? 1, delayMs: more.delayMs ?? 0 },
  });
}

export function refuses(id: string) {
  return action({
    id,
    title: `Refuse ${id}`,
    read: async () => null,
    decide: () => ({
      kind: 'refuse',
      problems: [{ code: 'test.refused', where: id, found: 'no', expected: 'yes', remedy: 'say yes' }],
    }),
    probe: 'repeatable',
  });
}

export function tree(root: Node, more: Partial<Procedure> = {}): Procedure {
  return procedure({
    id: 'test',
    title: 'A test',
    description: 'Tests the engine.',
    inputs: {},
    environment: 'testing',
    root,
    ...more,
  });
}

export function inOrder(id: string, steps: readonly Node[], rollback?: Node) {
  return sequence({ id, title: id, steps, ...(rollback === undefined ? {} : { rollback }) });
}
