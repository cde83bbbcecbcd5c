import { buildGoNode } from '../../src/build/index.ts';
import { PLAIN_GO, runBuild } from '../support/run-build.ts';

/** Builds the program in a directory as whoever starts this; prints where it lies. */
const [source = '', outDir = '', name = './cmd/hello', binary = 'hello'] = process.argv.slice(2);
const { made } = await runBuild(
  buildGoNode({ ...PLAIN_GO, component: 'api', source, package: name, binary, outDir, timeoutMs: 1_200_000 }),
);
process.stdout.write(`${made.path}\n`);
