import { type DefaultTreeAdapterTypes, parse } from 'parse5';
import type { PageFault } from '../../model/web-files.ts';

/** What a page holds that matters for caching and security, read as browsers read it (WHATWG HTML, by parse5). Pure. */

type Element = DefaultTreeAdapterTypes.Element;
type Node = DefaultTreeAdapterTypes.Node;

export type ResourceKind = 'script' | 'style' | 'preload';

/** A tag that loads a file. */
export interface Resource {
  readonly kind: ResourceKind;
  /** As written in `src` or `href`. */
  readonly url: string;
  /** As written; undefined: none. */
  readonly integrity: string | undefined;
  /** Can the tag carry `integrity`? Of preloads only those of scripts and styles. */
  readonly checked: boolean;
  /** Not loaded by browsers that know modules. */
  readonly old: boolean;
  /** Where an attribute can be put in: the offset behind the name of the tag, UTF-16 units. */
  readonly insertAt: number;
  readonly line: number;
  readonly column: number;
}

export interface PageParts {
  readonly resources: readonly Resource[];
  /** Content of scripts that stand in the page and are run or configure what runs, as the browser hashes it. */
  readonly scripts: readonly string[];
  /** Content of `<style>`. */
  readonly styles: readonly string[];
  /** `href` of `<base>`; undefined: none. */
  readonly base: string | undefined;
  /** What no hash in a policy can allow. */
  readonly faults: readonly PageFault[];
}

/** Types of `<script>` that a policy has a say in; any other is data (HTML 4.12.1, "prepare the script element"). */
const RUN =
  /^(?:|module|importmap|speculationrules|(?:text|application)\/(?:x-)?(?:javascript|ecmascript)|text\/(?:javascript1\.[0-5]|jscript|livescript))$/i;

/** Attributes whose value is an address that a browser goes to. */
const ADDRESSES = new Set(['href', 'src', 'action', 'formaction', 'xlink:href']);

export function readPage(html: string): PageParts {
  const document = parse(html, { sourceCodeLocationInfo: true });
  const resources: Resource[] = [];
  const scripts: string[] = [];
  const styles: string[] = [];
  const faults: PageFault[] = [];
  let base: string | undefined;
  visit(document, (element) => {
    faults.push(...faultsOf(element));
    const { tagName } = element;
    if (tagName === 'base') base ??= attribute(element, 'href');
    const resource = resourceOf(element);
    if (resource !== undefined) resources.push(resource);
    else if (tagName === 'script' && attribute(element, 'src') === undefined) {
      if (RUN.test((attribute(element, 'type') ?? '').trim())) scripts.push(textOf(element));
    } else if (tagName === 'style') styles.push(textOf(element));
  });
  return { resources, scripts, styles, base, faults };
}

/**
 * The page with `integrity` in these tags; every other character stays as it is. Pure.
 * @param values by resource of this very text
 */
export function withIntegrity(html: string, values: ReadonlyMap<Resource, string>): string {
  const places = [...values].toSorted(([a], [b]) => a.insertAt - b.insertAt);
  let edited = '';
  let from = 0;
  for (const [{ insertAt }, value] of places) {
    const upTo = html.slice(from, insertAt);
    if (!/<(?:script|link)$/i.test(upTo)) throw new TypeError(`no tag ends at offset ${insertAt} of the page`);
    edited += `${upTo} integrity="${value}"`;
    from = insertAt;
  }
  return edited + html.slice(from);
}

function visit(node: Node, see: (element: Element) => void): void {
  if ('tagName' in node) see(node);
  // What stands in <noscript> is text to a parser that knows scripts; what stands in a <template> is not there until a script copies it.
  if ('childNodes' in node) for (const child of node.childNodes) visit(child, see);
  if ('content' in node) visit(node.content, see);
}

function resourceOf(element: Element): Resource | undefined {
  const { tagName, sourceCodeLocation } = element;
  const start = sourceCodeLocation?.startTag ?? sourceCodeLocation;
  // Elements that the parser adds by itself stand nowhere in the text.
  if (start === undefined || start === null) return undefined;
  const place = {
    integrity: attribute(element, 'integrity'),
    insertAt: start.startOffset + 1 + tagName.length,
    line: start.startLine,
    column: start.startCol,
  };
  if (tagName === 'script') {
    const url = attribute(element, 'src');
    if (url === undefined || !RUN.test((attribute(element, 'type') ?? '').trim())) return undefined;
    return { ...place, kind: 'script', url, checked: true, old: attribute(element, 'nomodule') !== undefined };
  }
  const url = attribute(element, 'href');
  if (tagName !== 'link' || url === undefined) return undefined;
  const words = (attribute(element, 'rel') ?? '').toLowerCase().split(/\s+/);
  const purpose = (attribute(element, 'as') ?? '').toLowerCase();
  if (words.includes('stylesheet') && !words.includes('alternate'))
    return { ...place, kind: 'style', url, checked: true, old: false };
  if (words.includes('modulepreload')) return { ...place, kind: 'script', url, checked: true, old: false };
  if (!words.includes('preload')) return undefined;
  const kind = purpose === 'script' || purpose === 'style' ? purpose : 'preload';
  return { ...place, kind, url, checked: kind !== 'preload', old: false };
}

function faultsOf(element: Element): readonly PageFault[] {
  return element.attrs.flatMap(({ name, value, prefix }) => {
    const full = prefix === undefined || prefix === '' ? name : `${prefix}:${name}`;
    const kind = faultOf(full, value);
    if (kind === undefined) return [];
    const at = element.sourceCodeLocation?.attrs?.[full] ?? element.sourceCodeLocation;
    return [{ kind, what: `${full} of <${element.tagName}>`, line: at?.startLine ?? 0, column: at?.startCol ?? 0 }];
  });
}

function faultOf(name: string, value: string): PageFault['kind'] | undefined {
  if (/^on[a-z]+$/.test(name)) return 'inline-handler';
  if (name === 'style') return 'inline-style';
  // Browsers take blanks and control characters out before they look at the scheme (WHATWG URL 4.4).
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
  const plain = value.replace(/[\u0000-\u0020]/g, '').toLowerCase();
  return ADDRESSES.has(name) && plain.startsWith('javascript:') ? 'script-url' : undefined;
}

function attribute(element: Element, name: string): string | undefined {
  return element.attrs.find((one) => one.name === name)?.value;
}

function textOf(element: Element): string {
  return element.childNodes
    .map((child) => (child.nodeName === '#text' && 'value' in child ? child.value : ''))
    .join('');
}
