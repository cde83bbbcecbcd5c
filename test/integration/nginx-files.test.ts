import { readFile } from 'node:fs/promises';
import { nginxPaths, nginxRouter } from '../../src/traffic/nginx/index.ts';
import { describeFiles } from '../traffic/files-suite.ts';
import { type NginxBench, startNginxBench } from '../traffic/nginx-bench.ts';

describeFiles({ title: 'Nginx', start: startNginxBench, router: nginxRouter, counted });

/** Requests that reached an instance. */
async function counted(bench: NginxBench): Promise<number> {
  const text = await readFile(nginxPaths(bench.options).counts, 'utf8');
  return text.split('\n').length - 1;
}
