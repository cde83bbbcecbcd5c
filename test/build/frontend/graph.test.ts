import { describe, expect, it } from 'vitest';
import { importsIn, loadsOf, resolveAddress } from '../../../src/build/frontend/graph.ts';
import { readPage } from '../../../src/build/frontend/html.ts';

describe('what a page loads', () => {
  it('addresses lead to files as a browser resolves them', () => {
    expect(resolveAddress('index.html', undefined, './assets/a.js')).toBe('assets/a.js');
    expect(resolveAddress('shop/index.html', undefined, '../a%20b.js?v=1#x')).toBe('a b.js');
    expect(resolveAddress('shop/index.html', '/app/', 'a.js')).toBe('app/a.js');
    expect(resolveAddress('index.html', 'https://cdn.example.com/', 'a.js')).toBeUndefined();
    expect(resolveAddress('index.html', undefined, '//cdn.example.com/a.js')).toBeUndefined();
    expect(resolveAddress('index.html', undefined, '../../etc/passwd')).toBe('etc/passwd');
    expect(resolveAddress('index.html', undefined, 'a%zz.js')).toBeUndefined();
  });

  it('static imports count, of any form; what is loaded later does not', () => {
    const text = `import{a as b}from"./one.js";import"./two.js";export*from'../three.js';
import x, { y }
  from "./four.js"; const later=()=>import("./later.js"); import m from "react"; export { z } from "/five.js"`;
    expect(importsIn('assets/main.js', text)).toEqual([
      'assets/one.js',
      'assets/two.js',
      'three.js',
      'assets/four.js',
      'five.js',
    ]);
    expect(
      importsIn('s/a.css', '@import "b.css"; @import url(../c.css) print; @import url("https://x.example/d.css")'),
    ).toEqual(['s/b.css', 'c.css']);
  });

  it('follows imports and Vite’s manifest, in circles too, and only to files that are there', () => {
    const files = new Map([
      ['a.js', 'import "./b.js"; import "./gone.js"'],
      ['b.js', 'import "./a.js"'],
      ['c.js', ''],
      ['c.css', ''],
      ['old.js', ''],
    ]);
    const loads = loadsOf(
      'index.html',
      readPage('<script type=module src=a.js></script><script nomodule src=old.js></script>'),
      {
        has: (path) => files.has(path),
        imports: (path) => importsIn(path, files.get(path) ?? ''),
        vite: {
          'src/a.ts': { file: 'a.js', imports: ['_c'], css: [] },
          _c: { file: 'c.js', css: ['c.css'] },
        },
      },
    );
    expect(loads).toEqual(['a.js', 'b.js', 'c.css', 'c.js']);
  });
});
