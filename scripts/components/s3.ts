import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { toolPath } from '../tool.ts';
import { freePort, listens } from './ports.ts';
import { type Component, homeFor, startComponent } from './supervise.ts';

export interface S3 extends Component {
  /** host:port */
  readonly address: string;
  /** http://host:port */
  readonly endpoint: string;
  readonly region: string;
  readonly keys: { readonly id: string; readonly key: string };
  /** Directory of all that it keeps: it holds nothing in memory. */
  readonly kept: string;
  /** Directory of a bucket: an object is a file in it. */
  bucketDir(name: string): string;
}

/** An S3 server (versitygw) that keeps objects as files, with the buckets that are named. */
export async function startS3(buckets: readonly string[]): Promise<S3> {
  const program = await toolPath('versitygw');
  const home = await homeFor('s3', undefined);
  const kept = join(home.dir, 'kept');
  const [data, sidecar] = [join(kept, 'data'), join(kept, 'sidecar')];
  for (const name of buckets) await mkdir(join(data, name), { recursive: true });
  // Not every file system of a test machine has extended attributes: what belongs to an object is kept beside.
  await mkdir(sidecar);
  const keys = { id: 'AKTESTTESTTESTTEST', key: 'the-secret-key-of-these-tests-only' };
  const region = 'us-east-1';
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const component = await startComponent({
    name: 's3',
    argv: [program, '--port', address, '--region', region, '--quiet', 'posix', '--sidecar', sidecar, data],
    env: { ...process.env, ROOT_ACCESS_KEY: keys.id, ROOT_SECRET_KEY: keys.key },
    home,
    ready: () => listens(port),
  });
  return {
    ...component,
    address,
    endpoint: `http://${address}`,
    region,
    keys,
    kept,
    bucketDir: (name) => join(data, name),
  };
}
