import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPage, withIntegrity } from '../../../src/build/frontend/html.ts';

/** `integrity` for every tag that can carry it; the value says which address it is of. */
function sealed(html: string): string {
  const { resources } = readPage(html);
  return withIntegrity(html, new Map(resources.filter(({ checked }) => checked).map((one) => [one, one.url])));
}

describe('readPage', () => {
  it('finds what is loaded, as browsers read it', () => {
    const { resources, base } = readPage(
      `<!doctype html><base href="/app/"><LINK REL='Stylesheet' HREF=a.css><link rel=modulepreload href=b.js>
<link rel="preload" as="font" href="f.woff2"><link rel=icon href=i.svg><link rel="alternate stylesheet" href=alt.css>
<!-- <script src=comment.js></script> --><script src="c.js" nomodule></script><script type=module src=d.js></script>
<noscript><link rel=stylesheet href=no.css></noscript><script type="application/json" src=data.json></script>
<template><script src=t.js></script></template>`,
    );
    expect(base).toBe('/app/');
    expect(resources.map(({ kind, url, checked, old }) => [kind, url, checked, old])).toEqual([
      ['style', 'a.css', true, false],
      ['script', 'b.js', true, false],
      ['preload', 'f.woff2', false, false],
      ['script', 'c.js', true, true],
      ['script', 'd.js', true, false],
      ['script', 't.js', true, false],
    ]);
  });

  it('tells scripts from data, and takes the text as the browser hashes it', () => {
    const { scripts, styles } = readPage(
      '<script>a\r\n&amp;</script><script type="application/ld+json">{}</script><script type=importmap>{"imports":{}}</script><style>p > a {}</style><script type="text/x-template">x</script>',
    );
    expect(scripts).toEqual(['a\n&amp;', '{"imports":{}}']);
    expect(styles).toEqual(['p > a {}']);
  });

  it('says where code stands in attributes', () => {
    const { faults } = readPage(
      '<p>\n  <button onclick="go()" style="color: red">x</button>\n<a href=" java\tscript:alert(1)">y</a><a href="/javascript:">z</a><svg><a xlink:href="javascript:1"/></svg>',
    );
    expect(faults.map(({ kind, what, line, column }) => [kind, what, line, column])).toEqual([
      ['inline-handler', 'onclick of <button>', 2, 11],
      ['inline-style', 'style of <button>', 2, 26],
      ['script-url', 'href of <a>', 3, 4],
      ['script-url', 'xlink:href of <a>', 3, expect.any(Number)],
    ]);
  });
});

describe('withIntegrity', () => {
  it('changes these tags and nothing else', () => {
    const page =
      '\uFEFF<!DOCTYPE html>\r\n<html>\r\n<!-- ü <script src=x> -->\r\n<SCRIPT\r\n  defer src=\'a.js\'></SCRIPT>\r\n<link href="b.css" rel="stylesheet"/>\r\n<img src=c.png>𝒳<script src=d.js/></script>';
    expect(sealed(page)).toBe(
      page
        .replace('<SCRIPT', '<SCRIPT integrity="a.js"')
        .replace('<link', '<link integrity="b.css"')
        .replace('<script src=d.js/>', '<script integrity="d.js/" src=d.js/>'),
    );
  });

  it('whatever the page is, taking the attributes out again gives it back, and they stand in the tags', () => {
    const piece = fc.constantFrom(
      ...['<script src=a.js>', '</script>', '<link rel=stylesheet href="b.css">', '<p title="<script src=q>">', '<!--'],
      ...['-->', '\r\n', '\n', '\t', '<table>', '<td>', '</table>', '<svg>', '</svg>', '<title>', '</title>', 'ü𝒳'],
      ...['<textarea>', '</textarea>', '<template>', '</template>', '<LINK HREF=c.css REL=stylesheet />', '<', '&lt;'],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const page = pieces.join('');
        const edited = sealed(page);
        expect(edited.replaceAll(/ integrity="[^"]*"/g, '')).toBe(page);
        const again = readPage(edited).resources.filter(({ checked }) => checked);
        expect(again.map(({ integrity }) => integrity)).toEqual(again.map(({ url }) => url));
      }),
      { numRuns: 500 },
    );
  });
});
