import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Check } from '../model/check.ts';
import type { Exec } from '../model/ports.ts';
import { programCheck } from '../procedure/check/index.ts';

/** Programs that build the components. */

export async function goChecks(name: string, source: string, exec: Exec): Promise<readonly Check[]> {
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
  return [file, { ...go, id: `${go.id}.${name}` }];
}

/** The version that go.mod asks for. Pure. */
export function leastGo(mod: string): string {
  return /^go[ \t]+(\d+(?:\.\d+)*)/m.exec(mod)?.[1] ?? '1.21';
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
