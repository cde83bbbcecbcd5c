import { access, constants, mkdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { type Problem, ProblemError } from '../../model/problem.ts';
import { withAccess } from '../take/access.ts';
import type { Session } from '../take/session.ts';
import type { Copied, PhysicalOptions } from './options.ts';
import { storeStream } from './store.ts';
import { placeSaid, STREAMS, toolArguments, toolProblem } from './tool.ts';

/** The files of a MariaDB server: mariadb-backup copies them while it works, and restic takes them as they come. */

const placeRow = z.object({ data: z.string(), host: z.string() });

/** @throws ProblemError when the server is elsewhere, or the copy did not come to its end */
export async function copyMariadb(options: PhysicalOptions, session: Session): Promise<Copied> {
  const { directory, where, program } = options;
  const [row] = await session.ask(placeRow, 'SELECT @@datadir AS data, @@hostname AS host');
  const { data, host } = row ?? { data: '', host: '' };
  const here = await access(data, constants.R_OK).then(
    () => host === hostname(),
    () => false,
  );
  if (!here) throw new ProblemError(notHere(where, `${data} of ${host}`));
  const aside = join(directory, 'physical');
  // What a killed process left of it.
  await rm(aside, { recursive: true, force: true });
  await mkdir(aside, { recursive: true, mode: 0o700 });
  try {
    const stored = await withAccess(directory, options.access, (file) =>
      storeStream(options, STREAMS.mariadb, { argv: toolArguments({ program, access: file, data, aside }) }, (end) => {
        const problem = toolProblem(end, { program, where });
        if (problem !== null) throw new ProblemError(problem);
      }),
    );
    const coordinates = placeSaid(stored.end.stderr);
    if (coordinates === null) throw new ProblemError(notHere(where, 'a copy that does not say where it stands'));
    return { ...stored, coordinates, tool: program.split('/').at(-1) ?? program };
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

function notHere(where: string, found: string): Problem {
  return {
    code: 'backup.not-on-its-machine',
    where,
    found,
    expected: 'the data directory of the server on this machine, readable: mariadb-backup copies files',
    remedy: 'run Shiplock on the machine of the server, as root or as the user of the server; or take `kind: logical`',
  };
}
