import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { freePort } from '../../scripts/components/ports.ts';
import { freePorts } from '../../src/platform/local/index.ts';
import { systemClock } from '../../src/procedure/index.ts';

const ask = (port: number): Promise<readonly number[]> =>
  freePorts(1, { first: port, last: port }, { taken: new Set(), root: '/srv', clock: systemClock });

test('a port whose holder is about to end is waited for', async () => {
  const port = await freePort();
  const holder = createServer().listen({ port, host: '127.0.0.1' });
  await new Promise((resolve) => holder.once('listening', resolve));
  setTimeout(() => holder.close(), 500);
  expect(await ask(port)).toEqual([port]);
});

test('who holds a port on and on is named', async () => {
  const port = await freePort();
  const holder = createServer().listen({ port, host: '127.0.0.1' });
  await new Promise((resolve) => holder.once('listening', resolve));
  await expect(ask(port)).rejects.toThrow(`on ${port} listens pid ${process.pid} (`);
  holder.close();
});
