import { createHash, createVerify } from 'node:crypto';
import { type Caller, type Context, type Needs, type Operation, Refused } from './operation.ts';
import {
  type Account,
  type Level,
  newId,
  type Permissions,
  type Repository,
  ROLES,
  type Role,
  repositoryNamed,
  roleOf,
  type Token,
  type World,
} from './world.ts';

/** Who asks, and may they? */

const LEVELS: readonly Level[] = ['read', 'write', 'admin'];
/** An installation's token lives for an hour. */
const TOKEN_MS = 3_600_000;

export function callerOf(world: World, header: string | undefined): Caller {
  if (header === undefined) return { kind: 'nobody' };
  const [scheme = '', rest = ''] = header.split(' ');
  const value = scheme.toLowerCase() === 'basic' ? (Buffer.from(rest, 'base64').toString().split(':')[1] ?? '') : rest;
  if (value.split('.').length === 3) return { kind: 'app', app: appOfJwt(world, value) };
  const token = world.tokens.get(value);
  if (token === undefined || (token.expiresAt !== null && token.expiresAt <= world.clock.now())) {
    throw new Refused(401, 'Bad credentials');
  }
  if (token.kind === 'installation' && token.installation.suspendedAt !== null) {
    throw new Refused(403, 'This installation has been suspended');
  }
  return { kind: 'token', token };
}

function appOfJwt(world: World, jwt: string) {
  const [head = '', claims = '', signature = ''] = jwt.split('.');
  const parsed: unknown = JSON.parse(Buffer.from(claims, 'base64url').toString());
  const read = (name: string): unknown =>
    typeof parsed === 'object' && parsed !== null ? Reflect.get(parsed, name) : undefined;
  const app = world.apps.find(({ id }) => String(id) === String(read('iss')));
  if (app === undefined) throw new Refused(404, 'Integration not found');
  const good = createVerify('RSA-SHA256').update(`${head}.${claims}`).verify(app.publicKey, signature, 'base64url');
  if (!good) throw new Refused(401, 'A JSON web token could not be decoded');
  const now = world.clock.now() / 1000;
  const issued = Number(read('iat'));
  const expires = Number(read('exp'));
  if (!(expires > now))
    throw new Refused(
      401,
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    );
  if (expires - now > 600) throw new Refused(401, "'Expiration time' claim ('exp') is too far in the future");
  if (issued > now)
    throw new Refused(
      401,
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
    );
  return app;
}

export function issueToken(world: World, account: Account, more: { readonly value?: string } = {}): Token {
  const value =
    more.value ??
    `ghp_${createHash('sha256')
      .update(`${account.id}/${newId(world)}`)
      .digest('hex')
      .slice(0, 36)}`;
  const token: Token = {
    kind: 'user',
    value,
    account,
    expiresAt: null,
    used: 0,
    windowStart: world.clock.now(),
    created: [],
  };
  world.tokens.set(value, token);
  return token;
}

export function issueInstallationToken(
  world: World,
  installation: World['installations'][number],
  wanted: { readonly permissions?: Permissions; readonly repositories?: ReadonlySet<number> } = {},
): Token & { readonly kind: 'installation' } {
  const permissions = wanted.permissions ?? installation.permissions;
  for (const [name, level] of Object.entries(permissions)) {
    if (!covers(installation.permissions, { [name]: level })) {
      throw new Refused(422, 'The permissions requested are not granted to this installation.');
    }
  }
  const value = `ghs_${createHash('sha256')
    .update(`${installation.id}/${newId(world)}`)
    .digest('hex')
    .slice(0, 36)}`;
  const token: Token = {
    kind: 'installation',
    value,
    account: installation.app.bot,
    expiresAt: world.clock.now() + TOKEN_MS,
    used: 0,
    windowStart: world.clock.now(),
    created: [],
    installation,
    permissions,
    repositories: wanted.repositories === undefined ? installation.repositories : new Set(wanted.repositories),
  };
  world.tokens.set(value, token);
  return token;
}

function covers(given: Permissions, needed: Permissions): boolean {
  return Object.entries(needed).every(([name, level]) => {
    if (name === 'metadata') return true;
    const has = given[name];
    return has !== undefined && LEVELS.indexOf(has) >= LEVELS.indexOf(level);
  });
}

/** The role that gives a user what a token would need a permission for. */
function roleFor(permission: string, level: Level): Role {
  if (permission === 'administration') return 'admin';
  if (level === 'read') return 'read';
  return permission === 'issues' || permission === 'pull_requests' ? 'read' : 'write';
}

/** Refuses what the caller may not do. What it may not even see is not found. */
export function authorise(world: World, operation: Operation, caller: Caller, path: Context['path']): void {
  if (operation.by === 'app') {
    if (caller.kind !== 'app') throw new Refused(401, 'A JSON web token could not be decoded');
    return;
  }
  if (caller.kind === 'app') throw new Refused(403, 'Resource not accessible by integration');
  if (operation.by === 'anybody') return;
  if (caller.kind === 'nobody') throw new Refused(401, 'Requires authentication');
  const { token } = caller;
  const repository = repositoryNamed(world, path['owner'] ?? '', path['repo'] ?? '');
  if (repository !== undefined) {
    if (!maySee(world, repository, token)) throw new Refused(404, 'Not Found');
    if (!mayIn(world, repository, token, operation.needs)) {
      throw new Refused(
        403,
        token.kind === 'installation'
          ? 'Resource not accessible by integration'
          : 'Must have push access to the repository.',
      );
    }
  } else if (token.kind === 'installation' && !operation.needs.every((one) => covers(token.permissions, one))) {
    throw new Refused(403, 'Resource not accessible by integration');
  }
}

export function maySee(world: World, repository: Repository, token: Token): boolean {
  if (!repository.private) return true;
  return token.kind === 'user' ? roleOf(world, repository, token.account) !== null : reaches(token, repository);
}

export function reaches(token: Token & { readonly kind: 'installation' }, repository: Repository): boolean {
  if (token.installation.account.id !== repository.owner.id) return false;
  return token.repositories === 'all' || token.repositories.has(repository.id);
}

export function mayIn(world: World, repository: Repository, token: Token, needs: Needs): boolean {
  if (needs.length === 0) return true;
  if (token.kind === 'installation') {
    return needs.some(
      (one) =>
        covers(token.permissions, one) &&
        // Others' public repositories can be read and not written.
        (reaches(token, repository) || Object.values(one).every((level) => level === 'read')),
    );
  }
  const role = roleOf(world, repository, token.account);
  return needs.some((one) =>
    Object.entries(one).every(
      ([name, level]) => role !== null && ROLES.indexOf(role) >= ROLES.indexOf(roleFor(name, level)),
    ),
  );
}

/** `contents=write`, `issues=write; pull_requests=write`: what GitHub says a call needs. */
export function acceptedHeader(needs: Needs): string {
  return needs
    .map((one) =>
      Object.entries(one)
        .map(([name, level]) => `${name}=${level}`)
        .join(','),
    )
    .join('; ');
}
