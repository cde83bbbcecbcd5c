#!/usr/bin/env node
// Checks the Node version before anything modern is parsed, then starts the program: the built one, or in a checkout the source
// (Node refuses to strip types below node_modules, so an installed package always has dist/).
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  process.stderr.write(
    `shiplock needs Node 24 or newer; this is ${process.version} (${process.execPath}).\n` +
      '  → install Node 24, or run `npx -p node@24 -p shiplock shiplock …`\n',
  );
  process.exit(2);
}
const here = new URL('.', import.meta.url);
const { existsSync } = await import('node:fs');
const source = new URL('../src/cli/main.ts', here);
const built = new URL('../dist/cli/main.js', here);
const { main } = await import(existsSync(source) ? source.href : built.href);
await main(process.argv.slice(2));
