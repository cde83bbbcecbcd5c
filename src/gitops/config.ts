import { z } from 'zod';
import { filePathSchema, wordsSchema } from '../model/scalars.ts';

/** Fragment `gitops` of an environment: where the desired version is written down. */

const BRANCH = 'the name of a branch';
const KEY_PATH = 'keys joined by dots, such as image.tag';

export const gitopsConfig = z.strictObject({
  repository: wordsSchema.describe(
    'Git repository that names what serves: a path, or an address that `git clone` takes.',
  ),
  branch: z
    .string({ error: BRANCH })
    .regex(/^(?![-/.])(?!.*(?:\.\.|\/\/|@\{|\.lock$|[/.]$))[^\s~^:?*[\\]+$/, BRANCH)
    .default('main')
    .describe('Branch that is pushed, fast-forward only.'),
  file: filePathSchema.describe('YAML file inside the repository.'),
  path: z
    .string({ error: KEY_PATH })
    .regex(/^[^\s.]+(?:\.[^\s.]+)*$/, KEY_PATH)
    .default('version')
    .describe('Place of the version inside the file, keys joined by dots. Only this value changes.'),
  author: z
    .strictObject({
      name: wordsSchema.default('Shiplock'),
      email: z
        .string({ error: 'a mail address' })
        .regex(/^\S+@\S+$/, 'a mail address')
        .default('shiplock@localhost'),
    })
    .prefault({})
    .describe('Whom the commits name as their author.'),
});

export type GitopsConfig = z.infer<typeof gitopsConfig>;
