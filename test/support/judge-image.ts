import { execFile } from 'node:child_process';
import { cp, mkdir, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { rolldown } from 'rolldown';
import type { ImageContent } from '../lab/cluster/images.ts';

const ROOT = resolve(import.meta.dirname, '../..');
/** Where the program lies in the image. */
export const JUDGE_PROGRAM = '/app/bin/shiplock.js';

/**
 * The judge as an image where no base image can be had: Node as npm brings it, the libraries that it is linked with, and the command with its packages inside.
 * `gitops/judge/Dockerfile` makes the same of a base image.
 * @param dir where its files are made
 */
export async function judgeImage(dir: string): Promise<ImageContent> {
  await mkdir(dir, { recursive: true });
  const bundle = await rolldown({ input: join(ROOT, 'src/cli/main.ts'), platform: 'node', logLevel: 'silent' });
  await bundle.write({
    dir: join(dir, 'cli'),
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
  });
  await bundle.close();
  await cp(join(ROOT, 'package.json'), join(dir, 'package.json'));
  const node = join(ROOT, 'node_modules/node/bin/node');
  const { stdout } = await promisify(execFile)('ldd', [node]);
  const libraries = [...stdout.matchAll(/(?:=> )?(\/\S+) \(0x/g)].map(([, path = '']) => path);
  const programs = await readdir(join(dir, 'cli'));
  return {
    binary: node,
    name: 'node',
    files: {
      ...Object.fromEntries(libraries.map((path) => [path.slice(1), path])),
      ...Object.fromEntries(programs.map((name) => [`app/dist/cli/${name}`, join(dir, 'cli', name)])),
      'app/bin/shiplock.js': join(ROOT, 'bin/shiplock.js'),
      'app/package.json': join(dir, 'package.json'),
    },
  };
}
