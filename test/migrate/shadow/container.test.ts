import { expect, test } from 'vitest';
import { shadowConfig } from '../../../src/migrate/shadow/config.ts';
import { runWords } from '../../../src/migrate/shadow/container.ts';
import { abandoned, unfit } from '../../../src/migrate/shadow/engine.ts';

/** What a container gets and may not, and which engine can run one. `npm run soak shadow-container` runs them on a real engine. */

const digest = `sha256:${'a1'.repeat(32)}`;
const here = { name: 'n', owner: '65534:65533', run: '/tmp/a,b/run', label: 'l=v' };

function words(family: 'mysql' | 'mariadb', more: readonly string[] = []): readonly string[] {
  const server = { image: `x@${digest}`, memory: 2 ** 30, user: 'nobody', database: 'd' };
  return runWords({ ...server, family, arguments: { initialise: ['--lower-case-table-names=1'], start: more } }, here);
}

test('it gets no network, no rights, nobody’s user and bounds for all that it can use up', () => {
  expect(words('mysql')).toEqual(
    expect.arrayContaining([
      ...['--network=none', '--read-only', '--cap-drop=ALL', '--security-opt=no-new-privileges', '--user=65534:65533'],
      ...[`--memory=${2 ** 30}`, `--memory-swap=${2 ** 30}`, '--pids-limit=512', '--log-driver=none', '--rm'],
      ...['--pull=never', '--entrypoint=/bin/sh'],
    ]),
  );
  const tmpfs = words('mysql').find((word) => word.startsWith('--tmpfs=/shadow:'));
  expect(tmpfs).toContain(`size=${2 ** 29},mode=0700,uid=65534,gid=65533`);
  expect(words('mysql').filter((word) => word.startsWith('--mount=') || word.startsWith('-v'))).toEqual([
    '--mount=type=bind,"source=/tmp/a,b/run",target=/shadow-run',
  ]);
});

test('all options stand before the image, and the server’s words are quoted for the shell inside', () => {
  const all = words('mariadb', ["--init-connect=SET @a='x'"]);
  const at = all.indexOf(`x@${digest}`);
  expect(all.slice(at + 1, at + 2)).toEqual(['-c']);
  expect(
    all.slice(2, at).every((word, index) => word.startsWith('--') || ['n', 'l=v'].includes(all[index + 2] ?? '')),
  ).toBe(true);
  const script = all.at(-1) ?? '';
  expect(script).toMatch(/^'mariadb-install-db' .*'--lower-case-table-names=1' '--datadir=\/shadow\/data'/);
  expect(script).toContain(" && exec 'mariadbd' '--no-defaults'");
  expect(script).toContain("'--init-connect=SET @a='\\''x'\\'''");
  expect(script).toContain("'--skip-networking'");
  expect(script).toContain("'--socket=/shadow-run/s'");
  expect(words('mysql').at(-1)).toMatch(/^'mysqld' .*'--initialize-insecure'.* && exec 'mysqld' /);
});

const good = { exitCode: 0, stdout: 'linux ["name=seccomp,profile=default"]\n', stderr: '', place: 'unix:///run/x' };
test.each([
  [good, null],
  [{ ...good, place: null }, null],
  [{ ...good, place: 'tcp://10.0.0.1:2376' }, 'the engine is at tcp://10.0.0.1:2376, not on this machine'],
  [{ ...good, place: 'ssh://host', exitCode: 1 }, 'the engine is at ssh://host, not on this machine'],
  [{ ...good, exitCode: 127 }, 'there is no docker command on PATH'],
  [{ ...good, exitCode: 1, stderr: 'WARN\nError response from daemon: no\n' }, 'no'],
  [{ ...good, exitCode: 1, stderr: '' }, 'no reason given'],
  [{ ...good, stdout: 'windows null' }, 'the engine runs windows containers'],
  [{ ...good, stdout: 'linux ["name=rootless"]' }, 'the engine gives users other numbers (rootless)'],
  [{ ...good, stdout: 'linux ["name=userns"]' }, 'the engine gives users other numbers (userns)'],
])('an engine that answers %j', (answer, why) => expect(unfit(answer)).toBe(why));

test('what is removed is of processes that are gone, and of nobody else', () => {
  const label = (pid: number) => JSON.stringify({ host: 'h', pid, startTicks: '1', bootId: 'b' });
  const list = [
    `0123456789ab ${label(1)}`,
    `1123456789ab ${label(2)}`,
    `2123456789ab {"pid":1}`,
    '3123456789ab {',
    `--all ${label(1)}`,
    `4123456789ab`,
    '',
  ].join('\n');
  expect(abandoned(list, ({ pid }) => pid === 1)).toEqual(['0123456789ab']);
});

test.each([
  [`mysql@${digest}`, true],
  [`registry.example:5000/a/mysql:8.4.6@${digest}`, true],
  [digest, true],
  ['mysql:8.4.6', false],
  ['mysql@sha256:123', false],
  [`--privileged@${digest}`, false],
  [`a b@${digest}`, false],
])('an image by its digest: %s', (image, taken) => {
  const read = shadowConfig.safeParse({ image });
  expect(read.success).toBe(taken);
  if (!taken) expect(read.error?.issues[0]?.message).toContain('docker image inspect');
});
