import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Check, Checked } from '../model/check.ts';
import type { Exec } from '../model/ports.ts';
import { programCheck } from '../procedure/check/index.ts';
import { noRaceDetector } from './go/look.ts';
import { leastGo, readToolchain } from './go/toolchain.ts';
import { type Answered, askRegistry, nameOf, type RegistryLookup } from './image.ts';

/** Programs that build the components. */

export async function goChecks(
  name: string,
  source: string,
  race: 'auto' | 'always' | 'never',
  exec: Exec,
): Promise<readonly Check[]> {
  const text = await readFile(join(source, 'go.mod'), 'utf8').catch(() => undefined);
  const file: Check = {
    id: `build.${name}`,
    title: `Sources of ${name}`,
    look: async () =>
      text === undefined
        ? {
            state: 'failed',
            found: `no go.mod in ${source}`,
            expected: 'a Go module',
            mend: `change components.${name}.source, or run go mod init there`,
          }
        : { state: 'ok', found: source },
  };
  const least = leastGo(text ?? '');
  const go = programCheck(exec, {
    program: 'go',
    version: { args: ['env', 'GOVERSION'], least },
    why: `builds ${name}`,
    mend: `get Go ${least} or newer from https://go.dev/dl/`,
    ...(text === undefined ? {} : { cwd: source }),
  });
  const checks = [file, { ...go, id: `${go.id}.${name}` }];
  return race === 'never' || text === undefined ? checks : [...checks, raceCheck(name, source, race, exec)];
}

/** Can tests run with the race detector here? */
function raceCheck(name: string, source: string, race: 'auto' | 'always', exec: Exec): Check {
  return {
    id: `race.${name}`,
    title: `Race detector for the tests of ${name}`,
    look: async (signal) => {
      const why = await noRaceDetector(await readToolchain(source, exec, signal), { exec, signal });
      if (why === null) return { state: 'ok', found: 'there is a C compiler' };
      return {
        state: race === 'always' ? 'failed' : 'warning',
        found: why,
        expected: 'tests with the race detector',
        mend: `install gcc or clang, or set components.${name}.test.race: never`,
      };
    },
  };
}

/** Does the registry answer, and may we read the repository of the image there? */
export function imageCheck(name: string, lookup: RegistryLookup): Check {
  const { image, registry } = lookup;
  return {
    id: `build.${name}`,
    title: `Registry of ${image}`,
    look: async (signal) =>
      registryAnswer(name, image, await askRegistry(lookup, `${registry}/v2/${nameOf(image)}/tags/list?n=1`, signal)),
  };
}

/** May we push the image of a component there? What a registry lets us write shows only when we write, so this looks whether it answers us. */
export function pushCheck(name: string, lookup: RegistryLookup): Check {
  const { image, registry } = lookup;
  return {
    id: `build.${name}.image`,
    title: `Registry of ${image}`,
    look: async (signal) => {
      const answer = await askRegistry(lookup, `${registry}/v2/${nameOf(image)}/tags/list?n=1`, signal);
      const { status } = answer;
      if (status === 200) return { state: 'ok', found: 'it answers, and we may read the repository' };
      if (status === 404) return { state: 'ok', found: 'it answers; the first push makes the repository' };
      return {
        state: 'failed',
        found: `it answers with status ${status}`,
        expected: 'that we may read the repository',
        mend: `mend components.${name}.image.authorization; with the same account: docker pull ${image}:TAG`,
      };
    },
  };
}

/** Pure. */
export function registryAnswer(name: string, image: string, { status }: Pick<Answered, 'status'>): Checked {
  if (status === 200) return { state: 'ok', found: 'it answers, and we may read the repository' };
  if (status === 404) {
    return {
      state: 'warning',
      found: 'it answers, and has no such repository yet',
      expected: 'a repository with an image that can be released',
      mend: `push one: docker push ${image}:TAG`,
    };
  }
  return {
    state: 'failed',
    found: `it answers with status ${status}`,
    expected: 'that we may read the repository',
    mend: `mend components.${name}.authorization; with the same account: docker pull ${image}:TAG`,
  };
}

/** What checks and tests a client script. */
export function scriptChecks(
  name: string,
  {
    source,
    check,
    test,
  }: { readonly source: string; readonly check: string | null; readonly test: readonly string[] | null },
  exec: Exec,
): readonly Check[] {
  const [tests] = test ?? [];
  const programs = [...(check === null ? [] : ['shellcheck']), ...(tests === undefined ? [] : [tests])];
  return [...new Set(programs)].map((program) => {
    const one = programCheck(exec, {
      program,
      why: program === 'shellcheck' ? `checks ${name}` : `tests ${name}`,
      mend: `install ${program}, or change components.${name}.${program === 'shellcheck' ? 'check' : 'test'}`,
      cwd: source,
    });
    return { ...one, id: `${one.id}.${name}` };
  });
}

/** The first word of the build command, and npm where packages are installed first. */
export async function staticChecks(
  name: string,
  source: string,
  build: readonly string[] | null,
  exec: Exec,
): Promise<readonly Check[]> {
  const [program] = build ?? [];
  if (program === undefined) return [];
  const locked = await readFile(join(source, 'package-lock.json')).then(
    () => true,
    () => false,
  );
  const programs = [...new Set([...(locked ? ['npm'] : []), program])];
  return programs.map((one) => {
    const check = programCheck(exec, {
      program: one,
      why: `builds ${name}`,
      mend:
        one === 'npm' || one === 'node' || one === 'npx'
          ? 'get Node.js from https://nodejs.org'
          : `install ${one}, or change components.${name}.build`,
      cwd: source,
    });
    return { ...check, id: `${check.id}.${name}` };
  });
}
