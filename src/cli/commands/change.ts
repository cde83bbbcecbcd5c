import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Argument, type Command, InvalidArgumentError, Option } from 'commander';
import { environmentNames } from '../../config/index.ts';
import {
  CHANGE_ENDINGS,
  CHANGE_SECTIONS,
  type ChangeEnding,
  type ChangeTexts,
  type SectionKey,
} from '../../model/change.ts';
import { EXIT } from '../../model/exit.ts';
import { jsonSchema } from '../../model/json.ts';
import { ProblemError, unwrap } from '../../model/problem.ts';
import type { FindRunbook, Wish } from '../../release/change/index.ts';
import { openEnvironment, openService, type ServiceEnvironment } from '../../release/index.ts';
import { type ChatView, openToChat } from '../chat/view.ts';
import type { Io } from '../io.ts';
import type { Registry } from '../registry.ts';
import { ownPlace } from '../runbook/place.ts';
import {
  type CommonOptions,
  commitDigits,
  door,
  type PersonOptions,
  withCommonOptions,
  withPersonOptions,
} from '../session.ts';

const KINDS = ['release', 'promote', 'migrate', 'runbook'] as const;
type Kind = (typeof KINDS)[number];

interface NewOptions extends CommonOptions, PersonOptions, ChangeTexts {
  readonly title: string;
  readonly body?: string;
  readonly begin?: string;
  readonly end?: string;
  readonly release?: string;
  readonly commit?: string;
  readonly from?: string;
  readonly seed?: boolean;
  readonly backfill?: true;
  readonly contract?: true;
  readonly input?: readonly string[];
  readonly dryRun?: boolean;
}

/** In a comment: the same words, about the commit that it names. */
const NEW_IN_CHAT: ChatView = {
  kind: 'plans',
  about: 'environment',
  options: [
    'title',
    ...CHANGE_SECTIONS.map(({ key }) => key),
    ...['begin', 'end', 'release', 'commit', 'from', 'input'],
  ],
};

/** `shiplock change …`: what is asked for before it is done, and what became of it. */
export function addChange(registry: Registry): void {
  const change = registry.program
    .command('change')
    .summary('change records: asked for, approved, carried out, closed')
    .description(
      'Change records: what is to be changed and why, how risky it is by facts, whose approval it needs, what its run did, and how it ended. The record holds what people say; everything else is told from the journals.',
    );
  addNew(change, registry);
  addShow(change, registry);
  addList(change, registry);
  addClose(change, registry);
  addTemplate(change, registry);
}

function addNew(change: Command, { io, done }: Registry): void {
  const opened = openToChat(withPersonOptions(withCommonOptions(change.command('new'))), NEW_IN_CHAT);
  const command = opened
    .summary('ask for a change')
    .description(
      'Ask for a change: plan it, score its risk from facts, and write the record with the digest of that plan. Nothing of the environment is touched. What is not said by an option is read from --body.',
    )
    .argument('<environment>', 'where')
    .addArgument(new Argument('<what>', 'what is to be carried out').choices(KINDS))
    .argument('[runbook]', 'the runbook, for `runbook`')
    .requiredOption('--title <text>', 'in a few words')
    .option(
      '--body <file>',
      'a file with the sections, as `change template` prints them, or the text of an issue of its form',
    );
  for (const { key, question } of CHANGE_SECTIONS) command.option(`--${key} <text>`, question);
  command
    .option('--begin <time>', 'when it may begin at the earliest, with zone: 2026-11-24T22:00+01:00', moment)
    .option('--end <time>', 'when it may begin at the latest', moment)
    .option('--release <version>', 'release: its name; promote: which release')
    .option('--commit <digits>', 'first digits of the commit that is meant (12 or more)', commitDigits)
    .option('--from <environment>', 'promote: where it has proven itself')
    .option('--seed', 'with the seed data of a first release')
    .option('--backfill', 'migrate: the migrations of phase backfill instead')
    .option('--contract', 'migrate: the migrations of phase contract instead')
    .option(
      '--input <name=text>',
      'runbook: an input; may be given several times',
      (one: string, all: readonly string[] = []) => [...all, one],
    )
    .option('--dry-run', 'print the record and its risk, and write nothing')
    .addHelpText(
      'after',
      `
Examples:
  $ shiplock change new production release --title "Faster search" --why "…" --impact "nobody" --verification "p95 < 300 ms"
  $ shiplock change new production runbook system-stop --input "reason=power works" --title "Power works" --body change.md --begin 2026-11-28T22:00Z --end 2026-11-29T02:00Z`,
    )
    .action(async (environment: string, kind: Kind, runbook: string | undefined, options: NewOptions) => {
      const [changes, { previewJson, riskLines, wayBackLines, beginText }] = await Promise.all([
        import('../../release/change/index.ts'),
        import('./change-text.ts'),
      ]);
      const find = finder(io, options);
      const reach = runbook === undefined || kind !== 'runbook' ? undefined : (await find(runbook)).reach;
      const service = await openEnvironment(await door(io, options, false), environment, reach);
      const texts = { ...(await bodyTexts(io, environment, options.body)), ...saidIn(options) };
      const wish = wishFrom(kind, runbook, options);
      const window = windowFrom(options);
      const begins = window === undefined ? service.clock.now() : Date.parse(window.from);
      const preview = await changes.previewOf(service, wish, begins, find);
      const record = changes.recordFor(service, preview, {
        title: options.title,
        texts,
        ...(window === undefined ? {} : { window }),
      });
      const written = options.dryRun === true ? record : await changes.askForChange(service, record);
      const { head } = written;
      const risk = changes.riskOf(preview.facts);
      const file = changes.changePath(service.store, environment, head.change);
      const dry = options.dryRun === true;
      done({
        exit: EXIT.done,
        text: [
          dry ? changes.changeText(written) : `${head.change}: ${head.title}`,
          ...riskLines(risk),
          'Rollback plan',
          ...wayBackLines(preview),
          ...(dry
            ? ['nothing was written']
            : [`file: ${file}`, `next: ${beginText(head.what, environment, head.change)}`]),
        ].join('\n'),
        json: jsonSchema.parse(structuredClone({ ...written, file: dry ? null : file, ...previewJson(preview, risk) })),
      });
    });
}

function addShow(change: Command, { io, done }: Registry): void {
  openToChat(withCommonOptions(change.command('show')), { kind: 'looks', about: 'id', options: [] })
    .summary('a change, from its request to its rollback plan')
    .description(
      'Show a change: request, risk by facts, approval, plan and whether it is still the same today, runs, verification, rollback plan. Only looks.',
    )
    .argument('<id>', 'CHG-…')
    .option('--no-plan', 'do not plan it as of today')
    .addHelpText(
      'after',
      '\nExamples:\n  $ shiplock change show CHG-20261123-3f2a\n  $ shiplock change show CHG-20261123-3f2a --no-plan --json',
    )
    .action(async (id: string, options: CommonOptions & { readonly plan: boolean }) => {
      const [{ viewChange }, { viewText, viewJson }] = await Promise.all([
        import('../../release/change/index.ts'),
        import('./change-text.ts'),
      ]);
      const service = await placeOfChange(io, options, id);
      const view = await viewChange(service, id, options.plan ? finder(io, options) : null);
      done({ exit: EXIT.done, text: viewText(view), json: viewJson(view) });
    });
}

function addList(change: Command, { io, done }: Registry): void {
  openToChat(withCommonOptions(change.command('list')), {
    ...{ kind: 'looks', about: 'environment', options: [], needs: ['environment'] },
  })
    .summary('the changes there are, and where each stands')
    .description(
      'List the changes, newest first, with what their journals say; and runs that began without a record although one was needed. Only looks.',
    )
    .argument('[environment]', 'only this one')
    .option('--open', 'only those that are not closed')
    .addHelpText('after', '\nExamples:\n  $ shiplock change list\n  $ shiplock change list production --open --json')
    .action(async (environment: string | undefined, options: CommonOptions & { readonly open?: true }) => {
      const [{ fetchChanges, listChanges }, { listText }] = await Promise.all([
        import('../../release/change/index.ts'),
        import('./change-text.ts'),
      ]);
      const entry = await door(io, options, false);
      const names = environment === undefined ? environmentNames((await openService(entry)).config) : [environment];
      const lists = [];
      for (const name of names) {
        const service = await openEnvironment(entry, name, 'without-trust');
        await fetchChanges(service);
        const list = await listChanges(service);
        lists.push({
          ...list,
          changes: list.changes.filter(({ state }) => options.open !== true || state !== 'closed'),
        });
      }
      done({
        exit: EXIT.done,
        text: listText(lists),
        json: jsonSchema.parse(
          structuredClone({
            changes: lists.flatMap((one) => one.changes),
            problems: lists.flatMap((one) => one.problems),
            without: lists.flatMap((one) => one.without),
          }),
        ),
      });
    });
}

function addClose(change: Command, { io, done }: Registry): void {
  openToChat(withPersonOptions(withCommonOptions(change.command('close'))), {
    ...{ kind: 'changes', about: 'id', options: ['outcome', 'note'] },
  })
    .summary('say how a change ended')
    .description(
      'Close a change with the last word of a person. Refused while a run of it is not over, as successful when none came through, and as withdrawn when one did.',
    )
    .argument('<id>', 'CHG-…')
    .addOption(new Option('--outcome <word>', 'how it ended').choices(CHANGE_ENDINGS).makeOptionMandatory())
    .requiredOption('--note <text>', 'what was seen, what is left, what is learnt')
    .addHelpText(
      'after',
      '\nExamples:\n  $ shiplock change close CHG-20261123-3f2a --outcome successful --note "p95 is 240 ms"',
    )
    .action(
      async (
        id: string,
        options: CommonOptions & PersonOptions & { readonly outcome: ChangeEnding; readonly note: string },
      ) => {
        const { closeChange } = await import('../../release/change/index.ts');
        const service = await placeOfChange(io, options, id);
        const { outcome, note } = options;
        const record = await closeChange(service, id, { outcome, note });
        done({
          exit: EXIT.done,
          text: `${id} is closed as ${record.head.closed?.outcome ?? outcome}`,
          json: jsonSchema.parse(structuredClone(record)),
        });
      },
    );
}

function addTemplate(change: Command, { done }: Registry): void {
  change
    .command('template')
    .summary('the sections to fill in, as a file or as a form')
    .description(
      'Print the sections of a record for --body, or the form for issues of the forge (.github/ISSUE_TEMPLATE/change.yml).',
    )
    .option('--form', 'the form')
    .option('--json', 'print one JSON document instead of text')
    .addHelpText(
      'after',
      '\nExamples:\n  $ shiplock change template > change.md\n  $ shiplock change template --form > .github/ISSUE_TEMPLATE/change.yml',
    )
    .action(async (options: { readonly form?: true }) => {
      const { issueForm, recordTemplate } = await import('../../release/change/index.ts');
      const text = options.form === true ? issueForm() : recordTemplate();
      done({ exit: EXIT.done, text: text.trimEnd(), json: { template: text } });
    });
}

/** The environment that has a record of this name. */
async function placeOfChange(io: Io, options: CommonOptions & PersonOptions, id: string): Promise<ServiceEnvironment> {
  const { findChange } = await import('../../release/change/index.ts');
  const entry = await door(io, options, false);
  const { environment, what } = await findChange(entry, id);
  // One that is gone since is told when it is planned.
  const reach =
    what.kind === 'runbook' ? (await finder(io, options)(what.runbook).catch(() => undefined))?.reach : undefined;
  return openEnvironment(entry, environment, reach);
}

function finder(io: Io, options: CommonOptions): FindRunbook {
  return async (name) => {
    const { findRunbook } = await import('../runbook/registry.ts');
    return (await findRunbook(name, await ownPlace(io, options))).runbook;
  };
}

async function bodyTexts(io: Io, environment: string, body: string | undefined): Promise<ChangeTexts> {
  if (body === undefined) return {};
  const { FORM_FIELDS, readSections, wordsUnder } = await import('../../release/change/index.ts');
  const text = await readFile(resolve(io.cwd, body), 'utf8').catch((error: unknown) => {
    throw usage(
      '--body',
      error instanceof Error ? error.message : String(error),
      'a file that can be read',
      'check the path',
    );
  });
  const named = wordsUnder(text, 'Environment');
  if (named !== undefined && named !== environment) {
    throw usage('--body', `a text about ${named}`, `one about ${environment}`, 'name the environment that is meant');
  }
  return unwrap(
    readSections(
      text,
      body,
      0,
      FORM_FIELDS.map(({ heading }) => heading),
    ),
  );
}

function saidIn(options: NewOptions): ChangeTexts {
  const said: Partial<Record<SectionKey, string>> = {};
  for (const { key } of CHANGE_SECTIONS) {
    const text = options[key]?.trim();
    if (text !== undefined && text !== '') said[key] = text;
  }
  return said;
}

function wishFrom(kind: Kind, runbook: string | undefined, options: NewOptions): Wish {
  const { release: version, commit, from, seed = false, backfill, contract, input = [] } = options;
  if ((kind === 'runbook') !== (runbook !== undefined)) {
    throw kind === 'runbook'
      ? usage('<runbook>', 'no runbook', 'its name', '`shiplock runbook list` has them')
      : usage('<runbook>', runbook ?? '', `nothing behind ${kind}`, 'leave it out');
  }
  switch (kind) {
    case 'release':
      return { kind: 'release', version, commit, seed };
    case 'promote':
      return { kind: 'promotion', from, version, commit, seed };
    case 'migrate':
      if (backfill === true && contract === true) {
        throw usage('--backfill and --contract', 'both', 'one of them', 'ask for each with a record of its own');
      }
      return {
        kind: 'migration',
        phase: backfill === true ? 'backfill' : contract === true ? 'contract' : 'expand',
        commit,
      };
    case 'runbook':
      return { kind: 'runbook', runbook: runbook ?? '', inputs: Object.fromEntries(input.map(pair)) };
  }
}

function pair(text: string): readonly [string, string] {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined)
    throw usage('--input', text, 'NAME=TEXT', 'write for instance reason="power works"');
  return [name, value];
}

function windowFrom({ begin, end }: NewOptions): { readonly from: string; readonly until: string } | undefined {
  if (begin === undefined && end === undefined) return undefined;
  if (begin !== undefined && end !== undefined) return { from: begin, until: end };
  throw usage(
    begin === undefined ? '--begin' : '--end',
    'nothing',
    'both ends of the window',
    'give --begin and --end',
  );
}

/** With its zone, since nobody can tell whose clock was meant; kept in UTC. */
function moment(text: string): string {
  const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(at)) return new Date(at).toISOString();
  throw new InvalidArgumentError('A time with its zone, such as 2026-11-24T22:00+01:00.');
}

function usage(where: string, found: string, expected: string, remedy: string): ProblemError {
  return new ProblemError({ code: 'cli.usage', where, found, expected, remedy });
}
