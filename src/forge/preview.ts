import type { ForgeFile } from '../model/forge.ts';
import { ticksAround } from '../model/text.ts';

/** What a pull request would change, as a comment: for a repository of manifests the diff is what is decided on. Pure. */

/** Most characters of patches; a comment holds 65,536. */
const PATCHES = 40_000;

export function diffPreview(files: readonly ForgeFile[]): string {
  if (files.length === 0) return 'Nothing changes.';
  const rows = files.map((one) => `| ${cell(one)} | ${one.status} | +${one.additions} −${one.deletions} |`);
  const parts: string[] = [];
  let left = PATCHES;
  for (const { path, patch } of files) {
    if (patch === null) continue;
    if (patch.length > left) {
      parts.push(`The rest is too long to be shown here, from ${code(path)} on.`);
      break;
    }
    left -= patch.length;
    parts.push(`${code(path)}\n\n${fenced(patch)}`);
  }
  return ['| file | | lines |\n| --- | --- | --- |', ...rows].join('\n').concat('\n\n', parts.join('\n\n')).trimEnd();
}

function cell({ path, before }: ForgeFile): string {
  const shown = before === null ? code(path) : `${code(before)} → ${code(path)}`;
  return shown.replaceAll('|', '\\|');
}

/** A path can hold anything but a line's end; it is shown, never read as Markdown. */
function code(text: string): string {
  const plain = text.replaceAll(/[\r\n]/g, ' ');
  const ticks = ticksAround(plain);
  const space = plain.startsWith('`') || plain.endsWith('`') ? ' ' : '';
  return `${ticks}${space}${plain}${space}${ticks}`;
}

/** The fence is longer than any inside. */
function fenced(text: string): string {
  const ticks = ticksAround(text, 3);
  return `${ticks}diff\n${text}\n${ticks}`;
}
