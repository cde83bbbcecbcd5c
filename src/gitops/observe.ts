import { join } from 'node:path';
import type { Clock, Exec } from '../model/ports.ts';
import { unwrap } from '../model/problem.ts';
import { systemClock } from '../procedure/machine/clock.ts';
import { httpClient } from '../procedure/machine/http-client.ts';
import type { Head } from './commit/derive.ts';
import { checkFile, type Place, type PlaceOptions, placeOf } from './commit/place.ts';

/** What git names. Whatever looks into a repository or reads its files is loaded when somebody looks. */

export interface GitopsPlace extends PlaceOptions {
  /** YAML file inside the repository. */
  readonly file: string;
  /** Keys joined by dots. */
  readonly path: string;
}

/** What git names now; `value` null when the branch, the file or the key does not exist. Only looks. */
export async function observeGitops(
  options: GitopsPlace,
  exec: Exec,
  signal: AbortSignal = new AbortController().signal,
): Promise<{ readonly commit: string | null; readonly value: string | null }> {
  const place = unwrap(placeOf(options));
  const file = checkFile(options.file);
  const head = await lookInto(place, [file], '', { exec, signal, clock: systemClock });
  const { valueAt } = await import('./commit/values.ts');
  return { commit: head.base, value: valueAt(head.files[file] ?? null, options.path) };
}

interface Ports {
  readonly exec: Exec;
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

/** The head of the branch with the texts of these files. */
export async function lookInto(
  place: Place,
  files: readonly string[],
  environment: string,
  ports: Ports,
): Promise<Head> {
  const { lookAt } = await import('./commit/look.ts');
  return lookAt(place, files, environment, { ...ports, http: httpClient, random: Math.random });
}

/** Where git names what serves: the clone lies in the store. Pure. */
export function gitopsPlace<T extends object>(
  { gitops, baseDir }: { readonly gitops: T; readonly baseDir: string },
  store: string,
): T & Pick<GitopsPlace, 'workDir' | 'baseDir'> {
  return { ...gitops, workDir: join(store, 'gitops'), baseDir };
}
