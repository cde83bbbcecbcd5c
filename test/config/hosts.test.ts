import { describe, expect, it } from 'vitest';
import { platformConfig } from '../../src/platform/index.ts';

const HOSTS = [
  { name: 'web1', address: '10.0.0.1' },
  { name: 'web2', address: 'fe80::2', port: 2222, user: 'other' },
];
const SSH = { kind: 'ssh', hosts: HOSTS, root: '/srv/shop', localRoot: 'here', knownHosts: 'known_hosts' };
const said = (change: object): string => {
  const parsed = platformConfig.safeParse({ ...SSH, ...change });
  return parsed.success ? '' : parsed.error.issues.map((issue) => issue.message).join('; ');
};

describe('platform.kind: ssh', () => {
  it('needs little, and never leaves host keys open', () => {
    expect(platformConfig.parse(SSH)).toMatchObject({ user: 'root', replicas: 1, parallel: 8, connectTimeout: 5_000 });
    const { knownHosts: _, ...open } = SSH;
    expect(platformConfig.safeParse(open).success).toBe(false);
  });

  it.each(['/', 'srv/shop', '/srv/../etc', '/srv/a b', '/home/x', '/tmp', '/run/x', '/srv/shop/'])(
    'refuses the root %j, as the host would',
    (root) => expect(said({ root })).toMatch(/absolute path/),
  );

  it.each([
    [[], /at most 32/],
    [[{ name: 'web1', address: 'web1.example.com' }], /an IP address/],
    [[{ name: 'web1', address: '10.0.0.1', user: '-oProxyCommand=x' }], /name of a user/],
    [[...HOSTS, { name: 'web1', address: '10.0.0.3' }], /./],
    [[...HOSTS, { name: 'web3', address: '10.0.0.1' }], /./],
  ])('refuses the hosts %j', (hosts, message) => expect(said({ hosts })).toMatch(message));
});
