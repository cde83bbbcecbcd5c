import type { Git } from './git/index.ts';
import {
  type Account,
  type App,
  accountNamed,
  type Level,
  type Permissions,
  type Repository,
  type Token,
  type World,
} from './world.ts';

/** An answer that is no success, as GitHub words it. */
export class Refused extends Error {
  readonly status: number;
  readonly extra: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    message: string,
    extra: Readonly<Record<string, unknown>> = {},
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.status = status;
    this.extra = extra;
    this.headers = headers;
  }
}

export function notFound(message = 'Not Found'): Refused {
  return new Refused(404, message);
}

export function invalid(
  message: string,
  ...errors: readonly { resource: string; field: string; code: string }[]
): Refused {
  return new Refused(422, message, errors.length === 0 ? {} : { errors });
}

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export function answer(status: number, body?: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, ...(body === undefined ? {} : { body }), headers };
}

/** Who asks. */
export type Caller =
  | { readonly kind: 'nobody' }
  | { readonly kind: 'app'; readonly app: App }
  | { readonly kind: 'token'; readonly token: Token };

export interface Context {
  readonly world: World;
  readonly caller: Caller;
  readonly path: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
  /** Tells the world's hooks, after the answer. */
  readonly tell: (
    repository: Repository,
    event: string,
    action: string | null,
    payload: Readonly<Record<string, unknown>>,
    by: Account,
  ) => void;
  readonly git: (repository: Repository) => Git;
  /** The request's own address without a query. */
  readonly url: string;
}

/** In a repository: it exists, and the caller may see it. */
export interface RepositoryContext extends Context {
  readonly repository: Repository;
  /** The account that does it. */
  readonly actor: Account;
}

/** What a token needs: one of these. Empty: to see the repository is enough. */
export type Needs = readonly Permissions[];

export interface Operation {
  readonly route: string;
  readonly needs: Needs;
  /** `app`: with the App's own signed token only. */
  readonly by: 'anybody' | 'app' | 'account';
  handle(context: Context): Answer | Promise<Answer>;
}

export function operation(
  route: string,
  by: Operation['by'],
  handle: Operation['handle'],
  needs: Needs = [],
): Operation {
  return { route, by, needs, handle };
}

/** An operation below `/repos/{owner}/{repo}`. `needs`: `issues:write`, or `issues:write pull_requests:write` where either does. */
export function inRepository(
  route: string,
  needs: string,
  handle: (context: RepositoryContext) => Answer | Promise<Answer>,
): Operation {
  const list = needs
    .split(' ')
    .filter((one) => one !== '')
    .map((one): Permissions => {
      const [name = '', level = 'read'] = one.split(':');
      return { [name]: levelOf(level) };
    });
  return {
    route,
    by: 'account',
    needs: list,
    handle: (context) => {
      const repository = seen(context, context.path['owner'] ?? '', context.path['repo'] ?? '');
      const actor = actorOf(context);
      return handle({ ...context, repository, actor });
    },
  };
}

function levelOf(text: string): Level {
  return text === 'write' || text === 'admin' ? text : 'read';
}

export function actorOf({ caller }: Context): Account {
  if (caller.kind === 'token') return caller.token.account;
  throw new Refused(401, 'Requires authentication');
}

export function appOf({ caller }: Context): App | null {
  return caller.kind === 'token' && caller.token.kind === 'installation' ? caller.token.installation.app : null;
}

function seen({ world }: Context, owner: string, name: string): Repository {
  const account = accountNamed(world, owner);
  const found = world.repositories.find(
    (one) => one.owner === account && one.name.toLowerCase() === name.toLowerCase(),
  );
  if (found === undefined) throw notFound();
  return found;
}

/** A number in the path. */
export function numberIn({ path }: Context, name: string): number {
  return Number(path[name]);
}

export function text(body: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = body[name];
  return typeof value === 'string' ? value : undefined;
}

export function flag(body: Readonly<Record<string, unknown>>, name: string, otherwise: boolean): boolean {
  const value = body[name];
  return typeof value === 'boolean' ? value : otherwise;
}

export function object(
  body: Readonly<Record<string, unknown>>,
  name: string,
): Readonly<Record<string, unknown>> | undefined {
  const value = body[name];
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : undefined;
}

export function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

/** One page of a list, with the Link header. */
export function paged<T>(context: Context, all: readonly T[], show: (items: readonly T[]) => unknown): Answer {
  const size = Math.min(100, Math.max(1, Number(context.query.get('per_page') ?? 30)));
  const last = Math.max(1, Math.ceil(all.length / size));
  const page = Math.max(1, Number(context.query.get('page') ?? 1));
  const to = (number: number, rel: string): string => {
    const query = new URLSearchParams(context.query);
    query.set('page', String(number));
    return `<${context.url}?${query}>; rel="${rel}"`;
  };
  const links = [
    ...(page > 1 ? [to(page - 1, 'prev'), to(1, 'first')] : []),
    ...(page < last ? [to(page + 1, 'next'), to(last, 'last')] : []),
  ];
  const items = all.slice((page - 1) * size, page * size);
  return answer(200, show(items), links.length === 0 ? {} : { link: links.join(', ') });
}
