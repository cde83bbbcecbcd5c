import { userInfo } from 'node:os';
import { type NginxOptions, nginxRouter, nginxUnit } from '../../src/traffic/nginx/index.ts';
import { benchOptions, type ProxyBench, startProxy } from './bench.ts';

export type NginxBench = ProxyBench<NginxOptions>;

export async function startNginxBench(
  change: Partial<NginxOptions> & { readonly countsBytes?: number } = {},
): Promise<NginxBench> {
  const { countsBytes, ...changed } = change;
  const options: NginxOptions = {
    ...(await benchOptions()),
    ...(process.getuid?.() === 0 ? { user: userInfo().username } : {}),
    ...changed,
  };
  const unit = (of: NginxOptions) => nginxUnit(of, countsBytes);
  return startProxy({ name: 'nginx', router: nginxRouter, unit }, options);
}
