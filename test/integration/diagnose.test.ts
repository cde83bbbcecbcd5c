import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import mysql from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mysqlUrl } from '../../scripts/components/database.ts';
import { startPrometheus } from '../../scripts/components/prometheus.ts';
import { runCli } from '../../src/cli/main.ts';
import { endOf } from '../../src/diagnose/collector.ts';
import {
  askedText,
  type Collected,
  type Collector,
  collect,
  createQuery,
  databaseCollectors,
  haproxyCollectors,
  type Place,
  profileCollectors,
  writeArchive,
} from '../../src/diagnose/index.ts';
import { manifestOf, manifestSchema } from '../../src/diagnose/manifest.ts';
import { systemClock } from '../../src/procedure/machine/clock.ts';
import { bundleMask } from '../../src/release/diagnose/mask.ts';
import { HERE } from '../../src/release/diagnose/places.ts';
import { haproxyPaths } from '../../src/traffic/index.ts';
import { describeOnEach } from '../support/databases.ts';
import { terminal } from '../support/terminal.ts';
import { startBench } from '../traffic/bench.ts';

/** Facts of an incident from real programs: bounded, masked, and never stopped by one that does not answer. */

/** Known by value; what is only known by its shape is called otherwise. */
const KNOWN = 'k9"Fw&zT<4>pL';
const ENDLESS = ['a', 'b', 'c', 'd'].map((name) => `information_schema.COLLATIONS AS ${name}`).join(', ');
const UNKNOWN = 'zebra-Unknown-77';
const bundled = bundleMask(['env:KNOWN'], () => KNOWN, {}, { emails: true });
const { signal } = new AbortController();
let scratch = '';

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'sl-diagnose-'));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

function gather(
  collectors: readonly Collector[],
  more: Partial<Parameters<typeof collect>[1]> = {},
): Promise<readonly Collected[]> {
  return collect(collectors, {
    clock: systemClock,
    signal,
    maxBytes: 20_000_000,
    mask: bundled.mask,
    holdsSecret: bundled.holdsSecret,
    ...more,
  });
}

const NEAR: Place = { name: 'near' };

function command(
  file: string,
  argv: readonly string[],
  more: Partial<Collector> & { readonly keep?: 'end' } = {},
): Collector {
  const { keep = 'beginning', ...rest } = more;
  return {
    file,
    answers: file,
    place: NEAR,
    timeoutMs: 5_000,
    maxBytes: 100_000,
    work: { kind: 'command', argv, keep },
    ...rest,
  };
}

const text = (collected: readonly Collected[], file: string): string =>
  collected.find((one) => one.file === file)?.content.toString('utf8') ?? '';
const all = (collected: readonly Collected[]): string =>
  collected.map((one) => `${one.asked}\n${one.problem}\n${one.content.toString('utf8')}`).join('\n');

describe('questions', () => {
  it('are bounded: a log of a gigabyte, a command that hangs, one that never stops writing, one that leaves a child behind', async () => {
    const log = join(scratch, 'huge.log');
    const handle = await open(log, 'w');
    await handle.truncate(1_000_000_000);
    await handle.write(`\n${'the last lines\n'.repeat(50_000)}`, 1_000_000_000);
    await handle.close();
    const pid = join(scratch, 'pid');
    const begin = performance.now();
    const collected = await gather([
      command('tail', endOf(log, 100_000), { keep: 'end' }),
      command('whole', ['cat', '--', log], { keep: 'end', timeoutMs: 1_500 }),
      command('hangs', ['sh', '-c', 'echo begun; echo $$ >"$1"; trap "" TERM; sleep 60', 'sh', pid], {
        timeoutMs: 300,
      }),
      command('endless', ['yes', `DB_PASSWORD=${UNKNOWN}`], { maxBytes: 50_000 }),
      command('leaves', ['sh', '-c', 'sleep 60 & echo parent']),
      command('none', ['/no/such/program']),
      command('fails', ['sh', '-c', `echo "token=${UNKNOWN}" >&2; exit 3`]),
    ]);
    expect(performance.now() - begin).toBeLessThan(15_000);
    expect(Object.fromEntries(collected.map((one) => [one.file, [one.ended, one.exit, one.truncated]]))).toEqual({
      tail: ['itself', 0, true],
      whole: [expect.stringMatching(/itself|time/), expect.toSatisfy((exit) => exit === 0 || exit === null), true],
      hangs: ['time', null, true],
      endless: ['limit', null, true],
      leaves: ['itself', 0, false],
      none: ['itself', 127, false],
      fails: ['itself', 3, false],
    });
    for (const one of collected) expect(one.content.length).toBeLessThanOrEqual(100_000);
    expect(text(collected, 'tail').split('\n').slice(0, 2)).toEqual(['the last lines', 'the last lines']);
    expect(text(collected, 'hangs')).toBe('begun\n');
    expect(text(collected, 'endless')).toMatch(/^(?:DB_PASSWORD=\*\*\*\n)+$/);
    expect(collected.find(({ file }) => file === 'fails')?.problem).toBe('exit code 3: token=***');
    expect(all(collected)).not.toContain(UNKNOWN);
    // What hung is gone, with all that it started.
    const hung = (await readFile(pid, 'utf8')).trim();
    const alive = (): readonly string[] =>
      execFileSync('ps', ['-e', '-o', 'pgid=,stat=,args='], { encoding: 'utf8' })
        .split('\n')
        .filter((line) => line.trim().startsWith(`${hung} `) && !/^\s*\d+ Z/.test(line));
    await expect.poll(alive, { timeout: 2_000 }).toEqual([]);
  });

  it('share the bytes of the bundle, and whoever wants little is served first', async () => {
    const lines = (count: number): readonly string[] => ['sh', '-c', `yes line | head -n ${count}`];
    const collected = await gather(
      [
        command('big-1', lines(100_000)),
        command('big-2', lines(100_000)),
        command('small', lines(10), { maxBytes: 1000 }),
      ],
      { maxBytes: 30_000 },
    );
    expect(text(collected, 'small')).toBe('line\n'.repeat(10));
    const sum = collected.reduce((total, { content }) => total + content.length, 0);
    expect(sum).toBeLessThanOrEqual(30_000);
    expect(sum).toBeGreaterThan(28_000);
  });

  it('that are cut in the middle of a secret leave no half of it', async () => {
    const line = `${'x'.repeat(40)} ${KNOWN}\n`;
    for (let limit = 600; limit < 600 + line.length; limit += 3) {
      const argv = ['sh', '-c', 'i=0; while [ $i -lt 40 ]; do printf %s "$1"; i=$((i + 1)); done', 'sh', line];
      const [first, last] = await gather([
        command('first', argv, { maxBytes: limit }),
        command('last', argv, { maxBytes: limit, keep: 'end' }),
      ]);
      for (const one of [first, last]) expect(one?.content.toString('utf8')).toMatch(/^(?:x{40} \*\*\*\n)+$/);
    }
  });

  it('find a known secret in every shape in which careless programs write it, cut anywhere', async () => {
    const secrets = [`p'a"s$s\\w\`rd & <x>`, 'ümläut €uro pass', 'line one\nline two-99', '~#tilde:pass=word/+', KNOWN];
    const { mask, secrets: count } = bundleMask(
      secrets.map((_, n) => `env:S${n}`),
      (name) => secrets[Number(name.slice(5))] ?? '',
      {},
      { emails: false },
    );
    expect(count).toBe(secrets.length);
    const env = secrets.map((value, n) => `S${n}=${value}`);
    const argv = [
      'env',
      ...env,
      'bash',
      join(import.meta.dirname, '../procedure/fixtures/leak.sh'),
      String(secrets.length),
      '3',
    ];
    const collected = await gather([command('leak', argv)], { mask });
    expect(collected[0]).toMatchObject({ exit: 3, truncated: false });
    expect(text(collected, 'leak').match(/\*\*\*/g)?.length).toBeGreaterThan(4 * secrets.length);
    for (const value of secrets) {
      const base64 = Buffer.from(value).toString('base64').replaceAll('=', '').slice(0, -1);
      for (const shape of [value, encodeURIComponent(value), Buffer.from(value).toString('hex'), base64])
        expect(all(collected)).not.toContain(shape);
    }
  });

  it('of a real Go program bring its profiles', async () => {
    await using prometheus = await startPrometheus({ scrapeConfigs: [] });
    const collectors = profileCollectors(HERE, `${prometheus.url}/debug/pprof/`, 0).slice(0, 3);
    const collected = await gather(collectors);
    expect(collected.map(({ problem }) => problem)).toEqual([null, null, null]);
    expect(text(collected, 'hosts/here/profile-1-goroutines.txt')).toMatch(/^goroutine \d+ \[/);
    expect(text(collected, 'hosts/here/profile-1-heap.txt')).toContain('heap profile:');
    expect(gunzipSync(collected[2]?.content ?? Buffer.alloc(0)).length).toBeGreaterThan(1000);
  });

  it('of a profile take it whole or not at all, and not with a secret in it', async () => {
    const zipped = (content: string): readonly string[] => ['sh', '-c', 'printf %s "$1" | gzip -c', 'sh', content];
    const profile = (file: string, content: string, maxBytes = 100_000): Collector => ({
      ...command(file, []),
      maxBytes,
      work: { kind: 'command', argv: zipped(content), keep: 'beginning', content: 'profile' },
    });
    const noise = Array.from({ length: 4000 }, (_, n) => (n * 2654435761).toString(36)).join('');
    const collected = await gather([
      profile('clean', 'main.serve 120 samples'),
      profile('dirty', `label ${KNOWN}`),
      profile('long', noise, 2_000),
    ]);
    expect(collected.map(({ content, problem }) => [content.length > 0, problem])).toEqual([
      [true, null],
      [false, 'it holds a secret: it is left out'],
      [false, 'half a profile cannot be read: it is left out'],
    ]);
  });

  it('can be stopped: what is there stays, and nothing more is asked', async () => {
    const stop = new AbortController();
    const asking = gather(
      [
        command('quick', ['echo', 'here']),
        command('slow', ['sleep', '60'], { timeoutMs: 60_000 }),
        command('also', ['sleep', '60'], { timeoutMs: 60_000 }),
        command('third', ['sleep', '60'], { timeoutMs: 60_000, maxBytes: 200_000 }),
        command('never', ['echo', 'no'], { maxBytes: 300_000 }),
      ],
      { signal: stop.signal },
    );
    await sleep(700);
    stop.abort(new Error('stopped'));
    const collected = await asking;
    expect(text(collected, 'quick')).toBe('here\n');
    expect(collected.find(({ file }) => file === 'never')).toMatchObject({
      ended: 'not-asked',
      content: Buffer.alloc(0),
    });
  });
});

describeOnEach('a database', (family) => {
  it('answers every question, and no value of a statement and no secret is in the answers', async () => {
    await using server = await family.start({ args: ['--log-bin', '--server-id=7', '--performance-schema=ON'] });
    const access = await server.createDatabase('shop');
    const dsn = mysqlUrl(server.root('shop'));
    const busy = await mysql.createConnection({
      host: access.host,
      port: access.port,
      user: access.user,
      password: access.password,
      database: 'shop',
    });
    const admin = await mysql.createConnection({
      host: access.host,
      port: access.port,
      user: server.root().user,
      database: 'shop',
    });
    try {
      await admin.query(`CREATE USER visitor@localhost IDENTIFIED BY '${UNKNOWN}-A1'`);
      await admin.query('CREATE TABLE t (id INT PRIMARY KEY, name VARCHAR(60))');
      await admin.query(`INSERT INTO t VALUES (1, '${UNKNOWN}')`);
      await admin.query('BEGIN');
      await admin.query(`UPDATE t SET name = '${UNKNOWN}-2' WHERE id = 1`);
      // Waits for the row, with a value and a secret in its statement.
      const waiting = busy
        .query(`UPDATE t SET name = CONCAT('${UNKNOWN}', '${KNOWN.replaceAll("'", '')}') WHERE id = 1`)
        .catch(() => undefined);
      await sleep(300);
      const query = createQuery({ engine: family.engine, dsn, connectTimeoutMs: 2_000, clock: systemClock, signal });
      const collectors = databaseCollectors(family.engine);
      const collected = await gather(collectors, { query });
      await admin.query('ROLLBACK');
      await waiting;
      expect(
        collected.filter(({ problem }) => problem !== null).map(({ file, problem }) => `${file}: ${problem}`),
      ).toEqual([]);
      expect(all(collected)).not.toContain(UNKNOWN);
      expect(all(collected)).not.toContain(KNOWN);
      expect(text(collected, 'database/processlist.txt')).toMatch(/UPDATE t SET name = CONCAT\(\?, \?\) WHERE id = \?/);
      expect(text(collected, 'database/transactions.txt')).toContain('LOCK WAIT');
      expect(text(collected, 'database/lock-waits.txt')).toMatch(/`?shop`?\.`?t`?/);
      expect(text(collected, 'database/variables.txt')).toMatch(/^(?:datadir|tmpdir)\t/im);
      expect(text(collected, 'database/server.txt')).toContain(family.engine === 'mariadb' ? 'MariaDB' : '9.');

      // Read only, and a question that takes too long is given up here and there.
      await expect(query('INSERT INTO t VALUES (2, "x")', 2_000)).rejects.toThrow(/read.only/i);
      const slow: Collector = {
        file: 'slow',
        answers: '',
        place: { name: 'database' },
        timeoutMs: 400,
        maxBytes: 1000,
        // Not BENCHMARK(): cut short, MariaDB may answer it as if it had come to its end.
        work: { kind: 'query', sql: `SELECT COUNT(*) AS endless FROM ${ENDLESS}` },
      };
      const begin = performance.now();
      const [late] = await gather([slow], { query });
      expect(performance.now() - begin).toBeLessThan(3_000);
      expect(late?.problem).toBeTruthy();
      await expect
        .poll(
          async () =>
            (
              await admin.query(
                "SELECT COUNT(*) AS n FROM information_schema.PROCESSLIST WHERE INFO LIKE '%endless%' AND ID <> CONNECTION_ID()",
              )
            )[0],
          { timeout: 5_000 },
        )
        .toEqual([{ n: 0 }]);
    } finally {
      busy.destroy();
      admin.destroy();
    }
  });
});

describe('a proxy', () => {
  it('answers at its socket; its configuration holds no password', async () => {
    await using bench = await startBench({});
    const paths = haproxyPaths(bench.options);
    const config = join(scratch, 'with-password.cfg');
    await writeFile(
      config,
      `${await readFile(paths.config, 'utf8')}\nuserlist ops\n  user admin insecure-password ${UNKNOWN}\n`,
    );
    const collected = await gather(haproxyCollectors(HERE, { ...paths, config }));
    expect(collected.filter(({ problem }) => problem !== null)).toEqual([]);
    expect(text(collected, 'proxy/show-info.txt')).toContain('Uptime_sec');
    expect(text(collected, 'proxy/show-stat.txt')).toContain('FRONTEND');
    expect(text(collected, 'proxy/configuration.txt')).toContain('insecure-password ***');
    expect(all(collected)).not.toContain(UNKNOWN);
    const [gone] = await gather(haproxyCollectors(HERE, { ...paths, socket: join(scratch, 'none.sock') }));
    expect(gone?.problem).toContain('ENOENT');
  });
});

describe('the command', () => {
  const secrets = { SHOP_API_TOKEN: KNOWN, PATH: process.env['PATH'], HOME: scratch, USER: 'ops' };

  it('collects the facts of this machine, masked, private, with a manifest that tells the truth', async () => {
    const directory = join(scratch, 'machine');
    // A careless program: its command line is there for everybody to see.
    const careless = spawn('sh', ['-c', 'sleep 30; :', 'careless', `--db-password=${UNKNOWN}`, KNOWN], {
      stdio: 'ignore',
    });
    try {
      const io = terminal({ cwd: scratch, env: secrets });
      expect(await runCli(['diagnose', '--machine', '--out', directory, '--json'], io)).toBe(0);
      const manifest = manifestSchema.parse(JSON.parse(await readFile(join(directory, 'manifest.json'), 'utf8')));
      expect(manifest).toMatchObject({ service: null, who: 'ops', masked: { secrets: 1, unread: [], emails: true } });
      const processes = await readFile(join(directory, 'hosts/here/processes.txt'), 'utf8');
      expect(processes).toContain('careless --db-password=***');
      for (const file of await filesIn(directory)) {
        const content = await readFile(file, 'utf8');
        expect(content).not.toContain(UNKNOWN);
        expect(content).not.toContain(KNOWN);
        expect((await stat(file)).mode & 0o777).toBe(0o600);
      }
      expect((await stat(directory)).mode & 0o777).toBe(0o700);
      for (const { file, sha256, bytes, truncated } of manifest.collected.filter((one) => one.sha256 !== null)) {
        const sum = execFileSync('sha256sum', [join(directory, file)], { encoding: 'utf8' }).slice(0, 64);
        expect([file, sum]).toEqual([file, sha256]);
        expect([file, truncated || bytes > 0]).toEqual([file, true]);
      }
      const answered = manifest.collected
        .filter(({ bytes }) => bytes > 0)
        .map(({ file }) => file.slice('hosts/here/'.length));
      expect(answered).toEqual(
        expect.arrayContaining([
          'clock.txt',
          'disk.txt',
          'memory.txt',
          'processes.txt',
          'kernel-limits.txt',
          'open-files.txt',
        ]),
      );
      expect(await readFile(join(directory, 'README.txt'), 'utf8')).toContain('Is there memory left');

      // Facts of an earlier moment are never replaced.
      const again = terminal({ cwd: scratch, env: secrets });
      expect(await runCli(['diagnose', '--machine', '--out', directory], again)).toBe(5);
      expect(again.written.err).toContain('diagnose.exists');
    } finally {
      careless.kill();
    }
  });

  it('plans what it would ask, and asks nothing', async () => {
    const io = terminal({ cwd: scratch, env: secrets });
    const before = await readdir(scratch);
    expect(await runCli(['diagnose', '--machine', '--plan', '--minutes', '15'], io)).toBe(0);
    expect(io.written.out).toMatch(/hosts\/here\/kernel-log\.txt +sh -c .*nice -n 5.* dmesg -T/);
    expect(io.written.out).toContain('--since=-15min');
    expect(await readdir(scratch)).toEqual(before);
  });

  it.skipIf(process.getuid?.() !== 0)(
    'leaves nothing behind on a full disk, and says where there may be room',
    async () => {
      const full = join(scratch, 'full');
      await mkdir(full);
      const bundle = join(import.meta.dirname, '../../src/diagnose/bundle.ts');
      const program = `const { writeArchive, writeDirectory } = await import(process.argv[1]);
const { readdirSync } = await import('node:fs');
const content = Buffer.alloc(200_000, 'x');
for (const write of [() => writeArchive(process.argv[2] + '/facts.tar.gz', content), () => writeDirectory(process.argv[2] + '/facts', [{ path: 'a/b.txt', content }])])
  await write().then(() => process.exit(3), (error) => console.error(error.message));
console.log(JSON.stringify(readdirSync(process.argv[2])));`;
      const ended = spawnSync(
        'unshare',
        [
          '--mount',
          'sh',
          '-c',
          'mount -t tmpfs -o size=64k none "$1" && exec "$2" --input-type=module -e "$3" "$4" "$1"',
          'sh',
          full,
          process.execPath,
          program,
          bundle,
        ],
        { encoding: 'utf8', cwd: scratch, env: { ...process.env, NODE_NO_WARNINGS: '1' } },
      );
      expect([ended.status, ended.stdout, ended.stderr.match(/diagnose\.disk-full/g)?.length]).toEqual([0, '[]\n', 2]);
      expect(ended.stderr).toContain('/dev/shm/');
    },
  );

  it('writes an archive that is there as a whole or not at all', async () => {
    const path = join(scratch, 'one.tar.gz');
    await writeArchive(path, Buffer.from('first'));
    await expect(writeArchive(path, Buffer.from('second'))).rejects.toThrow('diagnose.exists');
    expect(await readFile(path, 'utf8')).toBe('first');
    expect((await readdir(scratch)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});

async function filesIn(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

it('a manifest has what was asked as it was asked', () => {
  const collector = command('x', ['sh', '-c', 'echo "$1"', 'sh', "it's"]);
  expect(askedText(collector.work)).toBe(`sh -c 'echo "$1"' sh 'it'\\''s'`);
  expect(
    manifestOf(
      {
        service: null,
        environment: null,
        who: 'a',
        on: 'b',
        startedAt: '',
        endedAt: '',
        minutes: 1,
        maxBytes: 1,
        masked: { secrets: 0, unread: [], emails: true },
      },
      [],
    ),
  ).toMatchObject({ v: 1, collected: [] });
});
