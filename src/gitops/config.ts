import { z } from 'zod';
import {
  BRANCH_NAME,
  complain,
  filePathSchema,
  httpUrlSchema,
  objectNameSchema,
  secretSchema,
  wordsSchema,
} from '../model/scalars.ts';
import { WORKLOADS } from '../model/workload-kinds.ts';
import { parsePath } from './edit/path.ts';

/** Fragment `gitops` of an environment: where the desired version is written down. */

const BRANCH = 'the name of a branch';
const SIGNING_KEY = 'the path of an OpenSSH key, or key:: and a public key';
const KEY_PATH = 'a path such as image.tag or spec.template.spec.containers[name=api].image';

const FORGE_REPOSITORY = 'the repository at the forge, `owner/name`';
const APP_ID = 'the number or the client id of an App';

/** Where the repository lies at a forge, and who we are there. */
const forgeConfig = z
  .strictObject({
    api: httpUrlSchema
      .default('https://api.github.com')
      .describe('Address of its API; of GitHub Enterprise Server `https://forge.example.org/api/v3`.'),
    repository: z
      .string({ error: FORGE_REPOSITORY })
      .regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,38}\/[A-Za-z0-9._-]{1,100}$/, FORGE_REPOSITORY)
      .describe('The same repository as `gitops.repository`, as the forge names it: `owner/name`.'),
    token: secretSchema.exactOptional().describe('Token that opens pull requests. Either this or `app`.'),
    app: z
      .strictObject({
        id: z
          .string({ error: APP_ID })
          .regex(/^[A-Za-z0-9.]{1,60}$/, APP_ID)
          .describe('Its number or client id.'),
        key: secretSchema.describe('Its private key, PEM.'),
      })
      .exactOptional()
      .describe('An App that is installed for this repository. Its tokens live for an hour.'),
  })
  .check((ctx) => {
    const { token, app } = ctx.value;
    if ((token === undefined) !== (app === undefined)) return;
    complain(ctx, {
      path: [],
      code: 'config.gitops-forge',
      found: token === undefined ? 'neither `token` nor `app`' : 'both `token` and `app`',
      expected: 'one of `token` and `app`',
      remedy: 'say who we are at the forge: `token: { secret: env:NAME }`, or `app:` with its id and key',
    });
  });

export type GitopsForge = z.infer<typeof forgeConfig>;

const keyPath = z
  .string({ error: KEY_PATH })
  .min(1, KEY_PATH)
  .refine((text) => parsePath(text).ok, KEY_PATH);

/** Where git says how many pods a workload has. */
const scaleConfig = z
  .strictObject({
    kind: z
      .enum(WORKLOADS, { error: `one of ${WORKLOADS.join(', ')}` })
      .default('Rollout')
      .describe('What it is in the cluster.'),
    file: filePathSchema.exactOptional().describe('File inside the repository. Left out: `gitops.file`.'),
    replicas: keyPath
      .exactOptional()
      .describe('Place of the number of pods inside the file, where no autoscaler counts them.'),
    min: keyPath
      .exactOptional()
      .describe('Place of the least number of pods of the autoscaler (HorizontalPodAutoscaler); with `max`.'),
    max: keyPath.exactOptional().describe('Place of its greatest number of pods.'),
  })
  .check((ctx) => {
    const { replicas, min, max } = ctx.value;
    const given = [replicas, min, max].map((one) => one !== undefined).join();
    if (given === 'true,false,false' || given === 'false,true,true') return;
    complain(ctx, {
      path: [],
      code: 'config.gitops-scale',
      found:
        ['replicas', 'min', 'max'].filter((_, at) => given.split(',')[at] === 'true').join(' and ') || 'none of them',
      expected: '`replicas`, or `min` and `max`',
      remedy: 'name the place of `replicas`, or where an autoscaler counts the pods, of its two bounds',
    });
  });

export type GitopsScaleConfig = z.infer<typeof scaleConfig>;

export const gitopsConfig = z
  .strictObject({
    repository: wordsSchema.describe(
      'Git repository that names what serves: a path, or an address that `git clone` takes.',
    ),
    branch: z
      .string({ error: BRANCH })
      .regex(BRANCH_NAME, BRANCH)
      .default('main')
      .describe('Branch that is pushed, fast-forward only.'),
    file: filePathSchema.describe('YAML or JSON file inside the repository.'),
    path: keyPath
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
    by: z
      .enum(['push', 'pull-request'], { error: 'push or pull-request' })
      .default('push')
      .describe(
        'How a release brings its version into git. `pull-request`: it opens one and waits at a gate until git names the version. A way back always pushes.',
      ),
    forge: forgeConfig
      .exactOptional()
      .describe('The repository at a forge: for pull requests, and for what `shiplock doctor` looks at there.'),
    scale: z
      .record(objectNameSchema, scaleConfig)
      .exactOptional()
      .describe(
        'By the name of a workload in the namespace of the platform: where git says how many pods it has, for the runbook `scale`. In a cluster only.',
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
  })
  .check((ctx) => {
    if (ctx.value.by === 'push' || ctx.value.forge !== undefined) return;
    complain(ctx, {
      path: ['by'],
      code: 'config.gitops-forge',
      found: 'pull-request, and no `forge`',
      expected: 'where the repository lies at a forge',
      remedy: 'write `gitops.forge`, or `by: push`',
    });
  });

export type GitopsConfig = z.infer<typeof gitopsConfig>;
