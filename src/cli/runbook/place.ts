import { dirname, join, resolve } from 'node:path';
import type { Io } from '../io.ts';
import { type CommonOptions, findConfig } from '../session.ts';
import type { OwnPlace } from './registry.ts';

/** The directory `runbooks` beside the configuration; null where there is no configuration. */
export async function ownPlace(
  io: Pick<Io, 'cwd' | 'env' | 'acting'>,
  { config }: CommonOptions,
): Promise<OwnPlace | null> {
  const file = config === undefined ? await findConfig(io.cwd).catch(() => null) : resolve(io.cwd, config);
  return file === null
    ? null
    : {
        directory: join(dirname(file), 'runbooks'),
        env: io.env,
        byComment: io.acting !== undefined,
      };
}
