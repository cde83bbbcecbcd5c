import { describe, expect, it } from 'vitest';
import { hostWord, parseHostWord, sshArgv } from '../../../src/platform/ssh/access.ts';
import { hostProblem } from '../../../src/platform/ssh/failure.ts';
import { hostProgram, programArgv } from '../../../src/platform/ssh/program.ts';
import { environmentFile, launchScript, remoteCommand } from '../../../src/platform/ssh/quote.ts';

const HOST = { name: 'web1', address: '10.0.0.1', port: 22, user: 'root' };
const ACCESS = { knownHosts: '/etc/shiplock/known hosts', identityFile: '/k', connectTimeoutMs: 2_500 };

describe('words for ssh', () => {
  it('quotes every word of a command, and the command is one word of argv', () => {
    expect(remoteCommand(['a', 'b c', "it's", '$(x)', 'new\nline', ''])).toBe(
      `'a' 'b c' 'it'\\''s' '$(x)' 'new\nline' ''`,
    );
    const argv = sshArgv(HOST, ACCESS, '/tmp/s', ['reboot', '; rm -rf /']);
    expect(argv.at(-1)).toBe(`'reboot' '; rm -rf /'`);
    expect(argv.slice(-3, -1)).toEqual(['--', '10.0.0.1']);
  });

  it('refuses what no command line can carry', () => {
    expect(() => remoteCommand(['a\0b'])).toThrow('ssh.bad-word');
  });

  it('never takes a key that is not known, and asks nobody', () => {
    const argv = sshArgv(HOST, ACCESS, '/tmp/s', ['true']);
    for (const setting of [
      'BatchMode=yes',
      'StrictHostKeyChecking=yes',
      'UserKnownHostsFile="/etc/shiplock/known hosts"',
      'GlobalKnownHostsFile=/dev/null',
      'UpdateHostKeys=no',
      'ConnectTimeout=3',
    ])
      expect(argv).toContain(setting);
    expect(argv.slice(0, 4)).toEqual(['ssh', '-F', 'none', '-T']);
  });

  it('shares no connection between those who know other keys', () => {
    const path = (knownHosts: string): string =>
      sshArgv(HOST, { ...ACCESS, knownHosts }, '/tmp/s', ['true']).find((word) => word.startsWith('ControlPath=')) ??
      '';
    expect(path('/a')).not.toBe(path('/b'));
    expect(path('/a')).toMatch(/^ControlPath="\/tmp\/s\/[0-9a-f]{8}-%C"$/);
  });

  it.each([HOST, { ...HOST, address: 'fe80::1', port: 2222, user: 'deploy' }])('a host as a word: %o', (host) => {
    expect(parseHostWord(hostWord(host))).toEqual(host);
  });

  it('uses sudo for everybody but root', () => {
    expect(programArgv(HOST, '/srv/x', 'observe')).toEqual([hostProgram().path, '/srv/x', 'observe']);
    expect(programArgv({ ...HOST, user: 'deploy' }, '/srv/x', 'observe').slice(0, 2)).toEqual(['sudo', '-n']);
  });
});

describe('what a unit runs', () => {
  it('puts placeholders in as variables, and leaves everything else as it is', () => {
    const script = launchScript(['./api', '--listen', '{host}:{port}', '{"a":1}', "don't", ''], {
      PLAIN: '{version} $HOME',
      SECRET: { secret: 'env:SECRET' },
    });
    expect(script).toBe(
      [
        `export PLAIN="$SHIPLOCK_VERSION"' $HOME'`,
        `exec './api' '--listen' "$SHIPLOCK_HOST"':'"$SHIPLOCK_PORT" '{"a":1}' 'don'\\''t' ''`,
      ].join('\n'),
    );
  });

  it('writes secrets as systemd reads them, and refuses what it would change', () => {
    expect(environmentFile({ A: 'plain', B: 'a"b\\c$d`e', C: 'two\nlines' })).toBe(
      'A="plain"\nB="a\\"b\\\\c\\$d\\`e"\nC="two\nlines"\n',
    );
    expect(() => environmentFile({ KEY: 'hunter2\u0007' })).toThrow('environment variable KEY');
    expect(() => environmentFile({ KEY: 'hunter2\u0007' })).not.toThrow('hunter2');
  });
});

describe('what went wrong', () => {
  it.each([
    [
      255,
      '@@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @@\nHost key verification failed.',
      'ssh.host-key-changed',
    ],
    [255, 'No ED25519 host key is known for 10.0.0.1 and you have requested strict checking.', 'ssh.host-key-unknown'],
    [255, 'root@10.0.0.1: Permission denied (publickey).', 'ssh.refused'],
    [255, 'ssh: connect to host 10.0.0.1 port 22: No route to host', 'ssh.unreachable'],
    [255, '', 'ssh.unreachable'],
    [127, 'sh: 1: /usr/local/lib/shiplock/host-1: not found', 'ssh.no-program'],
    [1, 'sudo: /usr/local/lib/shiplock/host-1: command not found', 'ssh.no-program'],
    [127, 'bash: line 1: sudo: command not found', 'ssh.no-sudo'],
    [1, 'sudo: a password is required', 'ssh.no-sudo'],
    [70, 'tar: write error\nshiplock-host: disk-full: 12 KiB free in /srv', 'ssh.disk-full'],
    [1, 'cat: write error: No space left on device', 'ssh.disk-full'],
    [70, 'shiplock-host: systemd-version: systemd 232', 'ssh.systemd-version'],
    [3, 'something else', 'ssh.command-failed'],
  ])('exit %i, %j → %s', (exitCode, stderr, code) => {
    const problem = hostProblem(HOST, { exitCode, stdout: '', stderr });
    expect(problem.code).toBe(code);
    expect(problem.where).toContain('web1');
    expect(problem.remedy).not.toBe('');
  });

  it('has words for everything that the host can say', () => {
    const said = [...hostProgram().text.matchAll(/\bdie ([a-z-]+) /g)].map(([, code]) => code ?? '');
    expect(said.length).toBeGreaterThan(15);
    for (const code of said) {
      const problem = hostProblem(HOST, { exitCode: 70, stdout: '', stderr: `shiplock-host: ${code}: found` });
      expect(problem).toMatchObject({ code: `ssh.${code}`, found: 'found' });
    }
  });
});
