import { jsonSchema } from '../../model/json.ts';
import { codeSpan } from '../../model/text.ts';
import { openEnvironment } from '../../release/index.ts';
import { type ScannedFor, scanFor } from '../../release/scan/for.ts';
import { inReadingOrder, scanMarkdown } from '../../scan/result.ts';
import { type CommandResult, type Io, painter } from '../io.ts';
import { type CommonOptions, door } from '../session.ts';
import { asJson } from './scan-run.ts';
import { scanText } from './scan-text.ts';

/** The scan of a commit as a release needs it: the same for a terminal and for a comment. */
export async function scanForEnvironment(
  io: Io,
  environment: string,
  options: CommonOptions & { readonly commit?: string },
): Promise<CommandResult> {
  const entry = await door(io, { ...options, quiet: options.quiet ?? options.json ?? false }, true);
  const found = await scanFor(await openEnvironment(entry, environment), { commit: options.commit });
  const { result, record, rules, since } = found;
  const scanned = { ...found.scanned, findings: inReadingOrder(found.scanned.findings) };
  const about = aboutText(environment, found);
  return {
    exit: result.exit,
    text: `${scanText(scanned, painter(io))}\n${about}`,
    markdown: `${scanMarkdown(scanned)}\n${codeSpan(about)}\n`,
    json: jsonSchema.parse({
      ...{ run: result.run, environment, commit: record.commit, time: record.time, database: record.database, since },
      demanded: rules.place,
      scan: asJson(scanned),
    }),
  };
}

function aboutText(environment: string, { result, record, rules, since }: ScannedFor): string {
  const compared = since === null ? 'nothing that serves has a result to compare with' : `new since ${since} is marked`;
  return `commit ${record.commit.slice(0, 12)} for ${environment}, by ${rules.place}; ${compared}; run ${result.run}`;
}
