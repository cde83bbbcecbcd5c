import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bundle, bundles, differences, writeBundle } from './bundle.ts';

/**
 * Builds what ships: `dist/cli` for the npm package, `actions/<name>/dist` for the forge.
 *   node scripts/build.ts [NAME…]      builds all bundles, or those that are named
 *   node scripts/build.ts --check      builds elsewhere and compares with the committed ones, which must not drift from the sources
 * Exit codes: 0 done · 1 a committed bundle differs · 2 unknown bundle
 */
async function main(argv: readonly string[]): Promise<number> {
  const names = argv.filter((word) => word !== '--check');
  const unknown = names.filter((name) => !bundles.some((bundle) => bundle.name === name));
  if (unknown.length > 0) {
    const known = bundles.map((bundle) => bundle.name).join(', ');
    process.stderr.write(`there is no bundle ${unknown.join(', ')}; the bundles are ${known}\n`);
    return 2;
  }
  const chosen = bundles.filter((bundle) => names.length === 0 || names.includes(bundle.name));
  return argv.includes('--check') ? check(chosen.filter((bundle) => bundle.dependencies === 'inside')) : build(chosen);
}

async function build(chosen: readonly Bundle[]): Promise<number> {
  for (const bundle of chosen) {
    const sizes = [...(await writeBundle(bundle, join(import.meta.dirname, '..', bundle.dir))).values()];
    const kilobytes = Math.round(sizes.reduce((sum, size) => sum + size, 0) / 1024);
    process.stdout.write(`built ${bundle.dir}: ${sizes.length} files, ${kilobytes} KiB\n`);
  }
  return 0;
}

async function check(committed: readonly Bundle[]): Promise<number> {
  const dir = await mkdtemp(join(tmpdir(), 'shiplock-build-'));
  try {
    let drifted = 0;
    for (const bundle of committed) {
      const fresh = join(dir, bundle.name);
      await writeBundle(bundle, fresh);
      const wrong = await differences(fresh, join(import.meta.dirname, '..', bundle.dir));
      drifted += wrong.length;
      for (const line of wrong) process.stderr.write(`${bundle.dir}/${line}\n`);
    }
    if (drifted > 0)
      process.stderr.write('the committed bundles do not belong to these sources: run `npm run build`\n');
    return drifted === 0 ? 0 : 1;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

process.exitCode = await main(process.argv.slice(2));
