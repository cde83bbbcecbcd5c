import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { parsedJson } from '../../model/json.ts';
import type { Cluster } from '../../model/kube.ts';
import type { Clock } from '../../model/ports.ts';
import { type Problem, ProblemError, unwrap } from '../../model/problem.ts';
import { runCommand } from '../machine/exec.ts';
import { type Access, accessOf, type Credentials, type ExecPlugin, type Pem } from './kubeconfig.ts';

/** What one request is made with. Read anew for each connection, since tokens end and files are replaced. */
export interface Identity {
  readonly name: string;
  readonly server: string;
  readonly tls: {
    readonly ca?: string;
    readonly cert?: string;
    readonly key?: string;
    readonly servername?: string;
    readonly rejectUnauthorized: boolean;
  };
  readonly token: string | null;
  /** Wall clock until when it holds; null: nobody knows. */
  readonly untilMs: number | null;
}

/** Where the platform itself lays down what a pod needs to talk to its own cluster. */
const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';
const EXEC_TIMEOUT_MS = 30_000;

/** Reads files and asks an exec plugin where there is one. */
export async function identityOf(cluster: Cluster, clock: Clock, signal?: AbortSignal): Promise<Identity> {
  const access = await readAccess(cluster);
  const made = await credentialsNow(access, clock, signal);
  const ca = access.authority === null ? undefined : await pemText(access.authority);
  return {
    name: access.name,
    server: access.server,
    tls: {
      ...(ca === undefined ? {} : { ca }),
      ...made.tls,
      ...(access.serverName === null ? {} : { servername: access.serverName }),
      rejectUnauthorized: !access.insecure,
    },
    token: made.token,
    untilMs: made.untilMs,
  };
}

/** The way into a cluster, as its kubeconfig or the pod that we run in says. */
export async function readAccess(cluster: Cluster): Promise<Access> {
  if (cluster.kubeconfig === null) return inCluster();
  const files = await Promise.all(
    cluster.kubeconfig.map(async (path) => {
      const text = await readFile(path, 'utf8').catch((error: unknown) => unreadable(path, error));
      return text === null ? [] : [{ path, text }];
    }),
  );
  const found = files.flat();
  if (found.length === 0) throw new ProblemError(noFile(cluster.kubeconfig.join(':')));
  return unwrap(accessOf(found, cluster.context));
}

/** A file that is not there may be one of several; any other failure is told. */
function unreadable(path: string, error: unknown): null {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  if (code === 'ENOENT') return null;
  throw new ProblemError({
    code: 'kube.kubeconfig',
    where: path,
    found: `it cannot be read (${code})`,
    expected: 'a file that this user may read',
    remedy: `look at it with \`ls -l ${path}\``,
  });
}

function noFile(where: string): Problem {
  return {
    code: 'kube.no-kubeconfig',
    where,
    found: 'no such file',
    expected: 'a kubeconfig file',
    remedy: 'name one as `platform.kubeconfig` or in KUBECONFIG',
  };
}

async function inCluster(): Promise<Access> {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = process.env;
  if (host === undefined || port === undefined) throw new ProblemError(noFile('KUBECONFIG, ~/.kube/config'));
  return {
    name: 'in-cluster',
    server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
    authority: { kind: 'file', path: `${SERVICE_ACCOUNT}/ca.crt` },
    insecure: false,
    serverName: null,
    credentials: { kind: 'token-file', path: `${SERVICE_ACCOUNT}/token` },
    namespace: null,
  };
}

interface Made {
  readonly tls: { readonly cert?: string; readonly key?: string };
  readonly token: string | null;
  readonly untilMs: number | null;
}

async function credentialsNow(access: Access, clock: Clock, signal?: AbortSignal): Promise<Made> {
  const { credentials } = access;
  switch (credentials.kind) {
    case 'none':
      return { tls: {}, token: null, untilMs: null };
    case 'token':
      return { tls: {}, token: credentials.token, untilMs: null };
    case 'token-file':
      // The kubelet replaces it long before it ends: a minute later it is read again.
      return {
        tls: {},
        token: (await pemText({ kind: 'file', path: credentials.path })).trim(),
        untilMs: clock.now() + 60_000,
      };
    case 'certificate':
      return { tls: await pairOf(credentials), token: null, untilMs: null };
    case 'exec':
      return askPlugin(access, credentials.plugin, clock, signal);
  }
}

async function pairOf({ certificate, key }: Extract<Credentials, { kind: 'certificate' }>): Promise<Made['tls']> {
  const [cert, secret] = await Promise.all([pemText(certificate), pemText(key)]);
  return { cert, key: secret };
}

async function pemText(pem: Pem): Promise<string> {
  if (pem.kind === 'text') return pem.text;
  try {
    return await readFile(pem.path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new ProblemError({
      code: 'kube.kubeconfig',
      where: pem.path,
      found: `it cannot be read (${code})`,
      expected: 'the file that the kubeconfig names',
      remedy: 'restore it, or ask for new credentials',
    });
  }
}

const answerSchema = z.object({
  status: z.object({
    token: z.string().nullish(),
    clientCertificateData: z.string().nullish(),
    clientKeyData: z.string().nullish(),
    expirationTimestamp: z.string().nullish(),
  }),
});

/** Credentials of a program, by the protocol of client.authentication.k8s.io. It is never given a terminal. */
async function askPlugin(access: Access, plugin: ExecPlugin, clock: Clock, signal?: AbortSignal): Promise<Made> {
  const info = {
    apiVersion: plugin.apiVersion,
    kind: 'ExecCredential',
    spec: { interactive: false, cluster: { server: access.server } },
  };
  const timeout = AbortSignal.timeout(EXEC_TIMEOUT_MS);
  const result = await runCommand(
    {
      argv: [plugin.command, ...plugin.args],
      env: { ...plugin.env, KUBERNETES_EXEC_INFO: JSON.stringify(info) },
      signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
    },
    clock,
  ).catch((error: unknown) => {
    signal?.throwIfAborted();
    throw pluginFailed(plugin, error instanceof Error ? error.message : String(error));
  });
  if (result.exitCode !== 0) {
    throw pluginFailed(
      plugin,
      `exit code ${result.exitCode}: ${result.stderr.trim().split('\n').slice(-2).join('; ')}`,
    );
  }
  const answer = answerSchema.safeParse(parsedJson(result.stdout));
  // What it said may hold a secret, so it is not repeated.
  if (!answer.success) throw pluginFailed(plugin, 'an answer that is no ExecCredential with a status');
  const { token, clientCertificateData: cert, clientKeyData: key, expirationTimestamp } = answer.data.status;
  if (token == null && (cert == null || key == null)) throw pluginFailed(plugin, 'neither a token nor a certificate');
  const until = expirationTimestamp == null ? Number.NaN : Date.parse(expirationTimestamp);
  return {
    tls: cert == null || key == null ? {} : { cert, key },
    token: token ?? null,
    untilMs: Number.isNaN(until) ? null : until,
  };
}

function pluginFailed(plugin: ExecPlugin, found: string): ProblemError {
  return new ProblemError({
    code: 'kube.exec-plugin',
    where: [plugin.command, ...plugin.args].join(' '),
    found,
    expected: 'credentials for the cluster',
    remedy: 'run it by hand; many such programs want a login first',
  });
}
