import type { Data, Random } from './data.ts';
import { pick } from './data.ts';

/** Writes data as YAML or JSON in one of the many ways people do, and remembers where each value stands. Knows nothing of the product. */

export interface Target {
  /** As `shiplock gitops set` takes it. */
  readonly path: string;
  readonly keys: readonly (string | number)[];
  readonly document: number;
  readonly value: string | number | boolean | null;
  /** Characters of the value in the text. */
  readonly start: number;
  readonly end: number;
  /** Why it cannot be edited exactly, from the list in the documentation. */
  readonly listed?: 'block' | 'anchor' | 'alias' | 'tag' | undefined;
}

/** A mapping that could take one more key. */
export interface Spot {
  readonly path: string;
  readonly keys: readonly (string | number)[];
  readonly document: number;
  readonly listed?: Target['listed'];
}

export interface Rendered {
  readonly format: 'yaml' | 'json';
  readonly text: string;
  readonly documents: readonly Data[];
  readonly targets: readonly Target[];
  readonly spots: readonly Spot[];
}

interface Here {
  readonly path: string;
  readonly keys: readonly (string | number)[];
  readonly document: number;
  readonly listed?: Target['listed'];
}

const PLAIN =
  /^(?!(?:y|n|yes|no|on|off|true|false|null|nan|inf)$)[A-Za-z][A-Za-z0-9._/@-]*(?::(?=[A-Za-z0-9])[A-Za-z0-9._/@-]+)*$/i;

export class Renderer {
  private readonly random: Random;
  private readonly eol: string;
  private readonly step: number;
  private readonly sequenceStep: number;
  private readonly comments: number;
  private readonly flows: number;
  private readonly quotes: readonly ('plain' | 'single' | 'double')[];
  private readonly anchors: number;
  private out = '';
  private readonly targets: Target[] = [];
  private readonly spots: Spot[] = [];
  private names = 0;
  /** What follows a block of text could become a part of it. */
  private behindText = false;

  constructor(random: Random) {
    this.random = random;
    this.eol = random() < 0.15 ? '\r\n' : '\n';
    this.step = pick(random, [2, 2, 2, 4, 3, 1, 8]);
    this.sequenceStep = pick(random, [0, 0, this.step]);
    this.comments = pick(random, [0, 0.05, 0.3]);
    this.flows = pick(random, [0, 0.1, 0.5]);
    this.quotes = pick(random, [
      ['plain'],
      ['plain', 'double'],
      ['single'],
      ['double'],
      ['plain', 'single', 'double'],
    ] as const);
    this.anchors = pick(random, [0, 0, 0.15]);
  }

  yaml(documents: readonly Data[]): Rendered {
    if (this.random() < 0.06) this.out += '\uFEFF';
    if (this.random() < 0.3) this.line('# managed by hand: "careful", [x');
    const models = documents.map((data, document) => this.yamlDocument(data, document, documents.length > 1));
    if (this.random() < 0.15) this.out = this.out.replace(/(?:\r\n|\n)$/, '');
    return { format: 'yaml', text: this.out, documents: models, targets: this.targets, spots: this.spots };
  }

  json(data: Data): Rendered {
    if (this.random() < 0.05) this.out += '\uFEFF';
    const pad = pick(this.random, ['  ', '    ', '\t', 'none', '']);
    this.jsonValue(data, { path: '', keys: [], document: 0 }, pad, '');
    if (this.random() < 0.8) this.out += this.eol;
    return { format: 'json', text: this.out, documents: [data], targets: this.targets, spots: this.spots };
  }

  private line(text: string): void {
    this.out += text + this.eol;
  }

  private yamlDocument(data: Data, document: number, many: boolean): Data {
    if (document === 0 && this.random() < 0.04) this.line('%YAML 1.2');
    const directive = this.out.includes('%YAML') && document === 0;
    if (many || directive || this.random() < 0.3) this.line(this.random() < 0.2 ? '---   # document' : '---');
    const here: Here = { path: '', keys: [], document };
    const model = this.block(data, here, 0, '');
    if (this.random() < 0.06) this.line('...');
    return model;
  }

  /** A value below its key; what was written before is `key:` or `-`. Returns what a reader of YAML 1.2 without merging gets. */
  private block(data: Data, here: Here, indent: number, lead: string): Data {
    if (isList(data)) return this.blockList(data, here, indent, lead);
    if (typeof data === 'object' && data !== null) return this.blockMap(data, here, indent, lead);
    throw new Error('a document is a mapping or a list');
  }

  private blockMap(data: { readonly [key: string]: Data }, here: Here, indent: number, lead: string): Data {
    this.spots.push(here);
    const model: Record<string, Data> = {};
    let first = lead;
    for (const [key, value] of Object.entries(data)) {
      this.decorate(indent, first === lead && lead !== '');
      this.out += `${first === lead && lead !== '' ? '' : ' '.repeat(indent)}${this.key(key)}:`;
      first = '';
      model[key] = this.value(value, child(here, key), indent);
    }
    const inside = here.keys.some((key) => String(key).startsWith('x-'));
    if (!inside && this.random() < 0.02) {
      // Repeated keys elsewhere: readers that take them keep the last one.
      for (const value of ['one', 'two']) this.line(`${' '.repeat(indent)}x-twice: ${value}`);
      model['x-twice'] = 'two';
    }
    if (!inside && here.keys.length < 3 && this.random() < this.anchors) this.shared(model, here, indent);
    return model;
  }

  /** Two keys more: one with an anchor, one that uses it as an alias or as a merge. */
  private shared(model: Record<string, Data>, here: Here, indent: number): void {
    const name = `a${++this.names}`;
    const pad = ' '.repeat(indent);
    const data: Data = { shared: 'one', count: 2 };
    this.out += `${pad}x-base-${name}: &${name}${this.eol}`;
    model[`x-base-${name}`] = this.blockMap(
      data,
      { ...child(here, `x-base-${name}`), listed: 'anchor' },
      indent + this.step,
      '',
    );
    if (this.random() < 0.5) {
      const start = this.out.length + `${pad}x-use-${name}: `.length;
      this.line(`${pad}x-use-${name}: *${name}`);
      model[`x-use-${name}`] = data;
      this.targets.push({
        ...child(here, `x-use-${name}`),
        value: null,
        start,
        end: start + name.length + 1,
        listed: 'alias',
      });
      return;
    }
    this.out += `${pad}x-more-${name}:${this.eol}${' '.repeat(indent + this.step)}<<: *${name}${this.eol}`;
    const own = child(here, `x-more-${name}`);
    const inner = this.blockMap({ mine: 'x1', other: 3 }, own, indent + this.step, '');
    model[`x-more-${name}`] = {
      '<<': data,
      ...(typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? inner : {}),
    };
  }

  private blockList(data: readonly Data[], here: Here, indent: number, lead: string): Data {
    let first = lead;
    return data.map((item, index) => {
      this.decorate(indent, first === lead && lead !== '');
      const gap = this.random() < 0.05 ? '   ' : ' ';
      this.out += `${first === lead && lead !== '' ? '' : ' '.repeat(indent)}-`;
      first = '';
      const next = itemOf(here, data, index, this.random);
      if (typeof item === 'object' && item !== null && !empty(item) && this.random() >= this.flows) {
        this.out += gap;
        return this.block(item, next, indent + 1 + gap.length, gap);
      }
      return this.value(item, next, indent);
    });
  }

  /** What stands behind a colon or a dash, to the end of its line or lines. */
  private value(data: Data, here: Here, indent: number): Data {
    if (typeof data === 'object' && data !== null && !empty(data) && this.random() >= this.flows) {
      this.end();
      return this.block(data, here, indent + (Array.isArray(data) ? this.sequenceStep : this.step), '');
    }
    // In front of a bracket a tab is not taken by every reader.
    const tab = this.out.endsWith(':') && typeof data !== 'object' && this.random() < 0.02;
    const gap = tab ? '\t' : ' '.repeat(this.random() < 0.08 ? 3 : 1);
    if (data === null && this.random() < 0.5) {
      this.targets.push({ ...here, value: null, start: this.out.length, end: this.out.length });
      this.end();
      return null;
    }
    this.out += gap;
    if (typeof data === 'string' && data.includes('\n') && data.endsWith('\n') && this.random() < 0.9) {
      this.blockText(data, here, indent);
      return data;
    }
    if (typeof data === 'string' && this.random() < 0.1 && this.folded(data, here, indent)) return data;
    const model = this.flow(data, here);
    this.end();
    return model;
  }

  private blockText(data: string, here: Here, indent: number): void {
    const start = this.out.length;
    const pad = ' '.repeat(indent + this.step);
    const lines = data.slice(0, -1).split('\n');
    this.line('|');
    for (const one of lines) this.line(one === '' ? '' : pad + one);
    this.behindText = true;
    this.targets.push({ ...here, value: data, start, end: this.out.length, listed: 'block' });
  }

  /** A text in double quotes over two lines, where it has a space to break at. */
  private folded(data: string, here: Here, indent: number): boolean {
    const written = JSON.stringify(data);
    const at = /[^ \\] (?=[^ ])/.exec(written)?.index;
    if (at === undefined) return false;
    const start = this.out.length;
    const blank = this.random() < 0.3 ? '  ' : '';
    this.out += `${written.slice(0, at + 1)}${blank}${this.eol}${' '.repeat(indent + this.step + 1)}${written.slice(at + 2)}`;
    this.targets.push({ ...here, value: data, start, end: this.out.length });
    this.end();
    return true;
  }

  private flow(data: Data, here: Here): Data {
    if (typeof data !== 'object' || data === null) {
      this.scalar(data, here);
      return data;
    }
    const space = pick(this.random, ['', ' ']);
    if (Array.isArray(data)) {
      this.out += `[${data.length === 0 ? '' : space}`;
      const model = data.map((item, index) => {
        if (index > 0) this.out += pick(this.random, [', ', ',']);
        return this.flow(item, itemOf(here, data, index, this.random));
      });
      this.out += `${data.length === 0 ? '' : space}]`;
      return model;
    }
    this.spots.push(here);
    const model: Record<string, Data> = {};
    const entries = Object.entries(data);
    this.out += `{${entries.length === 0 ? '' : space}`;
    for (const [index, [key, value]] of entries.entries()) {
      if (index > 0) this.out += ', ';
      this.out += `${this.key(key)}: `;
      model[key] = this.flow(value, child(here, key));
    }
    this.out += `${entries.length === 0 ? '' : space}}`;
    return model;
  }

  private scalar(data: string | number | boolean | null, here: Here): void {
    const tagged = this.random() < 0.005;
    if (tagged) this.out += typeof data === 'string' ? '!!str ' : '';
    const start = this.out.length;
    this.out += typeof data === 'string' ? this.text(data) : String(data);
    const listed = tagged && typeof data === 'string' ? ({ listed: 'tag' } as const) : {};
    this.targets.push({ ...here, ...listed, value: data, start, end: this.out.length });
  }

  private text(data: string): string {
    const style = pick(this.random, this.quotes);
    if (style === 'plain' && PLAIN.test(data)) return data;
    if (style === 'single' && !/[\n\t]/.test(data)) return `'${data.replaceAll("'", "''")}'`;
    return JSON.stringify(data);
  }

  private key(key: string): string {
    if (PLAIN.test(key) && !key.includes(':') && this.random() > 0.03) return key;
    return this.random() < 0.5 ? `'${key}'` : `"${key}"`;
  }

  /** Blank lines and comments in front of a line. */
  private decorate(indent: number, onTheSameLine: boolean): void {
    const quiet = onTheSameLine || this.behindText || this.random() >= this.comments;
    this.behindText = false;
    if (quiet) return;
    if (this.random() < 0.4) this.out += this.random() < 0.3 ? `   ${this.eol}` : this.eol;
    else
      this.line(
        `${' '.repeat(this.random() < 0.8 ? indent : indent + 1)}# ${pick(this.random, ['why: because', 'TAG=1.0', 'it\'s "quoted" [and {odd', '---'])}`,
      );
  }

  /** The end of a line, perhaps behind spaces and a comment. */
  private end(): void {
    const comment = pick(this.random, [
      '  # keep',
      ' #',
      '\t# tab',
      '   # {"$imagepolicy": "flux-system:app"}',
      ' # é ✓ 😀',
    ]);
    if (this.random() < this.comments) this.out += comment;
    else if (this.random() < 0.02) this.out += '  ';
    this.out += this.eol;
  }

  private jsonValue(data: Data, here: Here, pad: string, indent: string): void {
    const deeper = pad === 'none' ? '' : indent + pad;
    const line = (text: string): string => (pad === 'none' ? '' : this.eol + text);
    if (typeof data !== 'object' || data === null) {
      const start = this.out.length;
      this.out += JSON.stringify(data);
      this.targets.push({ ...here, value: data, start, end: this.out.length });
      return;
    }
    const list = Array.isArray(data);
    const entries: readonly (readonly [string | number, Data])[] = list
      ? data.map((item: Data, index) => [index, item] as const)
      : Object.entries(data);
    if (!list) this.spots.push(here);
    this.out += list ? '[' : '{';
    for (const [index, [key, value]] of entries.entries()) {
      this.out += `${index > 0 ? ',' : ''}${line(deeper)}`;
      if (!list) this.out += `${JSON.stringify(key)}:${pad === 'none' ? '' : ' '}`;
      const next = typeof key === 'number' && list ? itemOf(here, data, key, this.random) : child(here, String(key));
      this.jsonValue(value, next, pad, deeper);
    }
    this.out += `${entries.length > 0 ? line(indent) : ''}${list ? ']' : '}'}`;
  }
}

function isList(data: Data): data is readonly Data[] {
  return Array.isArray(data);
}

function empty(data: Data): boolean {
  return typeof data === 'object' && data !== null && Object.keys(data).length === 0;
}

function child(here: Here, key: string): Here {
  const word = /^[A-Za-z][\w/-]*$/.test(key) ? `${here.path === '' ? '' : '.'}${key}` : `[${JSON.stringify(key)}]`;
  return { ...here, path: here.path + word, keys: [...here.keys, key] };
}

/** By its name where it has one of its own, or by its position, in one of three spellings. */
function itemOf(here: Here, items: readonly Data[], index: number, random: Random): Here {
  const name = nameOf(items[index]);
  const alone = name !== undefined && items.filter((item) => nameOf(item) === name).length === 1;
  const position = here.path !== '' && random() < 0.2 ? `.${index}` : `[${index}]`;
  const word =
    alone && random() < 0.7
      ? `[name=${/^[\w-]+$/.test(name) && random() < 0.5 ? name : JSON.stringify(name)}]`
      : position;
  return { ...here, path: here.path + word, keys: [...here.keys, index] };
}

function nameOf(item: Data | undefined): string | undefined {
  const name =
    typeof item === 'object' && item !== null && !Array.isArray(item) && 'name' in item ? item['name'] : undefined;
  return typeof name === 'string' ? name : undefined;
}
