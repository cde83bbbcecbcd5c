import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { mkdir, rename, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FrontendSettings, frontendKeys, frontendSettings } from '../../src/build/frontend/config.ts';
import { finishFiles } from '../../src/build/frontend/finish.ts';
import { buildStaticNode, type Earlier, readWebFiles, type StaticNodes } from '../../src/build/index.ts';
import { ProblemError } from '../../src/model/problem.ts';
import { WEB_FILES } from '../../src/model/web-files.ts';
import { startStaticServer } from '../../src/platform/local/static-server.ts';
import { artefactDigest, treeDigest } from '../../src/procedure/machine/digest.ts';
import { perform, world } from '../build/perform.ts';

/** From sources to files that are ready to be served, with the real npm, the real compressors and the real static server. */

const SELF = [process.execPath, resolve('bin/shiplock.js')];
const csp = frontendKeys.csp.unwrap();
const SCRIPT = `export const words = ${JSON.stringify('the same words again and again '.repeat(200))};\n`;
const PAGE = `<!doctype html><html lang="en"><title>x</title>
<link rel="stylesheet" href="./style.css"><script type="module" src="./assets/main-B3xk9a1Q.js"></script>
<script>window.started = true</script><p>${'some text '.repeat(300)}</p>
`;

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'finish-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function write(name: string, content: string): string {
  mkdirSync(dirname(join(dir, name)), { recursive: true });
  writeFileSync(join(dir, name), content);
  return join(dir, name);
}

function site(at: string, page = PAGE): string {
  write(`${at}/index.html`, page);
  write(`${at}/style.css`, 'p { color: #123 }\n');
  write(`${at}/assets/main-B3xk9a1Q.js`, SCRIPT);
  write(`${at}/assets/logo.png`, `\x89PNG${'x'.repeat(5000)}`);
  return join(dir, at);
}

const settings = (more: Partial<FrontendSettings> = {}): FrontendSettings => ({ ...frontendSettings({}), ...more });

describe('finished files', () => {
  it('have smaller forms beside them that hold the same, and a list that says what is there', async () => {
    const at = site('dist');
    // What a plugin of a bundler left, of another content.
    write('dist/style.css.gz', 'old');
    write('dist/assets/main-B3xk9a1Q.js.br', 'old');
    const manifest = await finishFiles(at, settings());
    const main = manifest.files['assets/main-B3xk9a1Q.js'];
    expect(Object.keys(main?.encodings ?? {})).toEqual(['br', 'zstd', 'gzip']);
    const packed = (suffix: string): Buffer => readFileSync(join(at, `assets/main-B3xk9a1Q.js${suffix}`));
    expect(brotliDecompressSync(packed('.br')).toString()).toBe(SCRIPT);
    expect(gunzipSync(packed('.gz')).toString()).toBe(SCRIPT);
    expect(zstdDecompressSync(packed('.zst')).toString()).toBe(SCRIPT);
    expect(packed('.br')).toHaveLength(main?.encodings.br?.size ?? 0);
    // Too small, or packed already.
    expect(existsSync(join(at, 'style.css.gz'))).toBe(false);
    expect(manifest.files['assets/logo.png']?.encodings).toEqual({});
    expect(manifest.files['assets/logo.png']?.cache).toBe('no-cache');
    expect(main).toMatchObject({ cache: 'public, max-age=31536000, immutable', size: SCRIPT.length });
    expect(await readWebFiles(at)).toEqual(manifest);
    // Only what has a hash in its name is sealed: a style that changes under its name would be refused in the middle of a switch.
    const page = readFileSync(join(at, 'index.html'), 'utf8');
    expect(page).toBe(PAGE.replace('<script type', `<script integrity="${main?.integrity}" type`));
    const digest = execFileSync('openssl', ['dgst', '-sha384', '-binary', join(at, 'assets/main-B3xk9a1Q.js')]);
    expect(main?.integrity).toBe(`sha384-${digest.toString('base64')}`);
    expect(manifest.pages['index.html']?.loads).toEqual(['assets/main-B3xk9a1Q.js', 'style.css']);
    // Once more changes nothing.
    const before = await treeDigest(at);
    await finishFiles(at, settings());
    expect(await treeDigest(at)).toBe(before);
  });

  it('are the same bytes on another path, by another user, under another umask, at another time and in another zone', async () => {
    const digests = new Set<string>();
    const input = JSON.stringify({
      ...settings({ csp: csp.parse({}) }),
      budget: undefined,
      test: undefined,
      scripts: undefined,
    });
    const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
    chmodSync(dir, 0o777);
    for (const [name, umask, user, TZ] of [
      ['one', '022', {}, 'UTC'],
      ['two/a b', '077', nobody, 'Asia/Tokyo'],
      ['three', '000', nobody, 'America/New_York'],
    ] as const) {
      const from = site(`${name}-from`);
      execFileSync('find', [from, '-exec', 'touch', '-d', '2001-02-03', '{}', '+']);
      const to = join(dir, `${name}-to`);
      const script = 'umask "$1"; cp -R "$2" "$3"; shift 3; exec "$@" finish-frontend --dir "$DIR"';
      mkdirSync(dirname(to), { recursive: true });
      chmodSync(dirname(to), 0o777);
      execFileSync('sh', ['-c', script, 'sh', umask, from, to, ...SELF], {
        input,
        env: { ...process.env, TZ, DIR: to, HOME: dir },
        ...user,
      });
      digests.add(await artefactDigest(to));
      expect((statSync(join(to, 'index.html')).mode & 0o777).toString(8)).toBe('644');
    }
    expect([...digests]).toHaveLength(1);
  });

  it('killed in the middle and made again they are whole', async () => {
    const big = Array.from({ length: 40_000 }, (_, n) => `line ${n * 7919}`).join('\n');
    write('out/index.html', PAGE);
    for (const n of [1, 2, 3]) write(`out/big-${n}.js`, `${big}${n}`);
    const expected = join(dir, 'expected');
    cpSync(join(dir, 'out'), expected, { recursive: true });
    write('repository/x', '');
    execFileSync('git', ['init', '-q', join(dir, 'repository')]);
    cpSync(join(dir, 'out'), join(dir, 'repository/dist'), { recursive: true });
    const nodes = build({ source: join(dir, 'repository'), build: null });
    const files = nodes.node.steps[0];
    if (files?.kind !== 'step') throw new Error('no step');
    const path = await locate(nodes);
    await mkdir(dirname(path), { recursive: true });
    execFileSync('cp', ['-R', join(dir, 'repository/dist'), `${path}.partial`]);
    const child = spawn(SELF[0] ?? '', [...SELF.slice(1), 'finish-frontend', '--dir', `${path}.partial`], {
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    child.stdin.end(JSON.stringify({ encodings: ['br', 'gzip'], compressFrom: 1, integrity: true, csp: null }));
    await expect
      .poll(
        () =>
          existsSync(`${path}.partial/big-1.js.gz`) ||
          existsSync(`${path}.partial/big-2.js.gz`) ||
          child.exitCode !== null ||
          existsSync(`${path}.partial/index.html.br`),
        { interval: 5, timeout: 30_000 },
      )
      .toBe(true);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(existsSync(path)).toBe(false);
    expect((await perform(files, world())).kind).toBe('done');
    await finishFiles(expected, settings({ encodings: ['gzip'] }));
    expect(await treeDigest(path)).toBe(await treeDigest(expected));
  });
});

function build(more: {
  readonly source: string;
  readonly build: readonly string[] | null;
  readonly settings?: Partial<FrontendSettings>;
  readonly earlier?: Earlier | null;
  readonly version?: string;
}): StaticNodes {
  return buildStaticNode({
    ...{ component: 'www', source: more.source, build: more.build, output: 'dist', version: more.version ?? '1.0.0' },
    ...{ commit: 'c'.repeat(40), outDir: join(dir, 'artefacts'), timeoutMs: 60_000 },
    finish: {
      settings: settings({ encodings: ['gzip'], ...more.settings }),
      self: SELF,
      earlier: async () => more.earlier ?? null,
    },
  });
}

async function locate(nodes: StaticNodes): Promise<string> {
  return (await nodes.artefact.read(world().ctx)).path;
}

/** Every step; what was done, and where the files are. */
async function run(nodes: StaticNodes): Promise<{ readonly did: readonly string[]; readonly path: string }> {
  const did: string[] = [];
  for (const step of nodes.node.steps) {
    if (step.kind !== 'step') throw new Error('only steps here');
    const result = await perform(step, world());
    if (result.kind === 'refused') throw new ProblemError(result.problems);
    if (result.kind === 'done') did.push(step.id);
  }
  return { did, path: await locate(nodes) };
}

/** Two packages that would run something while they are installed. */
function withPackages(): void {
  write(
    'www/package.json',
    JSON.stringify({ name: 'www', version: '1.0.0', dependencies: { loud: 'file:loud', sly: 'file:sly' } }),
  );
  const local = (name: string) => ({ resolved: name, link: true });
  const found = (name: string) => ({ version: '1.0.0', hasInstallScript: true, name });
  write(
    'www/package-lock.json',
    JSON.stringify({
      name: 'www',
      version: '1.0.0',
      lockfileVersion: 3,
      packages: {
        '': { name: 'www', version: '1.0.0', dependencies: { loud: 'file:loud', sly: 'file:sly' } },
        ...{
          loud: found('loud'),
          sly: found('sly'),
          'node_modules/loud': local('loud'),
          'node_modules/sly': local('sly'),
        },
      },
    }),
  );
  for (const name of ['loud', 'sly']) {
    const scripts = { install: `echo "$PWD" > "${join(dir, name)}.ran"` };
    write(`www/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', scripts }));
  }
}

describe('a build', () => {
  let source = '';
  beforeEach(() => {
    execFileSync('git', ['init', '-q', dir]);
    write('.gitignore', 'artefacts/\nnode_modules/\ndist/\n*.ran\n');
    source = join(dir, 'www');
    write('www/page.html', PAGE);
    write(
      'www/build.sh',
      'rm -rf dist; mkdir -p dist/assets; cp page.html dist/index.html; echo "p{}" > dist/style.css; echo "$VITE_APP_VERSION" > dist/assets/main-B3xk9a1Q.js\n',
    );
  });
  const command = ['sh', 'build.sh'];

  it('runs the install scripts that are allowed and no other, tests, builds, and does it once', async () => {
    withPackages();
    const test = ['sh', '-c', 'echo tested >> ../tested.ran'];
    const of = (version: string) => build({ source, build: command, version, settings: { scripts: ['loud'], test } });
    const nodes = of('1.0.0');
    const first = await run(nodes);
    expect(first.did).toEqual(['packages', 'test', 'files']);
    expect([existsSync(join(dir, 'loud.ran')), existsSync(join(dir, 'sly.ran'))]).toEqual([true, false]);
    expect(existsSync(join(first.path, WEB_FILES))).toBe(true);
    expect((await run(nodes)).did).toEqual([]);
    // Another name for the same sources is no reason to test them again.
    expect((await run(of('1.0.1'))).did).toEqual(['packages', 'files']);
    expect(readFileSync(join(dir, 'tested.ran'), 'utf8')).toBe('tested\n');
  });

  it('builds nothing when its tests fail', async () => {
    const nodes = build({ source, build: command, settings: { test: ['sh', '-c', 'echo no such luck >&2; exit 3'] } });
    await expect(run(nodes)).rejects.toThrow('no such luck');
    expect(existsSync(join(source, 'dist'))).toBe(false);
  });

  it('is refused before anything is installed when the lock file is missing or of another package.json', async () => {
    withPackages();
    const nodes = () => build({ source, build: command });
    write(
      'www/package.json',
      JSON.stringify({ name: 'www', version: '1.0.0', dependencies: { loud: 'file:loud', more: '1' } }),
    );
    await expect(run(nodes())).rejects.toThrow(/build\.lock-file-differs/);
    rmSync(join(source, 'package-lock.json'));
    await expect(run(nodes())).rejects.toThrow(/build\.no-lock-file/);
    expect(existsSync(join(source, 'node_modules'))).toBe(false);
  });

  it('is refused when a page is over its budget; a raised budget builds nothing anew', async () => {
    const of = (total: number) =>
      build({ source, build: command, settings: { budget: { unit: 'gzip', routes: { '/': { total } } } } });
    await expect(run(of(10))).rejects.toThrow(/build\.over-budget/);
    expect((await run(of(100_000))).did).toEqual([]);
  });

  it('tells sizes beside the release before, and refuses a kept name with other content', async () => {
    const { path } = await run(build({ source, build: command }));
    const files = await readWebFiles(path);
    if (files === null) throw new Error('no list');
    const next = (script: string) => {
      write('www/page.html', `${PAGE}<!-- ${'more and more '.repeat(50)} -->`.replace('main-B3xk9a1Q', script));
      write('www/build.sh', readFileSync(join(source, 'build.sh'), 'utf8').replace('main-B3xk9a1Q', script));
      return build({ source, build: command, version: '2.0.0', earlier: { version: '1.0.0', files } });
    };
    // The version is written into the script, whose name says that it is the same.
    await expect(run(next('main-B3xk9a1Q'))).rejects.toThrow(/build\.same-name-other-content/);
    const nodes = next('main-C4xk9a1Q');
    await run(nodes);
    const told = await perform(nodes.pages ?? fail('no pages'), world());
    if (told.kind === 'refused') throw new ProblemError(told.problems);
    expect(told.why).toMatch(/^\/: js 6 B \(±0\), css 4 B \(±0\), total [\d.]+ k?B \(\+\d+ B\) brotli, beside 1\.0\.0/);
    expect(told.outputs.report).toMatchObject({ before: '1.0.0', routes: [{ route: '/', page: 'index.html' }] });
  });

  it('is refused when a page holds code that the policy cannot allow, with its place', async () => {
    write(
      'www/page.html',
      `<p>\n<button onclick="go()">x</button><script src="https://cdn.example.com/a.js"></script>`,
    );
    const enforced = build({ source, build: command, settings: { csp: csp.parse({}) } });
    await expect(run(enforced)).rejects.toThrow(
      /dist\/index\.html:2:9.*build\.inline-code[\s\S]*dist\/index\.html:2:34.*build\.foreign-code/,
    );
    const reported = build({ source, build: command, settings: { csp: csp.parse({ mode: 'report' }) } });
    const { path } = await run(reported);
    expect((await readWebFiles(path))?.pages['index.html']?.policy?.header).toBe('content-security-policy-report-only');
  });
});

function fail(why: string): never {
  throw new Error(why);
}

describe('the static server', () => {
  it('sends the form that the client likes best, with the headers of the build, and switches all of it at once', async () => {
    const home = join(dir, 'frontend');
    for (const [version, hash] of [
      ['1.0.0', 'B3xk9a1Q'],
      ['2.0.0', 'C4xk9a1Q'],
    ] as const) {
      const at = site(`frontend/releases/${version}`, PAGE.replace('B3xk9a1Q', hash));
      await rename(join(at, 'assets/main-B3xk9a1Q.js'), join(at, `assets/main-${hash}.js`));
      writeFileSync(join(at, `assets/main-${hash}.js`), `${SCRIPT}// ${version}\n`);
      await finishFiles(at, settings({ csp: csp.parse({}) }));
    }
    const switchTo = async (version: string): Promise<void> => {
      await symlink(join('releases', version), join(home, 'next'));
      await rename(join(home, 'next'), join(home, 'current'));
    };
    await switchTo('1.0.0');
    const server = await startStaticServer({
      ...{ root: join(home, 'current'), releases: join(home, 'releases') },
      ...{ host: '127.0.0.1', port: 0, singlePage: true },
    });
    const run = promisify(execFile);
    /** As it is on the wire: fetch would unpack it. */
    const get = async (path: string, encodings: string, ...more: readonly string[]) => {
      const argv = [
        '-s',
        '-i',
        '-H',
        `accept-encoding: ${encodings}`,
        ...more,
        `http://127.0.0.1:${server.port}${path}`,
      ];
      const { stdout } = await run('curl', argv, { encoding: 'buffer' });
      const end = stdout.indexOf('\r\n\r\n');
      const [status = '', ...lines] = stdout.subarray(0, end).toString('latin1').split('\r\n');
      const headers = new Map(lines.map((line) => [line.split(': ')[0], line.split(': ').slice(1).join(': ')]));
      return { status: Number(status.split(' ')[1]), headers, body: stdout.subarray(end + 4) };
    };
    try {
      const forms = ['br', 'zstd', 'gzip', 'identity'].map(async (encoding) => ({
        encoding,
        answer: await get('/assets/main-B3xk9a1Q.js', encoding),
      }));
      const unpack = { br: brotliDecompressSync, zstd: zstdDecompressSync, gzip: gunzipSync };
      const tags = new Set<string | undefined>();
      for (const { encoding, answer } of await Promise.all(forms)) {
        const packed = encoding === 'br' || encoding === 'zstd' || encoding === 'gzip' ? encoding : undefined;
        expect(answer.headers.get('content-encoding')).toBe(packed);
        const plain = packed === undefined ? answer.body : unpack[packed](answer.body);
        expect(plain.toString()).toBe(`${SCRIPT}// 1.0.0\n`);
        expect(answer.headers.get('vary')).toBe('accept-encoding');
        expect(answer.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
        tags.add(answer.headers.get('etag'));
      }
      expect(tags.size).toBe(4);
      const best = (encodings: string) =>
        get('/assets/main-B3xk9a1Q.js', encodings).then(({ headers }) => headers.get('content-encoding'));
      const manifest = await readWebFiles(join(home, 'releases/1.0.0'));
      const sizes = Object.entries(manifest?.files['assets/main-B3xk9a1Q.js']?.encodings ?? {});
      expect(await best('gzip, deflate, br, zstd')).toBe(sizes.toSorted(([, a], [, b]) => a.size - b.size)[0]?.[0]);
      expect(await best('br;q=0.1, gzip')).toBe('gzip');
      expect(await best('br;q=0, zstd;q=0')).toBeUndefined();

      const page = await get('/orders/7', 'br');
      expect(brotliDecompressSync(page.body).toString()).toContain('main-B3xk9a1Q');
      expect(page.headers.get('cache-control')).toBe('no-cache');
      expect(page.headers.get('content-security-policy')).toMatch(/script-src 'self' 'sha256-/);
      expect((await get('/assets/main-B3xk9a1Q.js', 'br')).headers.has('content-security-policy')).toBe(false);
      expect((await get(`/${WEB_FILES}`, '')).status).toBe(404);
      const tag = page.headers.get('etag') ?? '';
      const again = await get('/', 'br', '-H', `if-none-match: ${tag}`);
      expect([again.status, again.headers.get('content-security-policy')]).toEqual([
        304,
        page.headers.get('content-security-policy'),
      ]);
      // What is the same in both releases need not be sent again after a switch.
      const style = (await get('/style.css', 'br')).headers.get('etag') ?? '';

      await switchTo('2.0.0');
      const after = await get('/', 'br', '-H', `if-none-match: ${tag}`);
      expect([after.status, brotliDecompressSync(after.body).toString().includes('main-C4xk9a1Q')]).toEqual([
        200,
        true,
      ]);
      expect((await get('/style.css', 'br', '-H', `if-none-match: ${style}`)).status).toBe(304);
      // A page from before the switch gets its own script, in every form.
      const old = await get('/assets/main-B3xk9a1Q.js', 'br');
      expect([old.status, brotliDecompressSync(old.body).toString()]).toEqual([200, `${SCRIPT}// 1.0.0\n`]);
      expect((await get('/assets/main-C4xk9a1Q.js', 'zstd')).headers.get('content-encoding')).toBe('zstd');

      // A file that is not what the list says gets none of its headers, and no packed form of other content.
      writeFileSync(join(home, 'releases/2.0.0/index.html'), '<p>by hand</p>');
      const edited = await get('/', 'gzip');
      expect([edited.body.toString(), edited.headers.get('content-security-policy')]).toEqual([
        '<p>by hand</p>',
        undefined,
      ]);
    } finally {
      await server.drain();
    }
  });
});
