import { resolve } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cacheDir } from '../../scripts/cache.ts';
import { goDsn, type Mariadb, mysqlUrl, startMariadb } from '../../scripts/components/mariadb.ts';
import { freePort } from '../../scripts/components/ports.ts';
import { type Component, homeFor, startComponent } from '../../scripts/components/supervise.ts';
import { type BuildNodes, buildGoNode, buildStaticNode, NO_CHECKS } from '../../src/build/index.ts';
import { applyConfig, applyLimits } from '../../src/migrate/apply/config.ts';
import { migrateNodes, openDatabase, readMigrations, readSeed, seedNode } from '../../src/migrate/index.ts';
import type { Node } from '../../src/procedure/tree.ts';
import { perform, type World, world } from '../build/perform.ts';
import { type Site, serveSite } from '../build/static-server.ts';

/** The frontend in a real browser, against the real API on a real database. */

const CERTKEEPER = resolve('examples/certkeeper');
const VERSION = '2.0.0-test.1';
const KEY = 'ck_bootstrap_key_for_this_test_only';
const commit = 'c'.repeat(40);
const outDir = cacheDir('test-builds');
const FLAGS = [
  ...[
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
  ],
  ...['--disable-component-update', '--disable-sync'],
];

let mariadb: Mariadb;
let api: Component;
let apiPort = 0;
let site: Site;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let problems: string[] = [];

async function performAll(node: Node, on: World): Promise<void> {
  if (node.kind === 'sequence') for (const child of node.steps) await performAll(child, on);
  else if (node.kind === 'step') expect((await perform(node, on)).kind).not.toBe('refused');
}

async function built(nodes: BuildNodes): Promise<string> {
  await performAll(nodes.node, world());
  const last = await perform(nodes.artefact, world());
  if (last.kind === 'refused') throw new Error('not built');
  return last.outputs.path;
}

beforeAll(async () => {
  const files = await built(
    buildStaticNode({
      ...{ component: 'frontend', source: `${CERTKEEPER}/frontend`, build: ['npm', 'run', 'build'], output: 'dist' },
      ...{ version: VERSION, commit, outDir, timeoutMs: 180_000 },
    }),
  );
  const binary = await built(
    buildGoNode({
      ...{ component: 'api', source: `${CERTKEEPER}/api`, package: './cmd/certkeeper', binary: 'certkeeper', tags: [] },
      ...{ version: VERSION, commit, outDir, platforms: ['linux/amd64'], amd64: 'v1', checks: NO_CHECKS },
      ...{ cache: null, withheld: [], timeoutMs: 180_000 },
      stamp: { version: 'main.version', commit: 'main.commit' },
    }),
  );
  mariadb = await startMariadb();
  const access = await mariadb.createDatabase('keeper');
  const on = world({ env: { TEST_DSN: mysqlUrl(access) } });
  const database = openDatabase({ dsn: { secret: 'env:TEST_DSN' }, secrets: on.secrets, connectTimeoutMs: 5000 });
  const settings = {
    engine: 'mariadb' as const,
    environment: 'production',
    lockWaitTimeoutMs: 2000,
    lockAttempts: 3,
    statementTimeoutMs: 20_000,
    apply: applyLimits(applyConfig.parse({})),
  };
  const migrations = await readMigrations(`${CERTKEEPER}/migrations`);
  await performAll(migrateNodes({ database, migrations, ...settings }).node, on);
  await performAll(
    seedNode({ database, seed: await readSeed(`${CERTKEEPER}/seed/0001_development.sql`), ...settings }),
    on,
  );
  apiPort = await freePort();
  api = await startComponent({
    name: 'certkeeper',
    argv: [binary],
    home: await homeFor('certkeeper', undefined),
    env: {
      PATH: process.env['PATH'] ?? '',
      CERTKEEPER_LISTEN: `127.0.0.1:${apiPort}`,
      CERTKEEPER_DSN: goDsn(access),
      CERTKEEPER_BOOTSTRAP_KEY: KEY,
      CERTKEEPER_DRAIN_DELAY: '0s',
    },
    ready: async () => (await fetch(`http://127.0.0.1:${apiPort}/readyz`)).status === 200,
  });
  site = await serveSite(files, { host: '127.0.0.1', port: apiPort });
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS, headless: true });
});

afterAll(async () => {
  await browser?.close();
  await site?.[Symbol.asyncDispose]();
  await api?.stop();
  await mariadb?.stop();
});

beforeEach(async () => {
  context = await browser.newContext({ viewport: { width: 1280, height: 860 }, locale: 'en-GB' });
  page = await context.newPage();
  page.setDefaultTimeout(10_000);
  problems = [];
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
});
afterEach(async () => {
  await context.close();
});

async function enter(): Promise<void> {
  await page.goto(site.url);
  await page.getByLabel('API key').fill(KEY);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Certificates' }).waitFor();
}

const row = (name: string) => page.getByRole('row').filter({ hasText: name });

async function shot(name: string): Promise<void> {
  const dir = process.env['SCREENSHOTS'];
  if (dir !== undefined) await page.screenshot({ path: `${dir}/${name}.png` });
}

async function metric(pattern: RegExp): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${apiPort}/metrics`)).text();
  return text
    .split('\n')
    .filter((line) => pattern.test(line))
    .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

describe('the frontend in a browser', () => {
  it('asks for a key, refuses a wrong one, keeps a right one for this tab only, and forgets it', async () => {
    await page.goto(site.url);
    await page.getByLabel('API key').fill('ck_wrong_key_wrong_key_wrong_key');
    await page.keyboard.press('Enter');
    await page.getByText('The server does not know this key.').waitFor();
    await shot('sign-in');
    await enter();
    await page.reload();
    await page.getByRole('heading', { name: 'Certificates' }).waitFor();
    expect(await page.evaluate('[localStorage.length, document.cookie]')).toEqual([0, '']);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('API key').waitFor();
    expect(await page.evaluate('sessionStorage.length')).toBe(0);
  });

  it('creates a server and a certificate, shows what the server refuses beside the field, renews', async () => {
    await enter();
    await shot('certificates');
    await page.getByRole('link', { name: 'Servers' }).click();
    await page.getByRole('button', { name: 'New server' }).click();
    await page.getByLabel('Name').fill('Not A Name');
    await page.getByLabel('Address').fill('192.0.2.77');
    await page.keyboard.press('Enter');
    await page.getByText(/Name may have a-z/).waitFor();
    expect(await page.getByLabel('Name').getAttribute('aria-invalid')).toBe('true');
    await shot('refused');
    await page.getByLabel('Name').fill('edge-9');
    await page.keyboard.press('Enter');
    await row('edge-9').waitFor();
    await shot('servers');

    await page.getByRole('link', { name: 'Certificates' }).click();
    await page.getByRole('button', { name: 'New certificate' }).click();
    await page.getByLabel('Domain', { exact: true }).fill('new.example.org');
    await page.getByRole('dialog').getByLabel('Server').selectOption('edge-9');
    await page.getByLabel('Issuer').fill('Example Trust R9');
    await page.getByLabel('Valid until').fill(new Date(Date.now() + 10 * 86_400_000).toISOString().slice(0, 10));
    await shot('new-certificate');
    await page.getByRole('button', { name: 'Add certificate' }).click();
    await page.getByRole('status').getByText('new.example.org is added.').waitFor();
    await page.getByLabel('Domain begins with').fill('new.');
    await expect.poll(() => page.getByRole('row').count()).toBe(2);
    expect(await row('new.example.org').textContent()).toMatch(/edge-9.*Expires soon.*in 10 days/);

    await page.getByRole('button', { name: 'Renew new.example.org on edge-9' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Renew' }).click();
    await page.getByText(/new.example.org is valid until/).waitFor();
    await expect.poll(() => row('new.example.org').textContent()).toMatch(/Valid.*in 90 days/);
    expect(problems.filter((text) => !text.includes('422') && !text.includes('400'))).toEqual([]);
  });

  it('is usable with the keyboard alone, and a dialog closes with Escape', async () => {
    await enter();
    const create = page.getByRole('button', { name: 'New certificate' });
    await create.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'New certificate' }).waitFor();
    expect(await page.evaluate('document.activeElement.id')).toBe('field-domain');
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
    expect(await page.evaluate('document.activeElement.textContent')).toBe('New certificate');
    // Every input has a label, every button a name.
    const nameless = await page.evaluate(
      `[...document.querySelectorAll('input, select')].filter((one) => one.labels.length === 0).length`,
    );
    expect(nameless).toBe(0);
  });

  it('fits a phone, light and dark', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await enter();
    await row('www.example.org').first().waitFor();
    const wide = (): Promise<unknown> => page.evaluate('document.documentElement.scrollWidth > innerWidth');
    expect(await wide()).toBe(false);
    await shot('phone');
    await page.emulateMedia({ colorScheme: 'dark' });
    await shot('phone-dark');
    await page.getByRole('button', { name: 'New certificate' }).click();
    expect(await wide()).toBe(false);
    await shot('phone-dialog');
    await page.keyboard.press('Escape');
    await page.setViewportSize({ width: 1280, height: 860 });
    await shot('dark');
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(16, 20, 24)');
  });

  it('script errors, vitals, views and abandoned actions arrive under the version of the frontend', async () => {
    const version = `frontend_version="${VERSION}"`;
    const errors = new RegExp(`^certkeeper_frontend_script_errors_total\\{.*${version}`);
    const views = new RegExp(`^certkeeper_frontend_page_views_total\\{.*${version}`);
    const abandoned = new RegExp(
      `^certkeeper_frontend_actions_total\\{(?=.*${version})(?=.*name="renew")(?=.*abandoned)`,
    );
    const before = { errors: await metric(errors), views: await metric(views), abandoned: await metric(abandoned) };
    await enter();
    await page.evaluate(() => {
      setTimeout(() => {
        throw new TypeError('a mistake of this test');
      });
      void Promise.reject(new Error('another one'));
    });
    await page
      .getByRole('button', { name: /^Renew/ })
      .first()
      .click();
    await page.keyboard.press('Escape');
    await expect.poll(() => metric(errors), { timeout: 10_000 }).toBe(before.errors + 2);
    expect(await metric(views)).toBe(before.views + 1);
    expect(await metric(abandoned)).toBe(before.abandoned + 1);
    // The vitals of a page are final when it goes away.
    await page.goto('about:blank');
    const lcp = new RegExp(`^certkeeper_frontend_web_vital_seconds_count\\{(?=.*${version})(?=.*name="LCP")`);
    await expect.poll(() => metric(lcp), { timeout: 10_000 }).toBeGreaterThan(0);
  });

  it('says when the server cannot be reached, and goes on when it is back', async () => {
    await enter();
    await context.setOffline(true);
    await page.getByLabel('Status').selectOption('expired');
    await page.getByText('The server does not answer.').waitFor();
    await context.setOffline(false);
    await page.getByRole('button', { name: 'Try again' }).click();
    await row('shop.example.com').waitFor();
  });
});
