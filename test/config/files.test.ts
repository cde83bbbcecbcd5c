import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/index.ts';
import { codes, MINIMAL, resolved } from './sample.ts';

/** `traffic.files` and `traffic.private`. */

const SITE = '  site: { kind: static, source: site }\n';
const both = (files: string): string =>
  MINIMAL.replace('environments:', `${SITE}environments:`).replace(
    '      bind: 127.0.0.1:8080\n',
    `      bind: 127.0.0.1:8080\n      files: ${files}\n`,
  );
const remedies = (text: string): readonly string[] => {
  const result = loadConfig(text, { file: 'f' });
  return result.ok ? [] : result.problems.map(({ remedy }) => remedy);
};

describe('files behind the proxy', () => {
  it('are nowhere unless they are configured; what is private is private anyway', () => {
    expect(resolved(MINIMAL).traffic).toMatchObject({ files: null, privatePaths: ['/metrics'] });
  });

  it('take what is not the service’s, by a server on the last port of the range', () => {
    expect(resolved(both('{ component: site }')).traffic).toMatchObject({
      component: 'api',
      files: { component: 'site', servicePaths: ['/api'], port: 20_999, singlePage: false },
    });
    const chosen = both('{ component: site, service: [/v1, /v2], port: 8081, singlePage: true }');
    expect(resolved(chosen).traffic).toHaveProperty('files', {
      component: 'site',
      servicePaths: ['/v1', '/v2'],
      port: 8081,
      singlePage: true,
    });
  });

  it('may be all there is', () => {
    const only = both('{ component: site }').replace(/ {2}api:\n(?: {4}.*\n)+/, '');
    expect(resolved(only).traffic).toMatchObject({ component: 'site', files: { component: 'site' } });
    expect(codes(only.replace(/ +files: .*\n/, ''))).toEqual(['config.nothing-serves']);
  });

  it.each([
    ['{ component: api }', 'write `component: site`'],
    ['{ component: sit }', 'write `component: site`'],
  ])('are of a component that is only files: %s', (files, remedy) => {
    expect(codes(both(files))).toEqual(['config.unknown-component']);
    expect(remedies(both(files))).toEqual([remedy]);
  });

  it('have places to install packages from', () => {
    const script = '  client: { kind: script, source: client, name: ck, main: ck }\n';
    const at = (downloads: string): string =>
      both(`{ component: site, downloads: ${downloads} }`).replace('environments:', `${script}environments:`);
    expect(resolved(at('{ /client: client }')).traffic).toMatchObject({
      files: { downloads: { '/client': 'client' } },
    });
    expect(codes(at('{ /client: site }'))).toEqual(['config.unknown-component']);
    expect(remedies(at('{ /client: clint }'))).toEqual(['write `/client: client`']);
    expect(codes(at('{ /api/client: client }'))).toEqual(['config.download-path']);
    expect(codes(both('{ component: site, downloads: { /client: ck } }'))).toEqual(['config.unknown-component']);
    for (const path of ['client', '/', '/a=b', '/../x', '/.x'])
      expect(codes(at(`{ "${path}": client }`)), path).toHaveLength(1);
  });

  it.each([
    '{ component: site, service: [api] }',
    '{ component: site, service: ["/a b"] }',
    '{ component: site, service: ["/api?x=1"] }',
    '{ component: site, port: 0 }',
    '{ component: site, port: 65536 }',
    '{ component: site, pages: true }',
    '{}',
  ])('are refused as %s', (files) => {
    expect(codes(both(files))).toHaveLength(1);
  });
});
