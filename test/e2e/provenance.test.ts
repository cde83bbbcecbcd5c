import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { freePortRange } from '../../scripts/components/ports.ts';
import { type Lab, openLab } from '../../scripts/lab/lab.ts';
import { p256, pem } from '../build/attest/sample.ts';
import { run } from './support/kinds.ts';

/** Signed where it is built, verified before it is released: on a real host, with a policy on its protected branch. */

const key = p256();
const foreign = p256();
const secretOf = (one: typeof key): string => one.export({ type: 'pkcs8', format: 'pem' }).toString();
const withKey = { SIGNING_KEY: secretOf(key) };

let lab: Lab;
let origin = '';

/** Puts the configuration of the lab, with the keys that it trusts, on the protected branch. */
async function publish(version: string, text: string, trusted: Readonly<Record<string, unknown>> = {}): Promise<void> {
  await mkdir(join(lab.service, 'site'), { recursive: true });
  await writeFile(join(lab.service, 'site', 'index.html'), `<h1>page ${text}</h1>\n`);
  settings = trusted;
  await lab.commit(version);
  git('push', '-q', '--force', origin, 'HEAD:refs/heads/main');
}

/** What the key of the builder is trusted with, beside its public half. */
let settings: Readonly<Record<string, unknown>> = {};

const git = (...args: readonly string[]): string =>
  execFileSync('git', ['-C', lab.service, '-c', 'user.name=Lab', '-c', 'user.email=lab@localhost', ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });

const release = (env: Readonly<Record<string, string>> = {}) => run(lab, ['release', 'production'], env);

async function page(): Promise<string> {
  return (await fetch(`${lab.entry}/`)).text();
}

/** Everything below the host, by name and time: what a refused release must leave alone. */
async function hostFiles(): Promise<readonly string[]> {
  const names = await readdir(lab.host, { recursive: true });
  return names.filter((name) => !/(?:^|\/)(?:run|logs?)(?:\/|$)/.test(name)).toSorted();
}

beforeAll(async () => {
  const home = await mkdtemp('/tmp/sp-origin-');
  origin = join(home, 'origin.git');
  execFileSync('git', ['init', '-q', '--bare', '-b', 'main', origin]);
  lab = await openLab({
    database: false,
    frontend: false,
    ports: await freePortRange(21),
    components: { site: { kind: 'static', source: 'site' } },
    metrics: { every: '200ms' },
    traffic: { files: { component: 'site', service: [] }, longestTimeout: '500ms', deadMan: '3s' },
    rollout: { steps: [{ share: '50%', bake: '1s' }], lowTraffic: 'smoke', analysisDeadline: '1s' },
    verify: [{ path: '/', status: 200, contains: 'page' }],
    // Read anew at each commit.
    get top() {
      return {
        signing: { key: { secret: 'env:SIGNING_KEY' }, builder: 'https://ci.example.com/shop' },
        policy: {
          repository: origin,
          branch: 'main',
          trusted: { builder: { publicKey: pem(key), builders: ['https://ci.example.com/*'], ...settings } },
        },
      };
    },
  });
});
afterAll(async () => {
  await lab.stop();
  await rm(join(origin, '..'), { recursive: true, force: true });
});

const attestedSchema = z.object({ releaseFile: z.string(), envelopeFile: z.string(), release: z.string() });

describe('a release whose provenance the policy asks for', () => {
  it('is signed and verified when it is made, and says so', async () => {
    await publish('1.0.0', 'one');
    const plan = (await lab.shiplock(['plan', 'production'])).stdout;
    const at = (text: string): number => {
      expect(plan).toContain(text);
      return plan.indexOf(text);
    };
    // Before the first step that changes something, and a plan needs no key.
    expect(at('Verify who has built 1.0.0')).toBeLessThan(at('proxy'));
    expect(plan).toContain('it is signed when it is built, and verified then');
    const done = await release(withKey);
    expect(done, done.text).toMatchObject({ code: 0, outcome: 'done' });
    expect(await page()).toContain('page one');
    const why = await lab.shiplock(['why', done.run]);
    expect(why.stdout).toMatch(/signed by builder \([0-9a-f]{16}\), built by https:\/\/ci\.example\.com\/shop/);
    const verified = await lab.shiplock(['verify', 'production', '--json']);
    expect(JSON.parse(verified.stdout)).toMatchObject({
      version: '1.0.0',
      compared: ['site'],
      absent: [],
      attested: { signer: 'builder', builder: 'https://ci.example.com/shop' },
      problems: [],
    });
    const state = await readdir(lab.state, { recursive: true });
    const texts = await Promise.all(state.map((name) => readFile(join(lab.state, name), 'utf8').catch(() => '')));
    expect(texts.some((text) => text.includes('PRIVATE KEY'))).toBe(false);
  });

  it('is not released without a signature', async () => {
    await publish('2.0.0', 'two');
    const before = await hostFiles();
    const refused = await release();
    expect(refused, refused.text).toMatchObject({ code: 5, codes: ['attest.missing'] });
    const by = await release({ SIGNING_KEY: secretOf(foreign) });
    expect(by, by.text).toMatchObject({ code: 5, codes: ['attest.unknown-signer'] });
    expect(await hostFiles()).toEqual(before);
    expect(await page()).toContain('page one');
  });

  it('is not released when what was built was changed after it was signed, with or without the key', async () => {
    const signed = await lab.shiplock(['attest', 'production', '--json', '--output', lab.dir], withKey);
    expect(signed.code, signed.stdout + signed.stderr).toBe(0);
    const { releaseFile } = attestedSchema.parse(JSON.parse(signed.stdout));
    const built = (await readdir(join(lab.state, 'artefacts'), { recursive: true })).filter((name) =>
      name.endsWith('index.html'),
    );
    const texts = await Promise.all(built.map((name) => readFile(join(lab.state, 'artefacts', name), 'utf8')));
    const file = join(lab.state, 'artefacts', built[texts.findIndex((text) => text.includes('page two'))] ?? '');
    const text = await readFile(file, 'utf8');
    await chmod(file, 0o644);
    await writeFile(file, text.replace('page', 'evil page'));
    const before = await hostFiles();
    for (const env of [{}, withKey]) {
      const refused = await release(env);
      expect(refused, refused.text).toMatchObject({ code: 5, codes: ['attest.other-artefact'] });
    }
    expect(await hostFiles()).toEqual(before);
    expect(await page()).toContain('page one');
    await writeFile(file, text);
    // The digest of what is released stands in the file that was signed.
    expect(JSON.parse(await readFile(releaseFile, 'utf8'))).toMatchObject({ version: '2.0.0' });
  });

  it('is not released with an attestation that somebody has exchanged', async () => {
    const manifests = join(lab.state, 'manifests');
    const envelopes = (await readdir(manifests)).filter((name) => name.endsWith('.provenance.json'));
    const texts = await Promise.all(envelopes.map((name) => readFile(join(manifests, name), 'utf8')));
    const versionIn = (text: string): string =>
      Buffer.from(z.object({ payload: z.string() }).parse(JSON.parse(text)).payload, 'base64').toString('utf8');
    const mine = texts.findIndex((text) => versionIn(text).includes('"version":"2.0.0"'));
    const other = texts.findIndex((text) => versionIn(text).includes('"version":"1.0.0"'));
    const path = join(manifests, envelopes[mine] ?? '');
    await rm(path);
    await writeFile(path, texts[other] ?? '');
    const replayed = await release();
    expect(replayed, replayed.text).toMatchObject({ code: 5, codes: ['attest.replayed'] });
    await writeFile(
      path,
      (texts[mine] ?? '').replace(/"sig":"(.)/, (_all, first) => `"sig":"${first === 'M' ? 'N' : 'M'}`),
    );
    expect((await release()).code).toBe(5);
    await writeFile(path, texts[mine] ?? '');
  });

  it('is released on a machine that has no key, from what another has signed', async () => {
    const done = await release();
    expect(done, done.text).toMatchObject({ code: 0, outcome: 'done', before: '1.0.0' });
    expect(await page()).toContain('page two');
  });

  it('is verified by an auditor who has its files and the key, and nothing else', async () => {
    const open = join(lab.dir, 'builder.pub');
    await writeFile(open, pem(key));
    const good = await lab.shiplock(['verify', 'production', '2.0.0', '--key', open]);
    expect(good, good.stderr).toMatchObject({ code: 0, stdout: expect.stringContaining('has vouched for') });
    const files = await lab.shiplock(['verify', '--files', lab.dir, '--key', open, '--json']);
    expect(JSON.parse(files.stdout)).toMatchObject({ version: '2.0.0', absent: ['site'], problems: [] });
    await writeFile(join(lab.dir, 'site'), 'something else');
    const bad = await lab.shiplock(['verify', '--files', lab.dir, '--key', open]);
    expect(bad.code).toBe(5);
    expect(bad.stdout).toContain('release.artefact-differs');
  });

  it('is refused once the key is revoked, and the way back to what has served stays open', async () => {
    await publish('3.0.0', 'three', { revoked: 'its machine was broken into' });
    const refused = await release(withKey);
    expect(refused, refused.text).toMatchObject({ code: 5, codes: ['attest.key-revoked'] });
    const back = await run(lab, ['rollback', 'production', '--reason', 'two is broken']);
    expect(back, back.text).toMatchObject({ code: 0, outcome: 'done' });
    expect(await page()).toContain('page one');
  });

  it('is refused when it was not built where the key may vouch for', async () => {
    await publish('4.0.0', 'four', { builders: ['https://other.example.com/*'] });
    const refused = await release(withKey);
    expect(refused, refused.text).toMatchObject({ code: 5, codes: ['attest.wrong-builder'] });
  });
});
