import { createSign } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../model/ports.ts';
import { ProblemError } from '../model/problem.ts';

/** What calls are signed with: a token as it is, or one that an App gets for an hour. */

export type Credentials =
  | { readonly kind: 'token'; readonly token: string }
  | {
      readonly kind: 'app';
      /** Number or client id of the App. */
      readonly app: string;
      /** PEM. */
      readonly privateKey: string;
      /** Undefined: the one of the repository. */
      readonly installation?: number;
      /** Fewer than the installation has; undefined: all. */
      readonly permissions?: Readonly<Record<string, 'read' | 'write'>>;
    };

export interface Tokens {
  /** Value of the header. */
  header(): Promise<string>;
  /** The forge does not take it any more: get a new one. False: there is no other. */
  renew(): boolean;
  /** What the newest token may do; null where nobody says it. */
  granted(): Readonly<Record<string, string>> | null;
  /** Name in the graph of the repository that the token is for; null where nobody says it. */
  repository(): string | null;
}

const JWT_MS = 540_000;
/** Clocks differ: a JWT from the future is refused. */
const SKEW_MS = 60_000;
const EARLY_MS = 300_000;

const installationSchema = z.object({ id: z.number() });
const tokenSchema = z.object({
  token: z.string().min(1),
  expires_at: z.iso.datetime(),
  permissions: z.record(z.string(), z.string()).optional(),
  repositories: z.array(z.object({ node_id: z.string() })).optional(),
});

/** One call without any of these tokens: the JWT goes in `authorization`. */
export type AppCall = (
  route: string,
  parameters: Readonly<Record<string, unknown>>,
  authorization: string,
) => Promise<unknown>;

export function tokensOf(
  credentials: Credentials,
  options: {
    readonly owner: string;
    readonly repo: string;
    readonly clock: Clock;
    readonly call: AppCall;
    readonly hide: (secret: string) => void;
  },
): Tokens {
  if (credentials.kind === 'token') {
    options.hide(credentials.token);
    return {
      header: async () => `token ${credentials.token}`,
      renew: () => false,
      granted: () => null,
      repository: () => null,
    };
  }
  const { clock, call, hide, owner, repo } = options;
  for (const line of credentials.privateKey.split('\n')) if (line.length > 20 && !line.startsWith('-----')) hide(line);
  let current:
    | {
        readonly value: string;
        readonly until: number;
        readonly granted: Readonly<Record<string, string>> | null;
        readonly repository: string | null;
      }
    | undefined;
  let coming: Promise<string> | undefined;

  const get = async (): Promise<string> => {
    const jwt = `bearer ${jwtOf(credentials.app, credentials.privateKey, clock.now())}`;
    const id =
      credentials.installation ??
      installationSchema.parse(await call('GET /repos/{owner}/{repo}/installation', { owner, repo }, jwt)).id;
    const answer = tokenSchema.parse(
      await call(
        'POST /app/installations/{installation_id}/access_tokens',
        {
          installation_id: id,
          repositories: [repo],
          ...(credentials.permissions === undefined ? {} : { permissions: credentials.permissions }),
        },
        jwt,
      ),
    );
    hide(answer.token);
    current = {
      value: answer.token,
      until: Date.parse(answer.expires_at),
      granted: answer.permissions ?? null,
      // It was asked for this one repository.
      repository: answer.repositories?.length === 1 ? (answer.repositories[0]?.node_id ?? null) : null,
    };
    return answer.token;
  };

  return {
    async header() {
      if (current !== undefined && current.until - EARLY_MS > clock.now()) {
        return `token ${current.value}`;
      }
      coming ??= get().finally(() => {
        coming = undefined;
      });
      return `token ${await coming}`;
    },
    renew() {
      current = undefined;
      return true;
    },
    granted: () => current?.granted ?? null,
    repository: () => current?.repository ?? null,
  };
}

/** RS256, as GitHub wants it from an App. */
export function jwtOf(app: string, privateKey: string, now: number): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const seconds = (at: number): number => Math.floor(at / 1000);
  const claims = { iss: app, iat: seconds(now - SKEW_MS), exp: seconds(now + JWT_MS - SKEW_MS) };
  const text = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}`;
  try {
    return `${text}.${createSign('RSA-SHA256').update(text).sign(privateKey, 'base64url')}`;
  } catch {
    // What the crypto library says may hold a part of the key.
    throw new ProblemError({
      code: 'forge.app-key',
      where: `App ${app}`,
      found: 'a text that is no private RSA key',
      expected: 'the private key of the App, in PEM',
      remedy: 'download a new private key in the settings of the App, and store the whole file as the secret',
    });
  }
}
