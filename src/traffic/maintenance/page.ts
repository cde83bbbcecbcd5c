import type { Maintenance } from './mark.ts';

/**
 * The page that users see, on one line and without any character that a configuration of HAProxy or Nginx reads in another way (quotes,
 * backslash, dollar): what comes from people is written as entities. Pure.
 */
export function maintenancePage(service: string, { message, until }: Maintenance): string {
  const said = message === null ? '' : `<p>${entities(message)}</p>`;
  const when = until === null ? '' : `<p>It should be back by ${entities(wallText(until))}.</p>`;
  return [
    '<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content=width=device-width>',
    `<title>${entities(service)}: maintenance</title>`,
    '<style>body{font:18px/1.5 sans-serif;max-width:34em;margin:15vh auto;padding:0 1em}</style>',
    `<h1>${entities(service)} is being maintained</h1>${said}${when}<p>Please try again later.</p>`,
  ].join('');
}

/** `2026-11-23T03:00:00Z` → `2026-11-23 03:00 UTC`. Pure. */
function wallText(until: string): string {
  const time = new Date(until);
  return Number.isNaN(time.getTime()) ? until : `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function entities(text: string): string {
  return text.replace(/[^A-Za-z0-9 .,:()/-]/gu, (character) => `&#${character.codePointAt(0) ?? 63};`);
}
