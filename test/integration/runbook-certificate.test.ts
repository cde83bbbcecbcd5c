import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, test } from 'vitest';
import { z } from 'zod';
import { type HostLab, type LabHost, startHosts } from '../../scripts/components/hosts.ts';
import { shownAt } from '../../src/certificate/index.ts';
import { runCli } from '../../src/cli/main.ts';
import { type Authority, makeAuthority } from '../support/certificates.ts';
import { ROOT, skipWords, whySkipHosts } from '../support/hosts.ts';
import { servedSerial, tlsFiles, tlsSetup } from '../support/runbooks/tls.ts';
import { type CommandWorld, commandWorld } from '../support/runbooks/world.ts';
import { terminal } from '../support/terminal.ts';

/** Certificates on real servers: what does not fit is refused, what clients do not get or do not trust is taken back, nothing of a key is told. */

const outcomeSchema = z.looseObject({ run: z.string().nullable(), gate: z.string().nullable() });
const worlds: CommandWorld[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world[Symbol.asyncDispose]();
});

async function cliIn(dir: string, store: string, argv: readonly string[]) {
  const io = terminal({ cwd: dir, env: { SHIPLOCK_WHO: 'anna' } });
  const code = await runCli([...argv, '--state', store], io);
  return { code, out: io.written.out, err: io.written.err };
}

describe('on this machine', () => {
  async function open() {
    const world = await commandWorld([], tlsSetup());
    worlds.push(world);
    const files = tlsFiles(world.dir);
    const text = (path: string): string => readFileSync(path, 'utf8');
    return {
      ...{ world, files, text },
      authority: makeAuthority(join(world.dir, 'other')),
      renew: () =>
        cliIn(world.dir, world.store, [
          ...['runbook', 'run', 'certificate-renew', 'production', '--certificate', 'public'],
          ...['--reason', 'drill', '--quiet'],
        ]),
      status: (...more: readonly string[]) =>
        cliIn(world.dir, world.store, ['runbook', 'run', 'certificate-status', 'production', ...more]),
      edit: (change: (text: string) => string) => writeFileSync(world.configFile, change(text(world.configFile))),
    };
  }

  test('F1: the new pair is put in place, served and trusted, the old one is kept, and nothing of the key is written down', async () => {
    const { world, files, text, renew, status } = await open();
    const [oldChain, oldKey] = [text(files.served.chain), text(files.served.key)];
    expect(await servedSerial(world.dir)).toBe('0A');
    const soon = await status('--days', '70');
    expect(soon.code).toBe(1);
    expect(soon.out).toMatch(/^public +local +ends-soon +serial 0A, until .*, 59 days left$/m);
    expect((await status()).code).toBe(0);

    const ran = await renew();
    expect(ran.code, ran.out + ran.err).toBe(0);
    expect(await servedSerial(world.dir)).toBe('0B');
    expect([text(`${files.served.chain}.previous`), text(`${files.served.key}.previous`)]).toEqual([oldChain, oldKey]);
    expect((await status('--days', '70')).code).toBe(0);
    const again = await renew();
    expect(again.code).toBe(0);
    expect(text(`${files.served.chain}.previous`), 'nothing was laid down twice').toBe(oldChain);
    const secret = text(files.fresh.key).split('\n')[1] ?? 'no key';
    const written = readdirSync(world.store, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    expect(written.length).toBeGreaterThan(5);
    for (const entry of written) expect(text(join(entry.parentPath, entry.name))).not.toContain(secret);
  });

  test('F4: a certificate that keeps its key is taken back with that key, not with the one before', async () => {
    const { files, text, authority, renew, world } = await open();
    expect((await renew()).code).toBe(0);
    const served = [text(files.served.chain), text(files.served.key)];
    authority.issue(files.fresh, { serial: '0c', keepKey: true });
    const strange = await renew();
    expect(strange.code, strange.out + strange.err).toBe(4);
    expect(strange.out).toContain('certificate.not-trusted');
    expect([text(files.served.chain), text(files.served.key)]).toEqual(served);
    expect(await servedSerial(world.dir)).toBe('0B');
  });

  test('F1: HAProxy gets chain and key in one file that only its owner reads', async () => {
    const world = await commandWorld([], tlsSetup('haproxy'));
    worlds.push(world);
    const both = join(world.dir, 'tls', 'both.pem');
    const words = ['certificate-renew', 'production', '--certificate', 'public', '--reason', 'drill', '--quiet'];
    const ran = await cliIn(world.dir, world.store, ['runbook', 'run', ...words]);
    expect(ran.code, ran.out + ran.err).toBe(0);
    expect(await servedSerial(world.dir)).toBe('0B');
    const { fresh } = tlsFiles(world.dir);
    expect(readFileSync(both, 'utf8')).toBe(readFileSync(fresh.chain, 'utf8') + readFileSync(fresh.key, 'utf8'));
    expect(statSync(both).mode & 0o777).toBe(0o600);
    expect(statSync(`${both}.previous`).mode & 0o777).toBe(0o600);
  });

  test('F1: a pair that does not fit is refused by name, and nothing is touched', async () => {
    const { world, files, text, authority, renew } = await open();
    const before = text(files.served.chain);
    const spare = { chain: join(world.dir, 'spare.pem'), key: join(world.dir, 'spare.key') };
    authority.issue(spare);
    const good = { chain: text(files.fresh.chain), key: text(files.fresh.key) };
    const cases: readonly (readonly [string, () => void])[] = [
      ['certificate.key-mismatch', () => writeFileSync(files.fresh.key, text(spare.key))],
      [
        'certificate.broken-chain',
        () => writeFileSync(files.fresh.chain, good.chain.split(/(?=-----BEGIN)/)[0] + text(spare.chain)),
      ],
      ['certificate.other-names', () => authority.issue(files.fresh, { names: ['other.test'] })],
      ['certificate.ends-soon', () => authority.issue(files.fresh, { days: 20 })],
      ['certificate.unreadable', () => writeFileSync(files.fresh.key, 'nonsense')],
    ];
    for (const [code, make] of cases) {
      writeFileSync(files.fresh.chain, good.chain);
      writeFileSync(files.fresh.key, good.key);
      make();
      const ran = await renew();
      expect(ran.code, `${code}: ${ran.out}`).toBe(5);
      expect(ran.out).toContain(code);
    }
    expect(text(files.served.chain)).toBe(before);
    expect(await servedSerial(world.dir)).toBe('0A');
  });

  test('F4: what clients do not trust is taken back, and an ended certificate is seen and replaced by what the command makes', async () => {
    const { world, files, authority, renew, status, edit } = await open();
    authority.issue(files.fresh, { serial: '0c' });
    const strange = await renew();
    expect(strange.code, strange.out + strange.err).toBe(4);
    expect(strange.out).toContain('certificate.not-trusted');
    expect(await servedSerial(world.dir)).toBe('0A');
    const kept = { chain: join(world.dir, 'kept.pem'), key: join(world.dir, 'kept.key') };
    makeAuthority(join(world.dir, 'third'));
    writeFileSync(
      join(world.dir, 'order.sh'),
      `cp ${kept.chain} ${files.fresh.chain} && cp ${kept.key} ${files.fresh.key} && echo ordered >>ordered\n`,
    );
    const third = makeAuthority(join(world.dir, 'third'));
    third.issue(kept, { serial: '0d' });
    third.issue(files.fresh, { serial: '0e', days: 1 });
    writeFileSync(files.ca, readFileSync(third.ca));
    edit((text) => text.replace(`key: ${files.fresh.key} }`, `key: ${files.fresh.key}, renew: [sh, order.sh] }`));
    expect((await status()).out).toContain('not-trusted');
    const ran = await renew();
    expect(ran.code, ran.out + ran.err).toBe(0);
    expect(await servedSerial(world.dir)).toBe('0D');
    expect((await renew()).code).toBe(0);
    expect(readFileSync(join(world.dir, 'ordered'), 'utf8'), 'ordered once').toBe('ordered\n');
  });
});

const NGINX_CONF = `user root;
error_log stderr;
events {}
http {
  access_log off;
  server { listen 443 ssl; ssl_certificate tls/shop.pem; ssl_certificate_key tls/shop.pem; return 200 ok; }
}
`;
const NGINX_UNIT = `[Service]
Type=exec
ExecStart=/usr/sbin/nginx -g 'daemon off;'
ExecReload=/bin/kill -HUP $MAINPID
`;

const why = await whySkipHosts();

describe.skipIf(why !== null)(`on hosts over ssh${skipWords(why)}`, () => {
  let lab: HostLab;
  let hosts: readonly LabHost[];
  let authority: Authority;
  let dir: string;
  const pair = () => ({ chain: join(dir, 'chain.pem'), key: join(dir, 'key.pem') });
  const cli = (...argv: readonly string[]) => cliIn(dir, join(dir, 'state'), argv);

  beforeAll(async () => {
    lab = await startHosts(2);
    hosts = lab.hosts;
    dir = await mkdtemp(join(tmpdir(), 'sl-certificate-'));
    authority = makeAuthority(join(dir, 'authority'));
    authority.issue(pair(), { serial: '0a' });
    const both = `${readFileSync(pair().chain, 'utf8')}${readFileSync(pair().key, 'utf8')}`;
    // Hosts have no Nginx of their own; the libraries of this one are those of sshd.
    const nginx = readFileSync('/usr/sbin/nginx');
    for (const { address } of hosts) {
      const ssh = [
        '-F',
        'none',
        '-o',
        'BatchMode=yes',
        '-o',
        `UserKnownHostsFile=${lab.knownHosts}`,
        '-i',
        lab.identity,
      ];
      const lay = (script: string, input: Buffer | string): unknown =>
        execFileSync('ssh', [...ssh, `root@${address}`, script], { input, stdio: ['pipe', 'pipe', 'pipe'] });
      lay('cat >/usr/sbin/nginx && chmod 755 /usr/sbin/nginx', nginx);
      lay('mkdir -p /etc/nginx/tls /var/lib/nginx /var/log/nginx && cat >/etc/nginx/nginx.conf', NGINX_CONF);
      lay('cat >/etc/nginx/tls/shop.pem && chmod 640 /etc/nginx/tls/shop.pem', both);
      lay('cat >/etc/systemd/system/nginx.service && systemctl daemon-reload && systemctl start nginx', NGINX_UNIT);
    }
    writeFileSync(
      join(dir, 'shiplock.yaml'),
      `apiVersion: shiplock/v1
service: shop
components:
  api: { kind: go, source: api, binary: service, command: [./service], ready: /readyz }
environments:
  production:
    platform:
      kind: ssh
      root: ${ROOT}
      localRoot: here
      knownHosts: ${lab.knownHosts}
      identityFile: ${lab.identity}
      hosts:
${hosts.map(({ name, address }) => `        - { name: ${name}, address: ${address} }`).join('\n')}
    traffic: { kind: haproxy, directory: here/haproxy, bind: '127.0.0.1:8080' }
    rollout: { steps: [{ share: 10%, bake: 5m }] }
    system:
      services:
        web: { unit: nginx.service, hosts: [${hosts.map(({ name }) => name).join(', ')}] }
    certificates:
      public:
        names: [shop.test]
        from: { chain: chain.pem, key: key.pem }
        to: { combined: /etc/nginx/tls/shop.pem }
        service: web
        ca: ${authority.ca}
`,
    );
  });
  afterAll(async () => {
    await lab?.[Symbol.asyncDispose]();
    await rm(dir, { recursive: true, force: true });
  });

  const serials = (): Promise<readonly string[]> =>
    Promise.all(
      hosts.map(async ({ address }) => {
        const shown = await shownAt(`${address}:443`, { name: 'shop.test', ca: readFileSync(authority.ca, 'utf8') });
        return shown.kind === 'shown' ? shown.facts.serial : shown.reason;
      }),
    );

  it('F1: the first host alone gets it; the second only after the inspection; the reload restarts nothing', async () => {
    // systemd says that it is started before it listens.
    await expect.poll(serials, { timeout: 10_000, interval: 50 }).toEqual(['0A', '0A']);
    const started = () => Promise.all(hosts.map((host) => host.run('systemctl show -P InvocationID nginx')));
    const before = (await started()).map(({ output }) => output);
    authority.issue(pair(), { serial: '0b' });
    const words = ['runbook', 'run', 'certificate-renew', 'production', '--certificate', 'public', '--reason', 'drill'];
    const ran = await cli(...words, '--json');
    expect(ran.code, ran.out + ran.err).toBe(3);
    expect(await serials()).toEqual(['0B', '0A']);
    const { run, gate } = outcomeSchema.parse(JSON.parse(ran.out));
    const fill = ['gate', 'fill', run ?? '', gate ?? '', '--item', 'works=yes', '--item', 'seen=curl shows no warning'];
    expect((await cli(...fill)).code).toBe(0);
    const resumed = await cli('runbook', 'resume', run ?? '', '--quiet');
    expect(resumed.code, resumed.out + resumed.err).toBe(0);
    expect(await serials()).toEqual(['0B', '0B']);
    expect((await started()).map(({ output }) => output)).toEqual(before);
    const [first] = hosts;
    expect((await first?.run('stat -c %a /etc/nginx/tls/shop.pem; ls /etc/nginx/tls'))?.output.trim()).toBe(
      '640\nshop.pem\nshop.pem.previous',
    );
  });

  it('F1: the host takes nothing but PEM, and only where a certificate may lie', async () => {
    const [first] = hosts;
    const program = (await first?.run('ls /usr/local/lib/shiplock/host-* | tail -1'))?.output.trim() ?? '';
    const put = async (to: string, content: string) => {
      const sum = `$(printf '${content}' | sha256sum | cut -c1-64)`;
      const found = await first?.run(
        `printf '${content}' | ${program} ${ROOT} lay --do put --to ${to} --digest ${sum} --set ${sum} --fence 999999 2>&1; ls ${to} 2>&1`,
      );
      return found?.output ?? '';
    };
    expect(await put('/etc/cron.d/evil', 'x\\n')).toContain('no name of a certificate or key');
    expect(await put('/etc/../etc/evil.pem', 'x\\n')).toContain('usage: file');
    const script = await put('/etc/nginx/tls/evil.pem', '* * * * * root id\\n');
    expect(script).toContain('content that is not PEM');
    expect(script).toContain('No such file');
  });
});
