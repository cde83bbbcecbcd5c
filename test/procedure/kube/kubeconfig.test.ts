import { describe, expect, it } from 'vitest';
import { accessOf } from '../../../src/procedure/kube/kubeconfig.ts';

const FILE = `apiVersion: v1
kind: Config
current-context: shop
clusters:
  - name: one
    cluster: { server: "https://10.0.0.1:6443/", certificate-authority-data: Q0E=, tls-server-name: api }
  - name: two
    cluster: { server: "https://10.0.0.2:6443", certificate-authority: ca.pem }
users:
  - name: certificate
    user: { client-certificate-data: Q0VSVA==, client-key: keys/key.pem }
  - name: token
    user: { token: abc, username: ignored }
  - name: file
    user: { tokenFile: /var/token }
  - name: plugin
    user:
      exec: { apiVersion: client.authentication.k8s.io/v1, command: ./login, args: [get], env: [{ name: A, value: b }] }
  - name: old
    user: { auth-provider: { name: gcp } }
contexts:
  - name: shop
    context: { cluster: one, user: certificate, namespace: shop }
  - name: token
    context: { cluster: two, user: token }
  - name: file
    context: { cluster: two, user: file }
  - name: plugin
    context: { cluster: two, user: plugin }
  - name: old
    context: { cluster: two, user: old }
  - name: nobody
    context: { cluster: two, user: "" }
  - name: lost
    context: { cluster: three, user: token }
`;
const files = [{ path: '/home/a/.kube/config', text: FILE }];
const credentials = (context: string) => {
  const access = accessOf(files, context);
  return access.ok ? access.value.credentials : access.problems[0];
};

describe('a kubeconfig', () => {
  it('gives the current context, paths resolved from where the file lies', () => {
    expect(accessOf(files, undefined)).toEqual({
      ok: true,
      value: {
        name: 'shop',
        server: 'https://10.0.0.1:6443',
        authority: { kind: 'text', text: 'CA' },
        insecure: false,
        serverName: 'api',
        namespace: 'shop',
        credentials: {
          kind: 'certificate',
          certificate: { kind: 'text', text: 'CERT' },
          key: { kind: 'file', path: '/home/a/.kube/keys/key.pem' },
        },
      },
    });
  });

  it('knows tokens, token files and exec plugins', () => {
    expect(credentials('token')).toEqual({ kind: 'token', token: 'abc' });
    expect(credentials('file')).toEqual({ kind: 'token-file', path: '/var/token' });
    expect(credentials('plugin')).toEqual({
      kind: 'exec',
      plugin: {
        apiVersion: 'client.authentication.k8s.io/v1',
        command: '/home/a/.kube/login',
        args: ['get'],
        env: { A: 'b' },
      },
    });
  });

  it('refuses what it cannot use, with its name', () => {
    expect(credentials('old')).toMatchObject({
      code: 'kube.kubeconfig',
      found: expect.stringContaining('auth-provider'),
    });
    expect(credentials('lost')).toMatchObject({ code: 'kube.kubeconfig', found: expect.stringContaining('`three`') });
    expect(credentials('prod')).toMatchObject({
      code: 'kube.context',
      found: 'no context `prod`',
      expected: 'one of shop, token, file, plugin, old, nobody, lost',
    });
    expect(accessOf([{ path: '/x', text: 'contexts: 1' }], undefined)).toMatchObject({
      problems: [{ code: 'kube.kubeconfig', where: '/x' }],
    });
    expect(accessOf([{ path: '/x', text: ': [' }], undefined)).toMatchObject({
      problems: [{ code: 'kube.kubeconfig' }],
    });
  });

  it('is merged from several files: the first one that names something counts', () => {
    const first = {
      path: '/etc/first',
      text: 'current-context: token\nclusters: [{ name: two, cluster: { server: "https://mine" } }]\n',
    };
    expect(accessOf([first, ...files], undefined)).toMatchObject({ value: { name: 'token', server: 'https://mine' } });
  });
});
