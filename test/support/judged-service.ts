/** shiplock.yaml of a service whose counts Prometheus has; as little as a judge needs. */
export function judgedService(
  prometheus: string,
  more: { readonly staleAfter?: string; readonly past?: string; readonly timeout?: string } = {},
): string {
  return `apiVersion: shiplock/v1
service: cart
components:
  api:
    kind: go
    source: .
    package: ./cmd/cart
    binary: cart
    command: [./cart]
    ready: /readyz
    live: /healthz
environments:
  production:
    platform: { kind: local, root: run }
    traffic: { kind: haproxy, directory: run/haproxy, bind: 127.0.0.1:8080, longestTimeout: 5s }
    metrics:
      every: 1s
      prometheus:
        url: ${prometheus}
        staleAfter: ${more.staleAfter ?? '5s'}
        timeout: ${more.timeout ?? '5s'}
        versionLabel: hash
        queries:
          - metric: errors
            requests: http_requests_total
            bad: http_bad_total
    rollout:
      strategy: canary
      steps:
        - { share: 10%, bake: 20s }
        - { share: 50%, bake: 20s }
      analysis: { past: ${more.past ?? '2m'} }
      limits: { errors: 5% }
`;
}
