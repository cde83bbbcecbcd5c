import type { RawFinding } from '../types.ts';
import { type Command, commandsIn } from './snippets.ts';

/** Images that a container file builds on, and what it fetches. https://docs.docker.com/reference/dockerfile/ */

export interface ContainerFile {
  readonly findings: readonly RawFinding[];
  /** Its RUN instructions. */
  readonly commands: readonly Command[];
}

const DIGEST = /@sha256:[0-9a-f]{64}$/;

/** A text as a container file. Pure. */
export function readContainerFile(file: string, text: string): ContainerFile {
  const findings: RawFinding[] = [];
  const commands: Command[] = [];
  const stages = new Set<string>(['scratch']);
  const defaults = new Map<string, string>();
  let begun = false;
  for (const { line, text: whole } of commandsIn(file, text, 1)) {
    const [, verb = '', rest = ''] = /^\s*([A-Za-z]+)\s+(.*)$/s.exec(whole) ?? [];
    const instruction = verb.toUpperCase();
    const { flags, words } = split(rest);
    if (instruction === 'ARG' && !begun) {
      const [, name, value] = /^(\w+)=["']?([^"'\s]*)/.exec(rest) ?? [];
      if (name !== undefined && value !== undefined) defaults.set(name, value);
    }
    if (instruction === 'FROM') {
      begun = true;
      const image = filled(words[0] ?? '', defaults);
      if (image !== null && !stages.has(image.toLowerCase())) findings.push(...unpinned(file, line, image));
      if (words[1]?.toLowerCase() === 'as' && words[2] !== undefined) stages.add(words[2].toLowerCase());
    }
    if (instruction === 'COPY') {
      const from = flags.find((flag) => flag.startsWith('--from='))?.slice('--from='.length);
      const image = from === undefined ? null : filled(from, defaults);
      if (image !== null && !/^\d+$/.test(image) && !stages.has(image.toLowerCase()))
        findings.push(...unpinned(file, line, image));
    }
    if (instruction === 'ADD') {
      const [source = ''] = words;
      if (/^https?:\/\//.test(source) && !flags.some((flag) => flag.startsWith('--checksum=')))
        findings.push(added(file, line, source.startsWith('http:')));
    }
    if (instruction === 'RUN') commands.push({ file, line, text: words.join(' ') });
  }
  return { findings, commands };
}

function split(rest: string): { readonly flags: readonly string[]; readonly words: readonly string[] } {
  const all = rest.trim().split(/\s+/);
  const first = all.findIndex((word) => !word.startsWith('--'));
  const at = first < 0 ? all.length : first;
  return { flags: all.slice(0, at), words: all.slice(at) };
}

/** With the defaults of its arguments; null: it is known only when it is built. */
function filled(image: string, defaults: ReadonlyMap<string, string>): string | null {
  const text = image.replaceAll(/\$(?:\{(\w+)(?::?[-+][^}]*)?\}|(\w+))/g, (all, braced?: string, plain?: string) => {
    return defaults.get(braced ?? plain ?? '') ?? all;
  });
  return text === '' || text.includes('$') ? null : text;
}

function unpinned(file: string, line: number, image: string): readonly RawFinding[] {
  if (DIGEST.test(image)) return [];
  const tag = /:([^/:@]+)$/.exec(image)?.[1];
  const fixed = tag !== undefined && tag !== 'latest';
  return [
    {
      scanner: 'pins',
      subject: 'containers',
      rule: 'image-not-pinned',
      // Nearly all container files name a tag; hadolint warns of those that name none.
      severity: fixed ? 'low' : 'medium',
      file,
      line,
      message: `${image} can be another image tomorrow${fixed ? ': a tag can be moved' : ''}`,
      remedy: `name it by its digest: ${image.replace(/@.*$/, '')}@sha256:… (docker buildx imagetools inspect prints it)`,
    },
  ];
}

function added(file: string, line: number, open: boolean): RawFinding {
  return {
    scanner: 'pins',
    subject: 'containers',
    rule: 'download-unchecked',
    severity: open ? 'high' : 'medium',
    file,
    line,
    message: `what is fetched here is taken without a look at its checksum${open ? ', over http, which anybody on the way can change' : ''}`,
    remedy: 'ADD --checksum=sha256:…',
  };
}
