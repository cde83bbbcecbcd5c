import { InvalidArgumentError } from 'commander';
import { parseDuration } from '../../model/scalars.ts';
import { parseSize } from '../../model/size.ts';
import type { Registry } from '../registry.ts';
import type { AuditCommandOptions } from './frontend-audit.ts';

export function addFrontend({ program, io, done }: Registry): void {
  const group = program
    .command('frontend')
    .summary('look at a frontend as browsers see it')
    .description('Look at a frontend as browsers see it.');
  group
    .command('audit')
    .summary('visit pages in Chromium and say what is wrong with them')
    .description(
      'Visit pages in Chromium, as somebody with a slow telephone who was never there before: errors in the console, failed requests, what the content security policy and integrity refuse, mixed content, time to the largest paint, shifts of the layout, blocked time, what is loaded, and accessibility (axe-core). A directory is served with the headers that it has in production. Only looks.',
    )
    .argument('<place>', 'a directory of built files, or the address of a site')
    .option('--route <path>', 'a page to visit; give it again for more (default: /)', collect, [])
    .option('--visits <count>', 'how often each page is visited; the figures are the middle ones', wholeNumber, 3)
    .option('--max-lcp <duration>', 'longest time to the largest paint', milliseconds, 2500)
    .option('--max-cls <number>', 'largest shift of the layout', number, 0.1)
    .option('--max-tbt <duration>', 'longest time that the page is blocked', milliseconds, 200)
    .option('--max-transfer <size>', 'most that is loaded, such as 300kB (default: any)', bytes)
    .option('--no-throttle', 'a large screen, with the network and processor as they are')
    .option('--no-accessibility', 'do not look for what keeps people out')
    .option('--browser <file>', 'Chromium or a browser made of it (default: the one on PATH)')
    .option('--json', 'print one JSON document instead of text')
    .addHelpText(
      'after',
      '\nEnds with 1 when something is wrong, or when it could not look.\n\nExamples:\n  $ shiplock frontend audit dist\n  $ shiplock frontend audit https://staging.example.org --route / --route /orders\n  $ shiplock frontend audit dist --visits 5 --max-transfer 200kB --json',
    )
    .action(async (place: string, options: AuditCommandOptions) => {
      // Loaded only here: nothing else needs a browser.
      const { auditPlace } = await import('./frontend-audit.ts');
      done(await auditPlace(io, place, options));
    });
}

function collect(route: string, before: readonly string[]): readonly string[] {
  if (!/^\/[^\s#]*$/.test(route)) throw new InvalidArgumentError('expected a path that begins with /');
  return [...before, route];
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d?$/.test(text)) throw new InvalidArgumentError('expected a number from 1 to 99');
  return Number(text);
}

function number(text: string): number {
  if (!/^\d+(?:\.\d+)?$/.test(text)) throw new InvalidArgumentError('expected a number such as 0.1');
  return Number(text);
}

function milliseconds(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new InvalidArgumentError('expected a duration such as 2s or 200ms');
  return ms;
}

function bytes(text: string): number {
  const size = parseSize(text);
  if (size === undefined) throw new InvalidArgumentError('expected a size such as 300kB');
  return size;
}
