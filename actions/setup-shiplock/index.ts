import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as core from '@actions/core';
import { packageVersion } from '../../src/cli/version.ts';
import { EXIT } from '../../src/model/exit.ts';
import { shellWord } from '../../src/platform/ssh/quote.ts';
import { runAction } from '../shared/job.ts';
import { setupShiplock } from './definition.ts';

await runAction(setupShiplock, async () => {
  const directory = join(process.env['RUNNER_TEMP'] ?? tmpdir(), 'shiplock-bin');
  const path = join(directory, 'shiplock');
  const program = fileURLToPath(new URL('shiplock.js', import.meta.url));
  await mkdir(directory, { recursive: true });
  await writeFile(path, `#!/bin/sh\nexec ${shellWord(process.execPath)} ${shellWord(program)} "$@"\n`, { mode: 0o755 });
  core.addPath(directory);
  const version = packageVersion();
  return { exit: EXIT.done, problems: [], sentence: `shiplock ${version} is on PATH`, outputs: { path, version } };
});
