import { readFileSync } from 'node:fs';
import { digestOf, type Recording } from './recording.ts';

/** Prints a digest per recorded release, resumed at every sample. The file is one that `replay.ts` wrote a moment ago. */
for (const line of readFileSync(process.argv[2] ?? '', 'utf8')
  .trim()
  .split('\n')) {
  const recording: Recording = JSON.parse(line);
  process.stdout.write(`${digestOf(recording, 'resumed')}\n`);
}
