import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { Json } from '../../model/json.ts';
import {
  type Cluster,
  type Kube,
  type KubeEvent,
  type KubeKind,
  type KubeList,
  type KubeObject,
  type KubeRight,
  type KubeWatchOptions,
  kubeMetaSchema,
  kubePath,
} from '../../model/kube.ts';
import type { Clock } from '../../model/ports.ts';
import { ProblemError } from '../../model/problem.ts';
import { systemClock } from '../machine/clock.ts';
import { type Asked, isMissingObject, readStatus, statusProblem } from './problems.ts';
import { type Connection, connection } from './request.ts';

const TIMEOUT_MS = 10_000;

/** Looks at a cluster over its API. Nothing is connected, and no file is read, before it is asked something. */
export function kubeClient(cluster: Cluster, clock: Clock = systemClock): Kube {
  const way = connection(cluster, clock);
  return {
    get: (kind, name, signal) => get(way, kind, name, signal),
    list: (kind, selector, signal) => list(way, kind, selector, signal),
    watch: (kind, options) => watch(way, kind, options),
    may: (right, signal) => may(way, right, signal),
    version: (signal) => version(way, signal),
  };
}

/** What `text` says, which is JSON or no answer of an API server at all. */
function parsed(asked: Asked, text: string): Json {
  try {
    const value: Json = JSON.parse(text);
    return value;
  } catch {
    throw notKubernetes(asked, text);
  }
}

function notKubernetes({ kind }: Asked, text: string): ProblemError {
  return new ProblemError({
    code: 'kube.not-kubernetes',
    where: `an answer about ${kind.plural}`,
    found: text.trim().slice(0, 200),
    expected: 'an answer of an API server',
    remedy: 'does the kubeconfig name an API server, or a proxy in front of it that wants a login?',
  });
}

const objectSchema = z.object({ metadata: kubeMetaSchema });

/** Any object of the API. */
export function kubeObject(asked: Asked, body: Json): KubeObject {
  const object = objectSchema.safeParse(body);
  if (!object.success) throw notKubernetes(asked, JSON.stringify(body).slice(0, 200));
  return { meta: object.data.metadata, body };
}

async function get(way: Connection, kind: KubeKind, name: string, signal?: AbortSignal): Promise<KubeObject | null> {
  const asked: Asked = { verb: 'get', kind, name };
  const answer = await way.send({ asked, method: 'GET', path: kubePath(kind, name), timeoutMs: TIMEOUT_MS, signal });
  if (answer.status === 404 && isMissingObject(asked, readStatus(answer.text))) return null;
  if (answer.status !== 200) throw way.problem(asked, answer);
  return kubeObject(asked, parsed(asked, answer.text));
}

const listSchema = z.object({
  metadata: z.object({ resourceVersion: z.string(), continue: z.string().default('') }),
  items: z.array(z.unknown()),
});

const PAGE = 500;

async function list(
  way: Connection,
  kind: KubeKind,
  selector: string | undefined,
  signal?: AbortSignal,
): Promise<KubeList> {
  const asked: Asked = { verb: 'list', kind };
  const items: KubeObject[] = [];
  let next = '';
  for (;;) {
    const query = new URLSearchParams({
      limit: String(PAGE),
      ...(selector === undefined ? {} : { labelSelector: selector }),
      ...(next === '' ? {} : { continue: next }),
    });
    const path = `${kubePath(kind)}?${query}`;
    const answer = await way.send({ asked, method: 'GET', path, timeoutMs: TIMEOUT_MS, signal });
    if (answer.status !== 200) throw way.problem(asked, answer);
    const body = parsed(asked, answer.text);
    const page = listSchema.safeParse(body);
    if (!page.success) throw notKubernetes(asked, answer.text);
    const found = memberOf(body, 'items');
    for (const item of Array.isArray(found) ? found : []) items.push(kubeObject(asked, item));
    next = page.data.metadata.continue;
    if (next === '') return { items, resourceVersion: page.data.metadata.resourceVersion };
  }
}

const eventSchema = z.object({
  type: z.enum(['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK', 'ERROR']),
  object: z.unknown(),
});
/** The server ends a watch by itself after this long, so that a dead connection is noticed. */
const WATCH_SECONDS = 240;

async function* watch(way: Connection, kind: KubeKind, options: KubeWatchOptions): AsyncIterable<KubeEvent> {
  const { resourceVersion, selector, signal } = options;
  const asked: Asked = { verb: 'watch', kind };
  const query = new URLSearchParams({
    watch: '1',
    resourceVersion,
    timeoutSeconds: String(WATCH_SECONDS),
    ...(selector === undefined ? {} : { labelSelector: selector }),
  });
  const path = `${kubePath(kind)}?${query}`;
  const stream = await way.stream({ asked, method: 'GET', path, timeoutMs: TIMEOUT_MS, signal });
  // A connection that is cut ends the watch: who watches lists anew.
  const lines = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY });
  stream.on('error', () => lines.close());
  try {
    for await (const line of lines) {
      if (line === '') continue;
      const event = eventSchema.parse(parsed(asked, line));
      if (event.type === 'BOOKMARK') continue;
      const object = memberOf(parsed(asked, line), 'object');
      if (event.type === 'ERROR') {
        throw new ProblemError(statusProblem(asked, { context: 'watch', server: '' }, 410, JSON.stringify(object)));
      }
      yield { type: event.type, object: kubeObject(asked, object) };
    }
  } finally {
    lines.close();
    stream.destroy();
  }
  signal.throwIfAborted();
}

function memberOf(value: Json, name: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  return Object.entries(value).find(([key]) => key === name)?.[1] ?? null;
}

const REVIEW: KubeKind = {
  group: 'authorization.k8s.io',
  version: 'v1',
  kind: 'SelfSubjectAccessReview',
  plural: 'selfsubjectaccessreviews',
};
const reviewSchema = z.object({ status: z.object({ allowed: z.boolean() }) });

async function may(
  way: Connection,
  { verb, kind, subresource }: KubeRight,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const asked: Asked = { verb: 'create', kind: REVIEW };
  const body = JSON.stringify({
    apiVersion: 'authorization.k8s.io/v1',
    kind: REVIEW.kind,
    spec: {
      resourceAttributes: {
        verb,
        group: kind.group,
        version: kind.version,
        resource: kind.plural,
        ...(kind.namespace === undefined ? {} : { namespace: kind.namespace }),
        ...(subresource === undefined ? {} : { subresource }),
      },
    },
  });
  const answer = await way.send({ asked, method: 'POST', path: kubePath(REVIEW), body, timeoutMs: TIMEOUT_MS, signal });
  if (answer.status !== 201) throw way.problem(asked, answer);
  const review = reviewSchema.safeParse(parsed(asked, answer.text));
  if (!review.success) throw notKubernetes(asked, answer.text);
  return review.data.status.allowed;
}

const versionSchema = z.object({ gitVersion: z.string() });
const VERSION: KubeKind = { group: '', version: 'v1', kind: 'Version', plural: 'version' };

async function version(way: Connection, signal: AbortSignal | undefined): Promise<string> {
  const asked: Asked = { verb: 'get', kind: VERSION };
  const answer = await way.send({ asked, method: 'GET', path: '/version', timeoutMs: TIMEOUT_MS, signal });
  if (answer.status !== 200) throw way.problem(asked, answer);
  const found = versionSchema.safeParse(parsed(asked, answer.text));
  if (!found.success) throw notKubernetes(asked, answer.text);
  return found.data.gitVersion;
}
