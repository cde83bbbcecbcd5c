import { dirname, resolve } from 'node:path';
import { load } from 'js-yaml';
import { z } from 'zod';
import { bad, ok, type Problem, type Result } from '../../model/problem.ts';

/**
 * kubeconfig files as kubectl reads them: clusters, users and contexts by name, several files merged so that the first one that
 * names something counts. Pure; files that are named inside are only resolved, never read here.
 */

const execSchema = z.object({
  apiVersion: z.string(),
  command: z.string(),
  args: z.array(z.string()).nullish(),
  env: z.array(z.object({ name: z.string(), value: z.string() })).nullish(),
  provideClusterInfo: z.boolean().nullish(),
});

const clusterEntry = z.object({
  name: z.string(),
  cluster: z.object({
    server: z.string(),
    'certificate-authority': z.string().nullish(),
    'certificate-authority-data': z.string().nullish(),
    'insecure-skip-tls-verify': z.boolean().nullish(),
    'tls-server-name': z.string().nullish(),
    'proxy-url': z.string().nullish(),
  }),
});

const userEntry = z.object({
  name: z.string(),
  user: z
    .object({
      'client-certificate': z.string().nullish(),
      'client-certificate-data': z.string().nullish(),
      'client-key': z.string().nullish(),
      'client-key-data': z.string().nullish(),
      token: z.string().nullish(),
      tokenFile: z.string().nullish(),
      exec: execSchema.nullish(),
      'auth-provider': z.object({ name: z.string() }).nullish(),
    })
    .nullish(),
});

const contextEntry = z.object({
  name: z.string(),
  context: z.object({ cluster: z.string(), user: z.string().nullish(), namespace: z.string().nullish() }),
});

const fileSchema = z.object({
  'current-context': z.string().nullish(),
  clusters: z.array(clusterEntry).nullish(),
  users: z.array(userEntry).nullish(),
  contexts: z.array(contextEntry).nullish(),
});

/** PEM text in a file, or as it is. */
export type Pem = { readonly kind: 'file'; readonly path: string } | { readonly kind: 'text'; readonly text: string };

export interface ExecPlugin {
  readonly apiVersion: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export type Credentials =
  | { readonly kind: 'none' }
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'token-file'; readonly path: string }
  | { readonly kind: 'certificate'; readonly certificate: Pem; readonly key: Pem }
  | { readonly kind: 'exec'; readonly plugin: ExecPlugin };

/** One way into one cluster. */
export interface Access {
  /** Context, for messages. */
  readonly name: string;
  readonly server: string;
  /** Null: the authorities of this machine. */
  readonly authority: Pem | null;
  /** The server's certificate is not checked, as its owner chose. */
  readonly insecure: boolean;
  readonly serverName: string | null;
  readonly credentials: Credentials;
  /** Namespace of the context. */
  readonly namespace: string | null;
}

export interface KubeconfigFile {
  /** Absolute. */
  readonly path: string;
  readonly text: string;
}

/** Pure. */
export function accessOf(files: readonly KubeconfigFile[], wanted: string | undefined): Result<Access> {
  const where = files.map(({ path }) => path).join(':');
  const parsed: Parsed[] = [];
  for (const file of files) {
    const one = parseFile(file);
    if (!one.ok) return one;
    parsed.push(one.value);
  }
  const name = wanted ?? parsed.map((one) => one.content['current-context']).find((one) => one != null && one !== '');
  const contexts = parsed.flatMap((one) => one.content.contexts ?? []);
  const known = [...new Set(contexts.map((one) => one.name))];
  const context = contexts.find((one) => one.name === name)?.context;
  if (name == null || context === undefined) {
    const found = name == null ? 'no current context' : `no context \`${name}\``;
    const expected = known.length === 0 ? 'a context' : `one of ${known.join(', ')}`;
    return bad({
      code: 'kube.context',
      where,
      found,
      expected,
      remedy: 'write one of them as `platform.context`, or `kubectl config use-context NAME`',
    });
  }
  const cluster = firstNamed(parsed, context.cluster, (one) => one.clusters);
  if (cluster === undefined) return bad(dangling(where, name, `cluster \`${context.cluster}\``));
  const user = context.user == null ? null : firstNamed(parsed, context.user, (one) => one.users);
  if (user === undefined) return bad(dangling(where, name, `user \`${context.user}\``));
  const made = cluster.value.cluster;
  if (made['proxy-url'] != null && made['proxy-url'] !== '')
    return bad(unsupported(where, `\`proxy-url\` of the cluster \`${context.cluster}\``));
  const credentials = credentialsOf(user?.value.user ?? {}, user?.dir ?? '/');
  if (credentials === null) return bad(unsupported(where, `\`auth-provider\` of the user \`${context.user}\``));
  return ok({
    name,
    server: made.server.replace(/\/+$/, ''),
    authority: pemOf(made['certificate-authority-data'], made['certificate-authority'], cluster.dir),
    insecure: made['insecure-skip-tls-verify'] === true,
    serverName: made['tls-server-name'] ?? null,
    credentials,
    namespace: context.namespace ?? null,
  });
}

interface Parsed {
  readonly dir: string;
  readonly content: z.infer<typeof fileSchema>;
}

function parseFile({ path, text }: KubeconfigFile): Result<Parsed> {
  const problem = (found: string): Problem => ({
    code: 'kube.kubeconfig',
    where: path,
    found,
    expected: 'a kubeconfig file as kubectl reads it',
    remedy: `try \`kubectl --kubeconfig ${path} config view\``,
  });
  try {
    const content = fileSchema.safeParse(load(text));
    if (content.success) return ok({ dir: dirname(path), content: content.data });
    const issue = content.error.issues[0];
    return bad(problem(`${issue?.message ?? 'another form'} at ${issue?.path.join('.') ?? 'the top'}`));
  } catch (error) {
    return bad(problem(error instanceof Error ? (error.message.split('\n')[0] ?? 'no YAML') : String(error)));
  }
}

function firstNamed<T extends { readonly name: string }>(
  files: readonly Parsed[],
  name: string,
  list: (content: Parsed['content']) => readonly T[] | null | undefined,
): { readonly value: T; readonly dir: string } | undefined {
  for (const { dir, content } of files) {
    const value = list(content)?.find((one) => one.name === name);
    if (value !== undefined) return { value, dir };
  }
  return undefined;
}

function credentialsOf(user: NonNullable<z.infer<typeof userEntry>['user']>, dir: string): Credentials | null {
  const certificate = pemOf(user['client-certificate-data'], user['client-certificate'], dir);
  const key = pemOf(user['client-key-data'], user['client-key'], dir);
  if (certificate !== null && key !== null) return { kind: 'certificate', certificate, key };
  if (user.tokenFile != null && user.tokenFile !== '')
    return { kind: 'token-file', path: resolve(dir, user.tokenFile) };
  if (user.token != null && user.token !== '') return { kind: 'token', token: user.token };
  if (user.exec != null) {
    const { apiVersion, command, args, env } = user.exec;
    const program = command.includes('/') ? resolve(dir, command) : command;
    const variables = Object.fromEntries((env ?? []).map(({ name, value }) => [name, value]));
    return { kind: 'exec', plugin: { apiVersion, command: program, args: args ?? [], env: variables } };
  }
  return user['auth-provider'] == null ? { kind: 'none' } : null;
}

function pemOf(data: string | null | undefined, path: string | null | undefined, dir: string): Pem | null {
  if (data != null && data !== '') return { kind: 'text', text: Buffer.from(data, 'base64').toString('utf8') };
  return path == null || path === '' ? null : { kind: 'file', path: resolve(dir, path) };
}

function dangling(where: string, context: string, what: string): Problem {
  return {
    code: 'kube.kubeconfig',
    where,
    found: `the context \`${context}\` names the ${what}, which is not there`,
    expected: 'a context whose cluster and user are there',
    remedy: 'mend the context, or choose another one with `platform.context`',
  };
}

function unsupported(where: string, what: string): Problem {
  return {
    code: 'kube.kubeconfig',
    where,
    found: `${what}, which we do not support`,
    expected: 'a client certificate, a token, a token file or an exec plugin, without a proxy',
    remedy: 'use an exec plugin (`users[].user.exec`), as kubectl itself recommends',
  };
}
