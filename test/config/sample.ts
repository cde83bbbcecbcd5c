import { environmentNames, loadConfig, type ResolvedEnvironment, resolveEnvironment } from '../../src/config/index.ts';
import { unwrap } from '../../src/model/problem.ts';

/** The smallest configuration there is; tests change it by replacing text. */
export const MINIMAL = `apiVersion: shiplock/v1
service: shop
components:
  api:
    kind: go
    source: api
    binary: shop
    command: [./shop]
    ready: /readyz
environments:
  production:
    platform:
      kind: local
      root: .shiplock/host
    traffic:
      kind: haproxy
      directory: .shiplock/haproxy
      bind: 127.0.0.1:8080
    rollout:
      steps:
        - share: 10%
          bake: 5m
`;

export function resolved(text: string, name = 'production', baseDir = '/srv/shop'): ResolvedEnvironment {
  return unwrap(resolveEnvironment(unwrap(loadConfig(text, { file: 'shiplock.yaml' })), name, { baseDir }));
}

export function codes(text: string): readonly string[] {
  const result = loadConfig(text, { file: 'shiplock.yaml' });
  return result.ok ? [] : result.problems.map(({ code }) => code);
}

export function names(text: string): readonly string[] {
  return environmentNames(unwrap(loadConfig(text, { file: 'shiplock.yaml' })));
}
