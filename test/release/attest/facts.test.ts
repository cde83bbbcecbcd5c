import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../../src/config/index.ts';
import { unwrap } from '../../../src/model/problem.ts';
import { keyAnswer } from '../../../src/release/attest/checks.ts';
import { builderOf, gitUri } from '../../../src/release/attest/facts.ts';
import { trustOf } from '../../../src/release/attest/trust.ts';
import { ed25519, p256, pem } from '../../build/attest/sample.ts';
import { codes, MINIMAL } from '../../config/sample.ts';

/** What an attestation says of a build, and which keys the policy trusts. */

describe('the source', () => {
  test.each([
    ['https://git.example.com/shop.git', 'git+https://git.example.com/shop.git'],
    ['https://anna:hunter2@git.example.com/shop', 'git+https://git.example.com/shop'],
    ['https://ghp_token@github.com/acme/shop?x=1#y', 'git+https://github.com/acme/shop'],
    ['git@github.com:acme/shop.git', 'git+ssh://git@github.com/acme/shop.git'],
    ['ssh://git:secret@git.example.com:2222/shop', 'git+ssh://git@git.example.com:2222/shop'],
    ['/srv/git/shop.git', null],
    ['../shop.git', null],
    ['file:///srv/git/shop.git', null],
    ['', null],
  ])('%s is %s', (address, uri) => {
    expect(gitUri(address)).toBe(uri);
  });
});

describe('the builder', () => {
  const config = unwrap(loadConfig(MINIMAL, { file: 'x' }));
  const of = (env: Record<string, string>, builder?: string) =>
    builderOf(
      {
        config: {
          ...config,
          service: {
            ...config.service,
            ...(builder === undefined ? {} : { signing: { key: { secret: 'env:K' }, builder } }),
          },
        },
        door: { configFile: 'x', env, who: 'anna', self: [] },
      },
      'run-1',
      'box',
    );
  const runner = {
    GITHUB_ACTIONS: 'true',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_REPOSITORY: 'acme/shop',
    GITHUB_WORKFLOW_REF: 'acme/shop/.github/workflows/release.yml@refs/heads/main',
    GITHUB_RUN_ID: '42',
    GITHUB_RUN_ATTEMPT: '2',
    GITHUB_EVENT_NAME: 'push',
    GITHUB_TOKEN: 'ghs_secret',
  };

  test('is the workflow on a runner, said by its variables, and none of its secrets', () => {
    const builder = of(runner);
    expect(builder).toMatchObject({
      id: 'https://github.com/acme/shop/.github/workflows/release.yml@refs/heads/main',
      knownBy: 'variables of the runner',
      invocation: 'https://github.com/acme/shop/actions/runs/42/attempts/2',
      claims: { github_event_name: 'push' },
    });
    expect(JSON.stringify(builder)).not.toContain('ghs_secret');
  });

  test('is this machine elsewhere, or what the configuration names', () => {
    expect(of({})).toMatchObject({
      id: 'shiplock:local/box',
      knownBy: 'name of the machine',
      invocation: 'shiplock:run/run-1',
    });
    expect(of({}, 'https://ci.example.com/')).toMatchObject({
      id: 'https://ci.example.com/',
      knownBy: 'configuration',
    });
    expect(of(runner, 'https://ci.example.com/')).toMatchObject({
      id: 'https://ci.example.com/',
      knownBy: 'configuration',
    });
  });
});

const indented = (key: string): string =>
  key
    .trim()
    .split('\n')
    .map((line) => `        ${line}`)
    .join('\n');
const ours = pem(p256());
const other = pem(ed25519());
const STAGED = `${MINIMAL}    promotion: { from: staging }
  staging:
    extends: production
    promotion: { from: development }
  development:
    extends: production
    promotion: { from: testing }
  testing:
    platform: { kind: local, root: .shiplock/testing }
    traffic: { kind: haproxy, directory: .shiplock/haproxy-testing, bind: 127.0.0.1:8081 }
    rollout: { steps: [{ share: 10%, bake: 5m }] }
`;
const policy = (environments = '', more = ''): string => `${STAGED}policy:
  trusted:
    release:
      publicKey: |
${indented(ours)}
${more}    old:
      publicKey: |
${indented(other)}
      until: 2026-10-31
      builders: ["https://ci.example.com/*"]
${environments === '' ? '' : `  environments:\n${environments}`}`;
const trust = (text: string, environment = 'production') =>
  trustOf(unwrap(loadConfig(text, { file: 'x' })), environment);

describe('the keys of the policy', () => {
  test('are asked for in every environment as soon as there is one', () => {
    expect(trust(STAGED)).toBeNull();
    expect(trust(policy(), 'testing')).toMatchObject({
      maxAgeMs: null,
      keys: [
        { name: 'release', untilMs: null, revoked: null, builders: [] },
        { name: 'old', untilMs: Date.parse('2026-10-31T23:59:59.999Z'), builders: ['https://ci.example.com/*'] },
      ],
    });
  });

  test('may be left out in the first environments only, and an age may be asked for', () => {
    const first = '    testing: { provenance: { required: false } }\n';
    expect(codes(policy(first))).toEqual([]);
    expect(trust(policy(first), 'testing')).toBeNull();
    expect(trust(policy(first), 'staging')).not.toBeNull();
    expect(trust(policy('    production: { provenance: { maxAge: 30d } }\n'))?.maxAgeMs).toBe(30 * 86_400_000);
    expect(codes(policy('    production: { provenance: { required: false } }\n'))).toEqual([
      'config.weaker-provenance',
    ]);
    const both = `${first}    development: { provenance: { required: false } }\n`;
    expect(codes(policy(both))).toEqual([]);
    expect(codes(`${STAGED}policy: { environments: { production: { provenance: {} } } }\n`)).toEqual([
      'config.provenance-without-keys',
    ]);
  });

  test('are public keys, with a date and builders that mean something', () => {
    expect(trust(policy('', '      revoked: stolen\n'))?.keys[0]?.revoked).toBe('stolen');
    expect(codes(policy('', '      until: 2026-02-31\n'))).not.toEqual([]);
    expect(codes(policy('', '      until: soon\n'))).not.toEqual([]);
    expect(codes(policy('', '      builders: ["*"]\n'))).not.toEqual([]);
    expect(codes(policy('', '      bilders: []\n'))).toEqual(['config.unknown-key']);
    const secret = p256().export({ type: 'pkcs8', format: 'pem' }).toString();
    const pasted = policy().replace(indented(ours), indented(secret));
    expect(codes(pasted)).toEqual(['config.private-key-in-text']);
    const told = loadConfig(pasted, { file: 'x' });
    expect(JSON.stringify(told)).not.toContain(secret.split('\n')[1]);
  });
});

test('doctor says whether what is signed here would count', () => {
  const known = { name: 'builder', keyId: 'a'.repeat(64), untilMs: null, revoked: null };
  const state = (keyId: string, keys: Parameters<typeof keyAnswer>[1]) => keyAnswer(keyId, keys, 1000).state;
  expect(state('a'.repeat(64), null)).toBe('ok');
  expect(state('a'.repeat(64), [known])).toBe('ok');
  expect(state('b'.repeat(64), [known])).toBe('failed');
  expect(state('a'.repeat(64), [{ ...known, revoked: 'lost' }])).toBe('failed');
  expect(state('a'.repeat(64), [{ ...known, untilMs: 999 }])).toBe('failed');
});
