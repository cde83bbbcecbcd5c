import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const manifestSchema = z.object({ name: z.string(), version: z.string(), license: z.string().default('not stated') });

/** Directories below node_modules that modules of a bundle came from, sorted. Pure. */
export function packagesOf(modules: readonly string[]): readonly string[] {
  const found = modules.flatMap((id) => {
    const [, name] = /.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(id) ?? [];
    return name === undefined ? [] : [name.replaceAll('\\', '/')];
  });
  return [...new Set(found)].toSorted();
}

/** The licences of packages, as they must be given along with their code. */
export async function thirdPartyNotices(nodeModules: string, names: readonly string[]): Promise<string> {
  const parts = await Promise.all(names.map((name) => notice(join(nodeModules, name))));
  return `This directory contains code of the following packages, each under its own licence.\n\n${parts.join('\n')}`;
}

async function notice(dir: string): Promise<string> {
  const { name, version, license } = manifestSchema.parse(
    JSON.parse(await readFile(join(dir, 'package.json'), 'utf8')),
  );
  const files = (await readdir(dir)).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file)).toSorted();
  const texts = await Promise.all(files.map((file) => readFile(join(dir, file), 'utf8')));
  const body = texts.length === 0 ? `Licence: ${license}` : texts.map((text) => text.trim()).join('\n\n');
  return `${'='.repeat(80)}\n${name} ${version} (${license})\n${'='.repeat(80)}\n${body}\n`;
}
