import type { Effect } from '../../model/effect.ts';
import type { ServiceEnvironment } from '../environment/service.ts';
import { localResource } from '../environment/system.ts';

/** A secret in a file of this machine that is exchanged for another: the one that is used, the new one, and the old one beside it. */

export interface SecretFiles {
  /** What is configured. */
  readonly own: string;
  readonly next: string;
  readonly before: string;
}

/** Pure. */
export function secretFiles(own: string): SecretFiles {
  return { own, next: `${own}.next`, before: `${own}.previous` };
}

export const QUICK_MS = 30_000;

/** A command on this machine, under the fence of the environment. Pure. */
export function here({ environment }: Pick<ServiceEnvironment, 'environment'>, argv: readonly string[]): Effect {
  return { kind: 'exec', argv, resource: localResource(environment), timeoutMs: QUICK_MS };
}

/** `from` becomes `to`: whole at any moment, for the owner of the file that is configured and with its mode: whoever reads it finds one or the other. Pure. */
export function replaceFile(
  service: Pick<ServiceEnvironment, 'environment'>,
  { own }: Pick<SecretFiles, 'own'>,
  from: string,
  to: string,
): readonly Effect[] {
  const part = `${to}.part`;
  const commands = [
    ['cp', '-p', '--', own, part],
    ['cp', '--', from, part],
    ['sync', '--', part],
    ['mv', '-f', '--', part, to],
  ];
  return commands.map((argv) => here(service, argv));
}

/** Pure. */
export function dropFiles(
  service: Pick<ServiceEnvironment, 'environment'>,
  paths: readonly string[],
): readonly Effect[] {
  return [here(service, ['rm', '-f', '--', ...paths])];
}
