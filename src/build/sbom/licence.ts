/** Licences as packages name them, for documents that allow only names of the SPDX licence list. */

/** Those that nearly all packages have. What is not among them is told as the package says it, and claimed to be nothing. */
const KNOWN = new Set(
  `0BSD AFL-2.1 AFL-3.0 AGPL-3.0-only AGPL-3.0-or-later Apache-2.0 Artistic-2.0 BlueOak-1.0.0 BSD-2-Clause BSD-3-Clause BSD-3-Clause-Clear BSL-1.0
  CC-BY-3.0 CC-BY-4.0 CC-BY-SA-4.0 CC0-1.0 CDDL-1.0 CDDL-1.1 EPL-1.0 EPL-2.0 EUPL-1.2 GPL-2.0-only GPL-2.0-or-later GPL-3.0-only GPL-3.0-or-later HPND
  ICU ISC LGPL-2.1-only LGPL-2.1-or-later LGPL-3.0-only LGPL-3.0-or-later MIT MIT-0 MPL-1.1 MPL-2.0 MS-PL NCSA NTP OFL-1.1 OpenSSL OSL-3.0 PostgreSQL
  Python-2.0 Ruby Unicode-3.0 Unicode-DFS-2016 Unlicense UPL-1.0 Vim W3C W3C-20150513 WTFPL X11 Zlib zlib-acknowledgement ZPL-2.1`.split(
    /\s+/,
  ),
);
const EXCEPTIONS = new Set(['Classpath-exception-2.0', 'GCC-exception-3.1', 'LLVM-exception']);

/** An expression of known licences (SPDX specification 2.3, annex D: AND, OR, WITH, brackets); null for anything else. Pure. */
export function licenceExpression(text: string): string | null {
  const words = text
    .replaceAll(/([()])/g, ' $1 ')
    .split(/\s+/)
    .filter((word) => word !== '');
  let depth = 0;
  let wants: 'licence' | 'operator' | 'exception' = 'licence';
  for (const word of words) {
    if (wants === 'licence') {
      if (word === '(') depth += 1;
      else if (KNOWN.has(word.replace(/\+$/, ''))) wants = 'operator';
      else return null;
    } else if (wants === 'exception') {
      if (!EXCEPTIONS.has(word)) return null;
      wants = 'operator';
    } else if (word === ')') {
      depth -= 1;
      if (depth < 0) return null;
    } else if (word === 'AND' || word === 'OR') wants = 'licence';
    else if (word === 'WITH') wants = 'exception';
    else return null;
  }
  return wants === 'operator' && depth === 0 ? words.join(' ').replaceAll('( ', '(').replaceAll(' )', ')') : null;
}
