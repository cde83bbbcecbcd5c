import { describe, expect, it } from 'vitest';
import { type Asked, connectionProblem, ruleText, statusProblem } from '../../../src/procedure/kube/problems.ts';

const rollouts = { group: 'argoproj.io', version: 'v1alpha1', kind: 'Rollout', plural: 'rollouts', namespace: 'shop' };
const asked: Asked = { verb: 'patch', kind: rollouts, name: 'api', subresource: 'status' };
const way = { context: 'production', server: 'https://10.0.0.1:6443' };
const status = (reason: string, message: string, details: object = {}): string =>
  JSON.stringify({ kind: 'Status', reason, message, details });

describe('what an API server says no with', () => {
  it.each([
    [401, status('Unauthorized', 'Unauthorized'), 'kube.credentials'],
    [
      403,
      status('Forbidden', 'rollouts.argoproj.io "api" is forbidden: User "a" cannot patch resource "rollouts/status"'),
      'kube.forbidden',
    ],
    [403, status('Forbidden', 'admission webhook "x" denied the request: no'), 'kube.denied'],
    [
      422,
      status('Invalid', "ValidatingAdmissionPolicy 'q' with binding 'q' denied request: quarantined"),
      'kube.denied',
    ],
    [422, status('Invalid', 'Rollout "api" is invalid: spec.replicas'), 'kube.invalid'],
    [404, '404 page not found', 'kube.missing-kind'],
    [404, status('NotFound', 'rollouts "api" not found', { name: 'api', kind: 'rollouts' }), 'kube.not-found'],
    [404, status('NotFound', 'namespaces "shop" not found', { name: 'shop', kind: 'namespaces' }), 'kube.namespace'],
    [409, status('Conflict', 'the object has been modified'), 'kube.conflict'],
    [409, status('AlreadyExists', 'already exists'), 'kube.exists'],
    [410, status('Expired', 'too old resource version'), 'kube.watch-too-old'],
    [429, 'slow down', 'kube.busy'],
    [503, '', 'kube.busy'],
    [400, 'bad', 'kube.refused'],
  ])('%i %s is %s', (code, text, problem) => {
    expect(statusProblem(asked, way, code, text)).toMatchObject({
      code: problem,
      where: expect.stringContaining('Rollout shop/api'),
    });
  });

  it('names the rule that would allow what was forbidden', () => {
    const problem = statusProblem(
      asked,
      way,
      403,
      status('Forbidden', 'x is forbidden: User "a" cannot patch resource "rollouts/status"'),
    );
    expect(problem.remedy).toContain('Role in shop');
    expect(problem.remedy).toContain('{apiGroups: ["argoproj.io"], resources: ["rollouts/status"], verbs: ["patch"]}');
    expect(ruleText({ verb: 'list', kind: { group: '', version: 'v1', kind: 'Pod', plural: 'pods' } })).toBe(
      '{apiGroups: [""], resources: ["pods"], verbs: ["list"]}',
    );
  });

  it('tells a wrong certificate from a server that is not there', () => {
    const error = (message: string, code: string) => Object.assign(new Error(message), { code });
    const of = (one: unknown) => connectionProblem(asked, way, one).code;
    expect(of(error('self-signed certificate in certificate chain', 'SELF_SIGNED_CERT_IN_CHAIN'))).toBe('kube.tls');
    expect(of(error("Hostname/IP does not match certificate's altnames", 'ERR_TLS_CERT_ALTNAME_INVALID'))).toBe(
      'kube.tls',
    );
    expect(of(error('connect ECONNREFUSED 10.0.0.1:6443', 'ECONNREFUSED'))).toBe('kube.unreachable');
    expect(of(error('getaddrinfo ENOTFOUND api', 'ENOTFOUND'))).toBe('kube.unreachable');
  });
});
