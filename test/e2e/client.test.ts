import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { cp, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePortRange } from '../../scripts/components/ports.ts';
import { type Lab, openLab } from '../../scripts/lab/lab.ts';
import { serviceDir } from '../components/certkeeper.ts';
import { release, run } from './support/kinds.ts';

/** The client script of the reference service, released behind a proxy beside a page, and installed from there by people. */

const keys = generateKeyPairSync('ed25519');
const secret = { CLIENT_KEY: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
let lab: Lab;

beforeAll(async () => {
  lab = await openLab({
    ...{ database: false, frontend: false, ports: await freePortRange(21) },
    components: {
      site: { kind: 'static', source: 'site' },
      client: {
        ...{ kind: 'script', source: 'client', name: 'certkeeper', main: 'certkeeper', stamp: 'client_version' },
        sign: { publicKey: 'client/release.pub', key: { secret: 'env:CLIENT_KEY' } },
      },
    },
    traffic: {
      ...{ longestTimeout: '500ms', deadMan: '3s' },
      files: { component: 'site', service: [], downloads: { '/client': 'client' } },
    },
    verify: [
      { path: '/', status: 200, contains: 'page' },
      { path: '/client/latest', status: 200 },
    ],
  });
  await mkdir(join(lab.service, 'site'), { recursive: true });
  await mkdir(join(lab.service, 'client'), { recursive: true });
  await cp(join(serviceDir, 'client/certkeeper'), join(lab.service, 'client/certkeeper'));
  await writeFile(join(lab.service, 'client/release.pub'), keys.publicKey.export({ type: 'spki', format: 'pem' }));
});
afterAll(() => lab?.stop());

async function released(version: string, page: string): Promise<void> {
  await writeFile(join(lab.service, 'site', 'index.html'), `<h1>${page}</h1>\n`);
  await lab.commit(version);
}

interface Said {
  readonly code: number | null;
  readonly text: string;
}

function sh(args: readonly string[]): Promise<Said> {
  return new Promise((resolve) => {
    const child = execFile('sh', [...args], (_error, stdout, stderr) =>
      resolve({ code: child.exitCode, text: stdout + stderr }),
    );
  });
}

/** As the page says it: fetched, and run. */
async function install(...args: readonly string[]): Promise<Said> {
  const file = join(lab.dir, 'install.sh');
  const answer = await fetch(`${lab.entry}/client/install.sh`);
  await writeFile(file, await answer.text());
  return sh([file, '--from', `${lab.entry}/client`, '--prefix', join(lab.dir, 'home'), ...args]);
}

const installed = (): Promise<Said> => sh([join(lab.dir, 'home/bin/certkeeper'), 'version']);

it('is installed by its release, follows the next one and a way back, and an older version can still be had', async () => {
  await released('1.0.0', 'page one');
  expect(await release(lab, [], secret)).toMatchObject({ code: 0, outcome: 'done' });
  expect(await install()).toMatchObject({ code: 0, text: expect.stringContaining('installed 1.0.0') });
  expect(await installed()).toMatchObject({ text: 'client 1.0.0\n' });

  await released('1.1.0', 'page two');
  expect(await release(lab, [], secret)).toMatchObject({ code: 0, outcome: 'done' });
  expect(await install()).toMatchObject({
    code: 0,
    text: expect.stringContaining('installed 1.1.0 in place of 1.0.0'),
  });
  expect(await installed()).toMatchObject({ text: 'client 1.1.0\n' });

  expect(await run(lab, ['rollback', 'production', '--reason', 'the old one'])).toMatchObject({ code: 0 });
  expect(await (await fetch(`${lab.entry}/client/latest`)).text()).toBe('1.0.0\n');
  expect(await install()).toMatchObject({ code: 5, text: expect.stringContaining('1.0.0 is older than 1.1.0') });
  expect(await install('--version', '1.1.0')).toMatchObject({
    code: 0,
    text: expect.stringContaining('installed already'),
  });
  expect(await install('--uninstall')).toMatchObject({ code: 0 });
  expect(await readdir(lab.dir)).not.toContain('home');
});

it('stops the release when shellcheck has something to say, and changes nothing', async () => {
  await writeFile(join(lab.service, 'client/certkeeper'), '#!/bin/sh\nclient_version=0\nrm -rf $1/*\n');
  await released('2.0.0', 'page three');
  const told = await release(lab, [], secret);
  expect(told.codes).toContain('build.shellcheck');
  expect(told.text).toContain('certkeeper:3:');
  expect(await (await fetch(`${lab.entry}/`)).text()).toContain('page one');
});
