import { clean } from '../../model/text.ts';

/** Text as HTML: between tags and in attribute values with double quotes. Pure. */
export function html(text: string): string {
  return clean(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
