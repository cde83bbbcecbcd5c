import { z } from 'zod';
import {
  addressSchema,
  duration,
  filePathSchema,
  httpPathSchema,
  httpUrlSchema,
  nameSchema,
  objectNameSchema,
  rateSchema,
} from '../model/scalars.ts';

/** Fragment `traffic` of an environment: who decides which version gets which share of the requests. */

const PREFIX = 'the beginning of a path, such as /api, without query';
/** `/api` means `/api` itself and everything below it. */
const pathPrefixSchema = z
  .string({ error: PREFIX })
  .regex(/^\/[A-Za-z0-9/._~-]*$/, PREFIX)
  .meta({ title: 'path prefix' });

const DOWNLOADS = 'a path such as /client';
const downloadPathSchema = z
  .string({ error: DOWNLOADS })
  .regex(/^(?:\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+$/, DOWNLOADS)
  .meta({ title: 'path' });

const PORT = 'a port from 1 to 65535';

export const filesConfig = z.strictObject({
  component: nameSchema.describe('Component that is only files; its `current` release is served.'),
  service: z
    .array(pathPrefixSchema)
    .default(['/api'])
    .describe('Paths, and what lies below them, that go to the service. Everything else goes to the files.'),
  port: z
    .number({ error: PORT })
    .int(PORT)
    .min(1, PORT)
    .max(65_535, PORT)
    .exactOptional()
    .describe('Port of the static server on this machine. Left out: the last one of `platform.ports`.'),
  singlePage: z
    .boolean({ error: 'true or false' })
    .default(false)
    .describe('Unknown pages get index.html, for applications that route in the browser.'),
  downloads: z
    .record(downloadPathSchema, nameSchema)
    .default({})
    .describe('Paths below which packages are installed from, each with its component of kind `script`.'),
});

/** A proxy on this machine; whichever it is, it is told the same. */
export const proxyTrafficConfig = z.strictObject({
  kind: z
    .enum(['haproxy', 'nginx'], { error: 'haproxy or nginx' })
    .describe(
      'HAProxy 2.4 or newer, steered through its runtime socket, or Nginx 1.20 or newer, steered by graceful reloads; on this machine.',
    ),
  component: nameSchema
    .exactOptional()
    .describe('Component that gets the traffic: the one with a process. May be left out.'),
  directory: filePathSchema.describe('Directory for its configuration, sockets and state.'),
  bind: addressSchema.describe('Where users arrive, `host:port`.'),
  deadMan: duration({ min: 1000, max: 600_000 })
    .prefault('5s')
    .describe('Without a heartbeat for this long the proxy takes a new version out by itself.'),
  longestTimeout: duration({ max: 3_600_000 })
    .prefault('30s')
    .describe('Longest time a request may take. After a weight change, counts wait this long before they are judged.'),
  rateLimits: z
    .array(
      z.strictObject({
        path: httpPathSchema.describe('Paths that begin with this.'),
        rate: rateSchema.describe('Requests let through; the rest is answered 429 with Retry-After.'),
      }),
    )
    .prefault([])
    .describe('Limits per endpoint, for all users together.'),
  files: filesConfig
    .exactOptional()
    .describe('Static files behind the same proxy. Left out: every request goes to the service.'),
  private: z
    .array(pathPrefixSchema)
    .default(['/metrics'])
    .describe('Paths, and what lies below them, that the proxy answers 404: for the machine itself, not for users.'),
  maintenance: z
    .strictObject({
      except: z
        .array(pathPrefixSchema.refine((path) => path !== '/', 'a path below /'))
        .default([])
        .describe('Paths, and what lies below them, that are answered as ever, such as the one that a monitor asks.'),
    })
    .exactOptional()
    .describe('What the runbook `maintenance-on` leaves open. Left out: nothing.'),
});

const PODS = 'a whole number from 1 to 99999';
const SECRET_KEY = 'a key of a secret: letters, digits, dots, _ and -';

/** What the manifests of a Rollout name, for `shiplock gitops rollouts`. */
export const rolloutManifestsConfig = z.strictObject({
  mode: z
    .enum(['pull', 'push'], { error: 'pull or push' })
    .exactOptional()
    .describe('pull: the controller asks the judge and goes on; push: the pipeline says when. Left out: pull.'),
  httpRoute: objectNameSchema
    .exactOptional()
    .describe('HTTPRoute whose weights are the shares. Not together with `pods`.'),
  pods: z
    .number({ error: PODS })
    .int(PODS)
    .min(1, PODS)
    .max(99_999, PODS)
    .exactOptional()
    .describe('Pods of the Rollout, where a share is a count of pods.'),
  stableService: objectNameSchema
    .exactOptional()
    .describe('Service of the version that serves. Left out: the name of the Rollout.'),
  canaryService: objectNameSchema
    .exactOptional()
    .describe('Service of the new version, or of the preview. Left out: NAME-canary, NAME-preview.'),
  previewPort: z
    .number({ error: PORT })
    .int(PORT)
    .min(1, PORT)
    .max(65_535, PORT)
    .exactOptional()
    .describe('Port of the preview Service, for smoke requests. Left out: 80.'),
  judge: z
    .strictObject({
      url: httpUrlSchema
        .exactOptional()
        .describe('Address of the judge. Left out: http://shiplock-judge.shiplock.svc:8484.'),
      secret: objectNameSchema
        .exactOptional()
        .describe('Secret beside the Rollout with its token. Left out: shiplock-judge.'),
      key: z
        .string({ error: SECRET_KEY })
        .regex(/^[A-Za-z0-9._-]{1,253}$/, SECRET_KEY)
        .exactOptional()
        .describe('Key of that secret. Left out: token.'),
      every: duration({ min: 1000, max: 3_600_000 }).exactOptional().describe('Between two questions. Left out: 5s.'),
    })
    .exactOptional()
    .describe('Who is asked by the AnalysisTemplates.'),
});

/** Traffic that a cluster routes by itself, by the steps of a Rollout. */
export const rolloutsTrafficConfig = z.strictObject({
  kind: z
    .literal('argo-rollouts')
    .describe('Argo Rollouts, steered through the pauses of its steps. Only where the platform is kubernetes.'),
  component: nameSchema.exactOptional().describe('Component that gets the traffic: the image. May be left out.'),
  entry: httpUrlSchema.describe('How this machine reaches the service as users do, for `verify`.'),
  longestTimeout: duration({ max: 3_600_000 })
    .prefault('30s')
    .describe('Longest time a request may take. After a weight change, counts wait this long before they are judged.'),
  manifests: rolloutManifestsConfig
    .exactOptional()
    .describe('Names for `shiplock gitops rollouts`. Its options go before them; a release does not read them.'),
});

export const trafficConfig = z
  .discriminatedUnion('kind', [proxyTrafficConfig, rolloutsTrafficConfig])
  .describe('Who gives which version its share of the requests.');

export type RolloutManifestsConfig = z.infer<typeof rolloutManifestsConfig>;
export type ProxyTrafficConfig = z.infer<typeof proxyTrafficConfig>;
export type RolloutsTrafficConfig = z.infer<typeof rolloutsTrafficConfig>;
export type TrafficConfig = z.infer<typeof trafficConfig>;
