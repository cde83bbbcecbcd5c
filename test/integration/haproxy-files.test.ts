import { haproxyRouter } from '../../src/traffic/haproxy/index.ts';
import { type Bench, startBench } from '../traffic/bench.ts';
import { describeFiles } from '../traffic/files-suite.ts';

describeFiles({ title: 'HAProxy', start: startBench, router: haproxyRouter, counted });

async function counted(bench: Bench): Promise<number> {
  const text = await bench.ask('show stat shop 4 -1');
  const [head = '', ...rows] = text.replace(/^# /, '').trim().split('\n');
  const column = head.split(',').indexOf('req_tot');
  const name = head.split(',').indexOf('svname');
  const total = head.split(',').indexOf('hrsp_2xx');
  return rows
    .map((row) => row.split(','))
    .filter((row) => /^[ab]\d+$/.test(row[name] ?? ''))
    .reduce((sum, row) => sum + Number(row[column] || row[total] || 0), 0);
}
