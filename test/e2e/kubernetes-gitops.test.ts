import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mysql from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { z } from 'zod';
import { type Mariadb, startMariadb } from '../../scripts/components/mariadb.ts';
import { migrationFiles, serviceDir } from '../components/certkeeper.ts';
import { type GitopsRepository, onlyElements, openGitopsRepository, withDigests } from '../lab/cluster/gitops.ts';
import { migrationsImage } from '../lab/cluster/images.ts';
import { gatewayDefinitions } from '../lab/cluster/modules.ts';
import { until } from '../lab/cluster/namespaces.ts';
import type { Cluster } from '../lab/cluster/start.ts';
import { GITOPS, joined, type Manifest, objects, render } from '../lab/manifests/check.ts';
import { skipWords } from '../support/hosts.ts';
import { whySkipCluster } from '../support/kubernetes.ts';
import { leaveCluster, useCluster } from '../support/shared-cluster.ts';
import { argocd, job, podList } from './support/gitops-objects.ts';

/** This project's own gitops/ on a real cluster: Argo CD syncs the testing overlay from git, and what must be refused is refused. */

const why = await whySkipCluster();
const SPACE = 'certkeeper-testing';
const IMAGE = 'jsonpath={.spec.template.spec.containers[0].image}';
const OVERLAY = 'apps/certkeeper/overlays/testing/kustomization.yaml';

/** What is applied by hand, but for what cannot be had here: charts from elsewhere, an image of MySQL, and the other three environments. */
const KEPT = new Map([
  ['platform', /^(namespaces|admission)$/],
  ['certkeeper', /^testing$/],
]);

/** A pod as its controller would make it. */
function podOf(kind: string, spec: Readonly<Record<string, unknown>>): object {
  if (kind === 'Job') return spec;
  const volumes = z.array(z.unknown()).optional().parse(spec['volumes']) ?? [];
  // Each pod of a StatefulSet gets a claim of its own.
  const claims = kind === 'StatefulSet' ? [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] : [];
  return { restartPolicy: 'Always', ...spec, volumes: [...volumes, ...claims] };
}

describe.skipIf(why !== null)(`gitops/ on a real cluster${skipWords(why)}`, () => {
  let cluster: Cluster;
  let database: Mariadb;
  let repository: GitopsRepository;
  let dir: string;
  let good: string;
  let next: string;

  const digest = (image: string): string => image.slice(image.indexOf('@') + 1);
  const json = async (...args: readonly string[]): Promise<unknown> =>
    JSON.parse(await cluster.must([...args, '-o', 'json']));
  /** Those that are not being taken away. */
  const pods = async () => {
    const { items } = podList.parse(await json('get', 'pods', '-n', SPACE, '-l', 'app.kubernetes.io/name=api'));
    return items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  };
  const serving = async () =>
    (await pods()).filter(({ status }) => status.containerStatuses?.every(({ ready }) => ready) === true);
  const app = (name: string) => argocd(cluster).look(name);
  const refresh = (name: string): Promise<string> => argocd(cluster).refresh(name);
  const settled = (name: string, commit: string): Promise<void> => argocd(cluster).settled(name, commit);
  /** Sets digests in the overlay, all in one commit. */
  const deploy = async (images: Readonly<Record<string, string>>): Promise<string> => {
    const commit = await repository.change(OVERLAY, (text) => withDigests(text, images));
    await refresh(SPACE).catch(() => undefined);
    return commit;
  };
  const back = async (): Promise<void> => {
    const commit = await repository.revert();
    await refresh(SPACE);
    await settled(SPACE, commit);
  };
  const ask = (path: string) =>
    cluster.inside(['curl', '-sf', '-m', '5', `http://api.${SPACE}.svc.cluster.local${path}`]);
  /** A pod that is ready is known to kube-proxy a moment later. */
  const answer = async (path: string): Promise<string> => {
    let said = '';
    await until(`an answer to ${path}`, async () => {
      const { code, output } = await ask(path);
      said = output;
      return code === 0;
    });
    return said;
  };

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'shiplock-kubernetes-'));
    [cluster, database] = await Promise.all([useCluster(), startMariadb({ args: ['--bind-address=0.0.0.0'] })]);
    const files = await migrationFiles();
    const image = await migrationsImage(
      Object.fromEntries(files.map((name) => [name, join(serviceDir, 'migrations', name)])),
    );
    const migrations = await cluster.push('certkeeper/migrations:1', image);
    good = await cluster.pushService({ version: '1.0.0' });
    next = await cluster.pushService({ version: '1.1.0' });
    repository = await openGitopsRepository(dir);
    await deploy({ api: digest(good), migrations: digest(migrations) });
    await giveDatabase();
    const wanted = onlyElements(await repository.argocd(), KEPT);
    const apply = (which: (kind: string, name: string) => boolean): Promise<string> =>
      cluster.must(['apply', '-f', '-'], joined(wanted.filter(({ kind, metadata }) => which(kind, metadata.name))));
    await apply((kind, name) => kind === 'AppProject' || name === 'platform');
    await until('the namespace', async () => (await cluster.kubectl(['get', 'namespace', SPACE])).code === 0);
    const dsn = `certkeeper:secret@tcp(${cluster.gateway}:${database.port})/certkeeper`;
    for (const name of ['certkeeper-database', 'certkeeper-migrations']) {
      await cluster.must(['create', 'secret', 'generic', '-n', SPACE, name, `--from-literal=dsn=${dsn}`]);
    }
    await apply((kind, name) => kind === 'ApplicationSet' && name === 'certkeeper');
    await until(
      'the Application',
      async () => (await cluster.kubectl(['get', 'application', '-n', 'argocd', SPACE])).code === 0,
    );
  });

  afterAll(async () => {
    await leaveCluster(cluster);
    await database?.stop();
    await rm(dir, { recursive: true, force: true });
  });

  async function giveDatabase(): Promise<void> {
    const root = await mysql.createConnection({ ...database.root(), multipleStatements: true });
    await root.query(
      "CREATE DATABASE certkeeper CHARACTER SET utf8mb4; CREATE USER certkeeper@'%' IDENTIFIED BY 'secret'; GRANT ALL ON certkeeper.* TO certkeeper@'%'",
    );
    await root.end();
  }
  /** The migrations of the service and one more, as an image. */
  async function pushMigrations(sql: string): Promise<string> {
    const more = join(dir, 'broken.sql');
    await writeFile(more, sql);
    const files = (await migrationFiles()).map((name) => [name, join(serviceDir, 'migrations', name)]);
    return cluster.push(
      'certkeeper/migrations:2',
      await migrationsImage({ ...Object.fromEntries(files), '0006_broken.sql': more }),
    );
  }
  async function migrated(): Promise<readonly unknown[]> {
    const root = await mysql.createConnection(database.root('certkeeper'));
    const [rows] = await root.query('SELECT id, state FROM shiplock_migrations ORDER BY id');
    await root.end();
    return z.array(z.object({ id: z.string(), state: z.string() })).parse(rows);
  }

  it('goes from nothing to Synced and Healthy, migrated, with the image that the digest names', async () => {
    await settled(SPACE, await repository.head());
    const files = await migrationFiles();
    expect(await migrated()).toEqual(files.map((name) => ({ id: name.replace('.sql', ''), state: 'applied' })));
    const running = await serving();
    expect(running).toHaveLength(2);
    for (const { status } of running) expect(status.containerStatuses?.[0]?.imageID).toContain(digest(good));
    expect(JSON.parse(await answer('/api/v1/version'))).toMatchObject({ version: '1.0.0' });
    await answer('/readyz');
    const phase = await cluster.must(['get', 'rollout', '-n', SPACE, 'api', '-o', 'jsonpath={.status.phase}']);
    expect(phase).toBe('Healthy');
  });

  it('stays Synced while the controller writes to the Services and the Rollout stands at a step', async () => {
    const commit = await deploy({ api: digest(next) });
    await until('the first pause', async () => {
      const paused = await cluster.must(['get', 'rollout', '-n', SPACE, 'api', '-o', 'jsonpath={.status.phase}']);
      return paused === 'Paused';
    });
    const selectors = await cluster.must(['get', 'service', '-n', SPACE, '-o', 'jsonpath={.items[*].spec.selector}']);
    expect(selectors.match(/rollouts-pod-template-hash/g)).toHaveLength(2);
    await refresh(SPACE);
    await until('a comparison of that commit', async () => (await app(SPACE)).sync?.revision === commit);
    expect((await app(SPACE)).sync?.status).toBe('Synced');
    expect((await app(SPACE)).health?.status).toBe('Suspended');
    await back();
    expect((await serving()).map(({ spec }) => spec.containers[0]?.image)).toEqual([good, good]);
  });

  it('refuses a digest that the registry does not have; what served goes on', async () => {
    const unknown = `sha256:${randomBytes(32).toString('hex')}`;
    const before = (await serving()).map(({ metadata }) => metadata.uid).sort();
    await deploy({ api: unknown });
    await until('the pull to be refused', async () =>
      (await pods()).some(({ status }) =>
        /ErrImagePull|ImagePullBackOff/.test(status.containerStatuses?.[0]?.state.waiting?.reason ?? ''),
      ),
    );
    expect((await serving()).map(({ metadata }) => metadata.uid).sort()).toEqual(before);
    await back();
  });

  it('refuses a digest in quarantine, with the reason, however it is asked for', async () => {
    const key = digest(next).replace(':', '-');
    const commit = await repository.change('platform/admission/quarantine.yaml', (text) =>
      text.replace('\ndata:\n', `\ndata:\n  ${key}: rolled back, run r-17, verdict worse\n`),
    );
    await refresh('platform-admission');
    await settled('platform-admission', commit);
    const before = (await serving()).map(({ metadata }) => metadata.uid).sort();
    await deploy({ api: digest(next) });
    await until('the refusal', async () => {
      const events = await cluster.must([
        'get',
        'events',
        '-n',
        SPACE,
        '--field-selector',
        'reason=FailedCreate',
        '-o',
        'jsonpath={.items[*].message}',
      ]);
      return events.includes('is in quarantine: rolled back, run r-17, verdict worse');
    });
    expect((await pods()).filter(({ spec }) => spec.containers[0]?.image === next)).toEqual([]);
    expect((await serving()).map(({ metadata }) => metadata.uid).sort()).toEqual(before);
    const byHand = await cluster.kubectl(['run', '-n', SPACE, 'by-hand', `--image=${next}`, '--dry-run=server']);
    expect(byHand.code).not.toBe(0);
    await back();
  });

  it('refuses a tag where digests are asked for, and pods that may more than they need', async () => {
    const pod = (image: string, more: object = {}): string =>
      stringify({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'try', namespace: 'certkeeper-production' },
        spec: {
          securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } },
          containers: [
            {
              name: 'api',
              image,
              securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
            },
          ],
          ...more,
        },
      });
    const create = (text: string) => cluster.kubectl(['create', '--dry-run=server', '-f', '-'], text);
    expect(await create(pod(good))).toMatchObject({ code: 0 });
    const tagged = await create(pod('registry.example.com/certkeeper/api:1.0.0'));
    expect(tagged.output).toContain('registry.example.com/certkeeper/api:1.0.0 is not named by its digest');
    const network = await create(pod(good, { hostNetwork: true }));
    expect(network.output).toMatch(/violates PodSecurity "restricted/);
  });

  it('every overlay is taken by the API server, and its pods pass "restricted"', async () => {
    const definitions = await gatewayDefinitions();
    await cluster.must(['apply', '--server-side', ...definitions.flatMap((file) => ['-f', file])]);
    await until('HTTPRoutes', async () => (await cluster.kubectl(['get', 'httproutes'])).code === 0);
    const template = z.object({
      spec: z.object({ template: z.object({ metadata: z.looseObject({}), spec: z.looseObject({}) }) }),
    });
    const overlays = ['development', 'testing', 'staging', 'production'].flatMap((environment) =>
      ['certkeeper', 'certkeeper-database'].map((service) => join('apps', service, 'overlays', environment)),
    );
    const all: Manifest[] = [];
    for (const overlay of [...overlays, 'judge']) {
      // Zeros mean "no release yet", and are in quarantine for that.
      const text = (await render(join(GITOPS, overlay))).replaceAll(/sha256:0{64}/g, digest(good));
      for (const one of objects(text)) {
        // The Job of the overlay that is synced is there already, and a Job cannot be changed; its pod is looked at like all others.
        if (one.kind !== 'Job' || one.metadata.namespace !== SPACE) all.push(one);
        const parsed = template.safeParse(one);
        if (!parsed.success) continue;
        const { metadata, spec } = parsed.data.spec.template;
        const { name, namespace = '' } = one.metadata;
        // A kind that Kubernetes does not know is taken without a look at its pods: they are shown to it by themselves.
        all.push({
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: { ...metadata, name: `${name}-pod`, namespace },
          spec: podOf(one.kind, spec),
        });
      }
    }
    // A dry run leaves accounts unmade, and without its account a pod is not looked at any further. One of them is there: Argo CD made it.
    const accounts = all.filter(({ kind }) => kind === 'ServiceAccount');
    const missing = accounts.filter(({ metadata }) => metadata.namespace !== SPACE || metadata.name !== 'api');
    await cluster.must(['create', '-f', '-'], joined(missing));
    const others = all.filter(({ kind }) => kind !== 'ServiceAccount');
    const applied = await cluster.kubectl(['apply', '--dry-run=server', '-f', '-'], joined(others));
    const complaints = applied.output.split('\n').filter((line) => /rror|arning|violate/.test(line));
    expect(complaints).toEqual([]);
    expect(applied.output.match(/server dry run/g)).toHaveLength(others.length);
  });

  it('goes on after a kill -9 of the API server, the store and the controllers, with the same pods', async () => {
    await settled(SPACE, await repository.head());
    const before = (await serving()).map(({ metadata }) => metadata.uid).sort();
    for (const name of ['rollouts-controller', 'argocd-application-controller', 'apiserver', 'etcd', 'containerd']) {
      await cluster.kill(name);
    }
    // What serves needs none of them.
    const { code } = await ask('/readyz');
    for (const name of ['containerd', 'etcd', 'apiserver', 'argocd-application-controller', 'rollouts-controller']) {
      await cluster.restart(name);
    }
    expect(code).toBe(0);
    const commit = await repository.change('README.md', (text) => `${text}\n`);
    await refresh(SPACE);
    await settled(SPACE, commit);
    expect((await serving()).map(({ metadata }) => metadata.uid).sort()).toEqual(before);
  });

  it('stops the sync at a migration that fails, with nothing changed', async () => {
    const broken = await pushMigrations(
      '-- shiplock: phase=expand\nCREATE TABLE half_way (id INT);\nALTER TABLE no_such_table ADD COLUMN x INT;\n',
    );
    await settled(SPACE, await repository.head());
    const objectsThere = async (): Promise<readonly string[]> => {
      const columns = 'jsonpath={range .items[*]}{.metadata.name} {.metadata.generation} {.metadata.uid}{"\\n"}{end}';
      const kinds = 'rollout,service,configmap,networkpolicy,poddisruptionbudget,serviceaccount';
      const lines = (await cluster.must(['get', kinds, '-n', SPACE, '-o', columns])).split('\n');
      // The hook's own policy is made anew with each hook, as its Job is.
      return lines.filter((line) => !line.startsWith('migrations '));
    };
    const state = async () => ({
      pods: (await serving()).map(({ metadata }) => metadata.uid).sort(),
      objects: await objectsThere(),
      image: (await cluster.must(['get', 'rollout', '-n', SPACE, 'api', '-o', IMAGE])).trim(),
    });
    const before = await state();
    const third = await cluster.pushService({ version: '1.2.0' });
    await deploy({ api: digest(third), migrations: digest(broken) });
    // Argo CD tries again, each time with a Job of its own.
    const tries = new Map<string, string>();
    await until('two failed tries', async () => {
      const found = job.parse(await json('get', 'job', '-n', SPACE, 'migrations'));
      if ((found.status.failed ?? 0) > 0 && !tries.has(found.metadata.uid)) {
        tries.set(found.metadata.uid, await cluster.must(['logs', '-n', SPACE, 'job/migrations']));
      }
      return tries.size > 1;
    });
    await until(
      'Argo CD to say so',
      async () => (await app(SPACE)).operationState?.message?.includes('completed unsuccessfully') === true,
    );
    for (const log of tries.values()) {
      expect(log).toMatch(/^0006_broken: statement 2 \(line 3\): Error 1146 .*no_such_table.*\n$/);
    }
    expect(await state()).toEqual(before);
    expect(before.image).toBe(good);
    expect(JSON.parse(await answer('/api/v1/version'))).toMatchObject({ version: '1.0.0' });
    expect((await migrated()).slice(-1)).toEqual([{ id: '0006_broken', state: 'running' }]);
  });
});
