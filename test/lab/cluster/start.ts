import { join } from 'node:path';
import type { Component } from '../../../scripts/components/supervise.ts';
import { command, type Ended } from '../../../scripts/testing/command.ts';
import { addArgocd, addRollouts, type Target } from './argo.ts';
import { addGateway, addMetrics } from './gateway.ts';
import { type ImageContent, pushImage, pushTrees, type ServiceImage, serviceImage } from './images.ts';
import { NODE, type ProgramName, prepare, programs, REGISTRY, REGISTRY_PORT } from './kubernetes.ts';
import { type Inside, makeNamespaces, type Namespaces, until } from './namespaces.ts';
import { buildLabTools, type ClusterOptions } from './needed.ts';

/** A real Kubernetes of one node on this machine, for tests. See test/lab/README.md. */
export interface Cluster extends AsyncDisposable {
  readonly dir: string;
  /** Of an administrator; works from here and inside alike. */
  readonly kubeconfig: string;
  /** Address of the node: the API server (6443), the registry (5000) and NodePorts answer there. */
  readonly address: string;
  /** Our own address as pods and Argo see it: what a test serves to them listens there. */
  readonly gateway: string;
  /** A kubectl of the cluster's own version; any exit code is an answer. */
  kubectl(args: readonly string[], input?: string): Promise<Ended>;
  /** The same. @throws Error with what kubectl said when it fails */
  must(args: readonly string[], input?: string): Promise<string>;
  /** A command inside the cluster's network, mounts and process numbers. */
  inside(argv: readonly string[]): Promise<Ended>;
  /** Puts an image into the registry of the lab. `name` is `certkeeper/api:1.2.3`; the result is what a manifest says: `registry.example.com/certkeeper/api@sha256:…`. */
  push(name: string, content: ImageContent): Promise<string>;
  /** Whole directories as an image, a layer each, in the same way. */
  pushTrees(name: string, trees: Parameters<typeof pushTrees>[1]): Promise<string>;
  /** A version of the reference service, in the same way. */
  pushService(image: ServiceImage): Promise<string>;
  /** Names of the programs that run: `apiserver`, `kubelet`, `rollouts-controller`, `argocd-application-controller` … */
  programs(): readonly string[];
  /** kill -9 of one program. */
  kill(name: string): Promise<void>;
  /** Starts it again as it was. */
  restart(name: string): Promise<void>;
  /** The last lines of a program's log. */
  logTail(name: string): Promise<string>;
  /** Ends everything at once; nothing is left. */
  stop(): Promise<void>;
}

interface Running {
  readonly inside: Inside;
  component: Component;
}

/** Brings a cluster up: its node is Ready, and what `options` ask for answers. Builds the programs first when that was never done. */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const tools = await buildLabTools(options);
  const lab = await makeNamespaces();
  const running = new Map<string, Running>();
  const stop = async (): Promise<void> => {
    await lab.end();
    await Promise.all([...running.values()].map(({ component }) => component.stop()));
  };
  try {
    await prepare(lab, tools);
    const start = async (inside: Inside): Promise<void> => {
      running.set(inside.name, { inside, component: await lab.start(inside) });
      options.started?.(inside.name);
    };
    const cluster = control(lab, running, stop);
    await startKubernetes(lab, start, cluster, tools.get('pause') ?? '');
    const target: Target = { lab, start, kubectl: (args, input) => cluster.must(args, input) };
    await Promise.all([
      options.argocd === true ? addArgocd(target) : undefined,
      options.rollouts === true ? addRollouts(target, tools.get('weights-plugin') ?? null) : undefined,
      options.gateway === true ? addGateway(target) : undefined,
      options.metrics === true ? addMetrics(target) : undefined,
    ]);
    return cluster;
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startKubernetes(
  lab: Namespaces,
  start: (inside: Inside) => Promise<void>,
  cluster: Cluster,
  pause: string,
): Promise<void> {
  const all = programs(lab);
  const begin = (...names: readonly ProgramName[]): Promise<unknown> =>
    Promise.all(names.map((name) => start(all[name])));
  await begin('registry', 'etcd', 'containerd');
  await Promise.all([begin('apiserver'), cluster.push('lab/pause:1', { binary: pause, name: 'pause' })]);
  await begin('controller-manager', 'scheduler', 'kubelet', 'proxy', 'dns');
  await until('the node to be ready', async () => {
    const status = await cluster.kubectl([
      'get',
      'node',
      NODE,
      '-o',
      'jsonpath={.status.conditions[?(@.type=="Ready")].status}',
    ]);
    return status.output.trim() === 'True';
  });
  // A pod needs it, and the controller makes it a moment later.
  await until('the service account of the namespace default', async () => {
    return (await cluster.kubectl(['get', 'serviceaccount', 'default'])).code === 0;
  });
}

function control(lab: Namespaces, running: Map<string, Running>, stop: () => Promise<void>): Cluster {
  const kubeconfig = join(lab.dir, 'pki/admin.kubeconfig');
  const one = (name: string): Running => {
    const found = running.get(name);
    if (found === undefined)
      throw new Error(`no program of the lab is called ${name}; there are ${[...running.keys()].join(', ')}`);
    return found;
  };
  const kubectl = (args: readonly string[], input?: string): Promise<Ended> => {
    const argv = [join(lab.dir, 'bin/kubectl'), '--kubeconfig', kubeconfig, ...args];
    return command(argv, { cwd: '/', live: false, env: { HOME: join(lab.dir, 'home') }, input });
  };
  const must = async (args: readonly string[], input?: string): Promise<string> => {
    const ended = await kubectl(args, input);
    if (ended.code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${ended.output}`);
    return ended.output;
  };
  const reference = (name: string): string => `${lab.address}:${REGISTRY_PORT}/${name}`;
  const pinned = (name: string, digest: string): string => `${REGISTRY}/${name.replace(/:[^:/]*$/, '')}@${digest}`;
  const push = async (name: string, content: ImageContent): Promise<string> =>
    pinned(name, await pushImage(reference(name), content));
  return {
    dir: lab.dir,
    kubeconfig,
    address: lab.address,
    gateway: lab.gateway,
    kubectl,
    must,
    inside: (argv) => lab.run(argv),
    push,
    pushTrees: async (name, trees) => pinned(name, await pushTrees(reference(name), trees)),
    pushService: async (image) => push(`certkeeper/api:${image.version}`, await serviceImage(image)),
    programs: () => [...running.keys()],
    async kill(name) {
      const { component } = one(name);
      process.kill(component.pid, 'SIGKILL');
      await component.exited;
    },
    async restart(name) {
      const program = one(name);
      await program.component.stop();
      program.component = await lab.start(program.inside);
    },
    logTail: (name) => one(name).component.logTail(),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
