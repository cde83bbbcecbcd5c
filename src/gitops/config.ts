import { z } from 'zod';
import { filePathSchema, wordsSchema } from '../model/scalars.ts';
import { BRANCH_NAME } from './branch.ts';
import { parsePath } from './edit/path.ts';

/** Fragment `gitops` of an environment: where the desired version is written down. */

const BRANCH = 'the name of a branch';
const SIGNING_KEY = 'the path of an OpenSSH key, or key:: and a public key';
const KEY_PATH = 'a path such as image.tag or spec.template.spec.containers[name=api].image';

export const gitopsConfig = z.strictObject({
  repository: wordsSchema.describe(
    'Git repository that names what serves: a path, or an address that `git clone` takes.',
  ),
  branch: z
    .string({ error: BRANCH })
    .regex(BRANCH_NAME, BRANCH)
    .default('main')
    .describe('Branch that is pushed, fast-forward only.'),
  file: filePathSchema.describe('YAML or JSON file inside the repository.'),
  path: z
    .string({ error: KEY_PATH })
    .min(1, KEY_PATH)
    .refine((text) => parsePath(text).ok, KEY_PATH)
    .default('version')
    .describe(
      'Place of the version inside the file: keys joined by dots, [name=api] or [0] behind a list. Only this value changes.',
    ),
  names: z
    .enum(['version', 'digest', 'image'], { error: 'version, digest or image' })
    .default('version')
    .describe(
      'What stands at that place: the version, the digest of the image (`sha256:…`, for Kustomize), or the whole image (`registry/name@sha256:…`). On kubernetes never the version.',
    ),
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
  signingKey: z
    .string({ error: SIGNING_KEY })
    .regex(/^(?:key::(?:ssh|ecdsa|sk)-[\w@.-]+ \S+.*|(?!key::)(?!-)\S.*)$/, SIGNING_KEY)
    .exactOptional()
    .describe(
      'OpenSSH key that signs the commits: the path of a private key without a passphrase, or of a public key whose other half the agent holds, or `key::` and that public key. Left out: no signature.',
    ),
});

export type GitopsConfig = z.infer<typeof gitopsConfig>;
