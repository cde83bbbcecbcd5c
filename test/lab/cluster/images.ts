import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheDir, makeOnce } from '../../../scripts/cache.ts';
import { command } from '../../../scripts/testing/command.ts';
import { toolPath } from '../../../scripts/tool.ts';
import { serviceDir } from '../../components/certkeeper.ts';
import { must } from './namespaces.ts';

/** What an image of the lab holds: one static program, and how it is called. */
export interface ImageContent {
  /** The program on this machine. */
  readonly binary: string;
  /** Its name in the image. */
  readonly name: string;
  /** Variables that are part of the image, and so of its digest. */
  readonly env?: Readonly<Record<string, string>>;
  /** Further files: where they lie here, by their path in the image. */
  readonly files?: Readonly<Record<string, string>>;
}

/**
 * Puts an image into a registry and gives its digest. The same content always has the same digest: the archive is sorted, and times and owners are left out.
 * @param reference `HOST:PORT/NAME:TAG`, a registry of a private address (so plain HTTP is used)
 */
export async function pushImage(reference: string, content: ImageContent): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'shiplock-image-'));
  try {
    const root = join(dir, 'root');
    await must(['mkdir', '-p', join(root, 'tmp')]);
    await must(['chmod', '1777', join(root, 'tmp')]);
    for (const [path, source] of [[content.name, content.binary], ...Object.entries(content.files ?? {})] as const) {
      await must([
        'install',
        '-D',
        '-m',
        path === content.name || path.startsWith('lib') ? '755' : '644',
        source,
        join(root, path),
      ]);
    }
    const env = Object.entries(content.env ?? {}).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
    const config = ['--entrypoint', `/${content.name}`, '--user', '65532:65532', ...env];
    return await pushTrees(reference, [{ dir: root }], config);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/**
 * Puts whole directories into a registry as an image, a layer each and the later ones above, without what stands below `without`; gives its digest.
 * @param config words for crane: how the image is started
 */
export async function pushTrees(
  reference: string,
  trees: readonly { readonly dir: string; readonly without?: readonly string[] }[],
  config: readonly string[] = [],
): Promise<string> {
  const crane = await toolPath('crane');
  const dir = await mkdtemp(join(tmpdir(), 'shiplock-layers-'));
  try {
    const layers: string[] = [];
    for (const [at, tree] of trees.entries()) {
      const layer = join(dir, `${at}.tar`);
      const same = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner', '--format=ustar'];
      const left = (tree.without ?? []).map((path) => `--exclude=./${path}/*`);
      await must(['tar', ...same, ...left, '-cf', layer, '-C', tree.dir, '.']);
      layers.push('-f', layer);
    }
    await must([crane, 'append', '--oci-empty-base', ...layers, '-t', reference]);
    await must([crane, 'mutate', reference, ...config, '--set-platform', 'linux/amd64', '-t', reference]);
    return (await must([crane, 'digest', reference])).trim();
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

export interface ServiceImage {
  readonly version: string;
  /** Variables `CERTKEEPER_FAULT_…`: a version that misbehaves, and its digest with it. */
  readonly faults?: Readonly<Record<string, string>>;
}

/** The reference service's API as an image: on port 8080 at every address. */
export async function serviceImage(image: ServiceImage): Promise<ImageContent> {
  const faulty = image.faults !== undefined;
  return {
    binary: await serviceProgram('certkeeper', image.version, faulty),
    name: 'certkeeper',
    env: { CERTKEEPER_LISTEN: '0.0.0.0:8080', ...image.faults },
  };
}

/** The program that applies migrations, built for this machine. */
export function migrationsProgram(): Promise<string> {
  return serviceProgram('certkeeper-migrate', '1', false);
}

/** The same as an image, with some files of them: names in the image's /migrations, and where they lie here. */
export async function migrationsImage(files: Readonly<Record<string, string>>): Promise<ImageContent> {
  return {
    binary: await migrationsProgram(),
    name: 'certkeeper-migrate',
    files: Object.fromEntries(Object.entries(files).map(([name, source]) => [`migrations/${name}`, source])),
  };
}

/** Built once for a version and a state of the sources. */
async function serviceProgram(program: string, version: string, faulty: boolean): Promise<string> {
  const source = join(serviceDir, 'api');
  const listed = await command(['sh', '-c', 'find . -type f | sort | xargs sha256sum | sha256sum'], {
    cwd: source,
    live: false,
  });
  const name = `${program}-${listed.output.slice(0, 12)}-${version}${faulty ? '-faults' : ''}`;
  return makeOnce({
    target: cacheDir('test-builds', name),
    script: 'go build -p=2 -trimpath -buildvcs=false "$2" -ldflags "-s -w -X main.version=$3" -o "$1" "./cmd/$4"',
    args: [faulty ? '-tags=faults' : '-tags=', version, program],
    cwd: source,
    env: { CGO_ENABLED: '0', GOWORK: 'off' },
  });
}
