import type { Tone } from '../types.ts';
import { shown } from '../words.ts';
import { html } from './escape.ts';
import { STYLE, STYLE_HASH } from './style.ts';

/**
 * A page that needs nothing else: no script, no request, not even an inline style. Its own policy forbids the browser everything but the sheet
 * that it carries, so a text that came from outside could do nothing even if it got through. Pure.
 * @param footer and the parts are HTML
 */
export function framed(title: string, tone: Tone, parts: readonly string[], footer: string): string {
  const lines = [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '${STYLE_HASH}'">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="referrer" content="no-referrer">',
    `<title>${html(shown(title, 'title'))}</title>`,
    `<style>${STYLE}</style>`,
    '</head>',
    `<body class="tone-${tone}">`,
    '<div class="band"></div>',
    ...parts,
    `<footer><p>${footer}</p></footer>`,
    '</body>',
    '</html>',
  ];
  return `${lines.join('\n')}\n`;
}
