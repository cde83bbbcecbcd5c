import { createHash } from 'node:crypto';
import type { HttpAnswer, HttpClient } from '../model/ports.ts';
import { type Problem, ProblemError } from '../model/problem.ts';
import { sequence, step } from '../procedure/build.ts';
import type { Step } from '../procedure/tree.ts';
import { type ArtefactFacts, type BuildNodes, type BuiltArtefact, builtSchema } from './cached.ts';
import { challengeOf, tokenIn, tokenPlace } from './oci/challenge.ts';

export interface RegistryLookup {
  /** Repository with its registry, `registry.example.com/shop/api`. */
  readonly image: string;
  /** Address of the registry. */
  readonly registry: string;
  /** Authorization header; null: none. */
  readonly authorization: () => string | null;
  readonly http: HttpClient;
}

export interface ImageLookup extends RegistryLookup {
  readonly component: string;
  readonly tag: string;
}

/** An image was built and pushed before: the tag is followed once, and from there on only its digest counts. */
export function imageNode(lookup: ImageLookup): BuildNodes {
  const { component, image, tag } = lookup;
  const artefact: Step<ArtefactFacts, BuiltArtefact> = step<ArtefactFacts, BuiltArtefact>({
    id: 'digest',
    title: `Take the digest of ${image}:${tag}`,
    inputs: { component, image, tag },
    read: async (ctx) => {
      const digest = await digestOf(lookup, ctx.signal);
      return { path: `${image}@${digest}`, digest };
    },
    decide: ({ path }) => ({ kind: 'nothing', why: path }),
    outputs: builtSchema,
    collect: (_results, { path, digest }) => ({ path, digest: digest ?? '' }),
    planned: ({ path, digest }) => ({ path, digest: digest ?? '' }),
    probe: 'repeatable',
  });
  return {
    artefact,
    node: sequence({ id: `image-${component}`, title: `Look up the image of ${component}`, steps: [artefact] }),
  };
}

const ACCEPT = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');
const DIGEST = /^sha256:[0-9a-f]{64}$/;
/** The client gives the beginning of a body; a manifest is shorter, and only a whole one can be checked. */
const WHOLE = 60 * 1024;

async function digestOf(lookup: ImageLookup, signal: AbortSignal): Promise<string> {
  const { image, tag, registry } = lookup;
  const url = `${registry}/v2/${nameOf(image)}/manifests/${encodeURIComponent(tag)}`;
  const answer = await askRegistry(lookup, url, signal);
  const where = `${image}:${tag}`;
  if (answer.status !== 200) throw new ProblemError(refused(where, url, answer));
  const made = `sha256:${createHash('sha256').update(answer.body).digest('hex')}`;
  const said = answer.headers['docker-content-digest'];
  const whole = Buffer.byteLength(answer.body) < WHOLE;
  if (said !== undefined && DIGEST.test(said) && (!whole || said === made)) return said;
  if (said === undefined && whole) return made;
  throw new ProblemError({
    code: 'build.image-digest',
    where,
    found: `the registry says ${said ?? 'no digest'}, its manifest has ${made}`,
    expected: 'a manifest whose digest is the one that the registry names',
    remedy: 'something between changes what the registry answers: ask it directly',
  });
}

/**
 * Whether an image that was pushed is at its registry, under its digest. Empty: it is.
 *
 * @throws ProblemError `build.registry-unreachable` when the registry does not answer
 */
export async function registryProblems(
  lookup: RegistryLookup,
  digest: string,
  signal: AbortSignal,
): Promise<readonly Problem[]> {
  const { image, registry } = lookup;
  const url = `${registry}/v2/${nameOf(image)}/manifests/${digest}`;
  const answer = await askRegistry(lookup, url, signal);
  const where = `${image}@${digest}`;
  if (answer.status === 404) {
    return [
      {
        code: 'build.image-gone',
        where,
        found: 'no such image at the registry',
        expected: `the image that was released, at ${url}`,
        remedy:
          'was it deleted, or does this environment name another repository? Push it again from where it was built (`shiplock build`), or copy it there by digest',
      },
    ];
  }
  if (answer.status !== 200) return [refused(where, url, answer)];
  const made = `sha256:${createHash('sha256').update(answer.body).digest('hex')}`;
  if (Buffer.byteLength(answer.body) >= WHOLE || made === digest) return [];
  return [
    {
      code: 'build.registry-digest',
      where,
      found: made,
      expected: `bytes with the digest ${digest}`,
      remedy: 'something between changes what the registry answers: ask it directly',
    },
  ];
}

/** Without its registry. */
export function nameOf(image: string): string {
  return image.slice(image.indexOf('/') + 1);
}

/** What a registry answers to somebody with this authorization, or to anybody where there is none. */
export async function askRegistry(lookup: RegistryLookup, url: string, signal: AbortSignal): Promise<Answered> {
  const given = lookup.authorization();
  const first = await ask(lookup, url, given, signal);
  const token = first.status === 401 ? await tokenFor(lookup, first, given, signal) : null;
  return token === null ? first : ask(lookup, url, `Bearer ${token}`, signal);
}

export type Answered = Extract<HttpAnswer, { kind: 'answer' }>;

async function ask(
  { http, image, registry, tag }: RegistryLookup & { readonly tag?: string },
  url: string,
  authorization: string | null,
  signal: AbortSignal,
): Promise<Answered> {
  const headers = { accept: ACCEPT, ...(authorization === null ? {} : { authorization }) };
  const answer = await http.get(url, { timeoutMs: 10_000, signal, headers });
  if (answer.kind === 'answer') return answer;
  throw new ProblemError({
    code: 'build.registry-unreachable',
    where: tag === undefined ? image : `${image}:${tag}`,
    found: answer.reason,
    expected: `a registry that answers at ${registry}`,
    remedy: 'does this machine reach it? `registry` of the component names another address',
  });
}

/** Registries of the public give a token to anybody who asks where they say; others sell one for the account. */
async function tokenFor(
  lookup: RegistryLookup,
  { headers }: Answered,
  given: string | null,
  signal: AbortSignal,
): Promise<string | null> {
  const challenge = challengeOf(headers['www-authenticate'] ?? '');
  if (challenge === null) return null;
  const { href, account } = tokenPlace(challenge, lookup.registry, given);
  return tokenIn((await ask(lookup, href, account, signal)).body);
}

function refused(where: string, url: string, { status, body }: Answered) {
  const missing = status === 404;
  return {
    code: missing ? 'build.no-image' : 'build.registry-refused',
    where,
    found: missing ? 'no such image' : `status ${status}: ${body.trim().slice(0, 200)}`,
    expected: `an image at ${url}`,
    remedy: missing
      ? 'build and push it first; `--version` names the tag'
      : 'mend `authorization` of the component, by a secret reference',
  };
}
