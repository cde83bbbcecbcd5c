import { describe, expect, it } from 'vitest';
import { frontendKeys } from '../../../src/build/frontend/config.ts';
import { readPage } from '../../../src/build/frontend/html.ts';
import { foreignFaults, policyOf } from '../../../src/build/frontend/policy.ts';

const csp = frontendKeys.csp.unwrap();

describe('the policy of a page', () => {
  it('allows the own origin, what stands in the page by its hash, and what is configured', () => {
    const page = readPage('<script>alert(1)</script><style>p{}</style>');
    const { header, value } = policyOf(
      page,
      csp.parse({
        report: '/api/csp',
        sources: { 'connect-src': ['https://api.example.com'], 'frame-ancestors': ["'self'"] },
      }),
    );
    expect(header).toBe('content-security-policy');
    const directives = Object.fromEntries(
      value.split('; ').map((one) => [one.split(' ')[0], one.split(' ').slice(1).join(' ')]),
    );
    expect(directives).toEqual({
      'default-src': "'none'",
      // echo -n 'alert(1)' | openssl dgst -sha256 -binary | base64
      'script-src': "'self' 'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='",
      'style-src': expect.stringMatching(/^'self' 'sha256-[A-Za-z0-9+/]{43}='$/),
      'img-src': "'self' data:",
      'font-src': "'self'",
      'connect-src': "'self' https://api.example.com",
      'manifest-src': "'self'",
      'media-src': "'self'",
      'worker-src': "'self'",
      'form-action': "'self'",
      'frame-ancestors': "'self'",
      'base-uri': "'none'",
      'report-uri': '/api/csp',
    });
    expect(policyOf(readPage('<base href="/x/">'), csp.parse({ mode: 'report' }))).toEqual({
      header: 'content-security-policy-report-only',
      value: expect.stringContaining("base-uri 'self'"),
    });
  });

  it('nobody can configure what makes it worthless', () => {
    for (const source of [
      "'unsafe-inline'",
      "'unsafe-eval'",
      '*',
      "'strict-dynamic'",
      'https://a.example; script-src *',
      'x y',
      '',
    ]) {
      expect(csp.safeParse({ sources: { 'script-src': [source] } }).success, source).toBe(false);
    }
    for (const source of [
      "'self'",
      'https:',
      'data:',
      '*.example.com',
      'wss://x.example.com:8443',
      'https://x.example/a/',
      'localhost:*',
    ]) {
      expect(csp.safeParse({ sources: { 'script-src': [source] } }).success, source).toBe(true);
    }
    expect(csp.safeParse({ sources: { scriptsrc: ["'self'"] } }).success).toBe(false);
  });

  it('code of another origin is told, unless its source is allowed', () => {
    const { resources } = readPage(
      '<script src="https://cdn.example.com/lib/a.js"></script>\n<script src="//cdn.example.com/b.js"></script><link rel=stylesheet href="https://fonts.example.org/c.css"><script src="/own.js"></script><img src="https://x.example/p.png">',
    );
    const told = (...sources: readonly string[]) =>
      foreignFaults(resources, csp.parse(sources.length === 0 ? {} : { sources: { 'script-src': sources } })).map(
        ({ what }) => what,
      );
    const [a, b, c] = ['https://cdn.example.com/lib/a.js', '//cdn.example.com/b.js', 'https://fonts.example.org/c.css'];
    expect(told()).toEqual([a, b, c]);
    expect(told('https://cdn.example.com')).toEqual([c]);
    expect(told('*.example.com')).toEqual([c]);
    expect(told('https://cdn.example.com/lib/')).toEqual([b, c]);
    expect(told('http://cdn.example.com')).toEqual([a, b, c]);
    expect(told('https://cdn.example.com:8443')).toEqual([a, b, c]);
    expect(told('example.com')).toEqual([a, b, c]);
    expect(told('https:')).toEqual([c]);
  });
});
