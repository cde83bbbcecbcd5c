import { createHash } from 'node:crypto';
import type { PageFault, WebPage } from '../../model/web-files.ts';
import type { CspConfig } from './config.ts';
import type { PageParts, Resource } from './html.ts';

/** The content security policy of a page (W3C CSP Level 3), made from what the page holds. Pure. */

type Policy = NonNullable<WebPage['policy']>;

/** Nothing but what comes from the page's own origin; small images may stand in styles as `data:`, as bundlers write them. */
const OWN: Readonly<Record<string, readonly string[]>> = {
  'default-src': ["'none'"],
  'script-src': ["'self'"],
  'style-src': ["'self'"],
  'img-src': ["'self'", 'data:'],
  'font-src': ["'self'"],
  'connect-src': ["'self'"],
  'manifest-src': ["'self'"],
  'media-src': ["'self'"],
  'worker-src': ["'self'"],
  'form-action': ["'self'"],
  'frame-ancestors': ["'none'"],
};

export function policyOf(parts: PageParts, csp: CspConfig): Policy {
  const hashes: Readonly<Record<string, readonly string[]>> = {
    'script-src': parts.scripts.map(sourceHash),
    'style-src': parts.styles.map(sourceHash),
  };
  const more: Readonly<Record<string, readonly string[] | undefined>> = csp.sources;
  const names = [...new Set([...Object.keys(OWN), ...Object.keys(more)])];
  const directives = names.map((name) => {
    const own = OWN[name] ?? [];
    const extra = [...(hashes[name] ?? []), ...(more[name] ?? [])];
    // 'none' counts only where it stands alone.
    const all = extra.length === 0 ? own : [...own, ...extra].filter((source) => source !== "'none'");
    return `${name} ${[...new Set(all.length === 0 ? ["'none'"] : all)].join(' ')}`;
  });
  // A page without <base> never needs one: whoever puts one in redirects every relative script.
  directives.push(`base-uri ${parts.base === undefined ? "'none'" : "'self'"}`);
  if (csp.report !== undefined) directives.push(`report-uri ${csp.report}`);
  return {
    header: csp.mode === 'enforce' ? 'content-security-policy' : 'content-security-policy-report-only',
    value: directives.join('; '),
  };
}

/** Scripts and styles of other origins that the policy does not allow. Pure. */
export function foreignFaults(resources: readonly Resource[], csp: CspConfig): readonly PageFault[] {
  return resources.flatMap((resource) => {
    const { kind, url, line, column } = resource;
    if (kind === 'preload' || !isForeign(url)) return [];
    const allowed = csp.sources[kind === 'script' ? 'script-src' : 'style-src'] ?? [];
    return allowed.some((source) => allows(source, url)) ? [] : [{ kind: 'foreign' as const, what: url, line, column }];
  });
}

export function isForeign(url: string): boolean {
  return /^(?:[a-z][a-z0-9+.-]*:|\/\/)/i.test(url.trim());
}

/** Does a source of a policy match an address? Scheme, host with `*.`, port and path as CSP 3, 6.7.2.6 has them. */
function allows(source: string, url: string): boolean {
  const address = URL.parse(url.startsWith('//') ? `https:${url}` : url);
  if (address === null) return false;
  if (/^[a-z]+:$/.test(source)) return address.protocol === source;
  const [, scheme, host = '', port, path = ''] = /^(?:([a-z]+):\/\/)?([^/:]+)(?::(\d+|\*))?(\/.*)?$/.exec(source) ?? [];
  const hostFits = host.startsWith('*.') ? address.hostname.endsWith(host.slice(1)) : address.hostname === host;
  const schemeFits = scheme === undefined ? /^https?:$/.test(address.protocol) : address.protocol === `${scheme}:`;
  const portFits = port === '*' || address.port === (port ?? '');
  const pathFits = path === '' || (path.endsWith('/') ? address.pathname.startsWith(path) : address.pathname === path);
  return hostFits && schemeFits && portFits && pathFits;
}

function sourceHash(text: string): string {
  return `'sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}'`;
}
