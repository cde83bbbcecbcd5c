import { EXIT } from '../../model/exit.ts';
import { jsonSchema } from '../../model/json.ts';
import { openEnvironment, type Status, status } from '../../release/index.ts';
import { openToChat } from '../chat/view.ts';
import { type Io, painter } from '../io.ts';
import type { Registry } from '../registry.ts';
import { type CommonOptions, door, withCommonOptions } from '../session.ts';

export function addStatus({ program, io, done }: Registry): void {
  openToChat(withCommonOptions(program.command('status')), { kind: 'looks', about: 'environment', options: [] })
    .summary('what is live, what changed, what may be done')
    .description('Say what is live, what changed in the last 24 hours, and what may be done now. Only looks.')
    .argument('<environment>', 'where')
    .addHelpText(
      'after',
      '\nExamples:\n  $ shiplock status production\n  $ shiplock status production --json | jq .routes',
    )
    .action(async (environment: string, options: CommonOptions) => {
      const seen = await status(await openEnvironment(await door(io, options, false), environment));
      done({ exit: EXIT.done, text: statusText(seen, io), json: jsonSchema.parse(seen) });
    });
}

function statusText(seen: Status, io: Pick<Io, 'terminal' | 'env'>): string {
  const paint = painter(io);
  const percent = (share: number): string => `${Math.round(share * 1000) / 10} %`;
  const lines: string[] = [paint('bold', `${seen.service} in ${seen.environment}`)];
  if (seen.routes === null)
    lines.push(paint('yellow', `  the proxy does not answer: ${seen.routesProblem ?? 'unknown'}`));
  else if (seen.routes.length === 0) lines.push('  nothing is routed');
  for (const route of seen.routes ?? []) {
    const lease = route.hold === 'leased' ? ' (on trial: its share ends when nobody watches)' : '';
    const set = Math.abs(route.share - route.configured) > 0.001 ? `, set to ${percent(route.configured)}` : '';
    lines.push(`  ${paint('green', route.version)} gets ${percent(route.share)}${set}, ${route.up} up${lease}`);
  }
  for (const { name, address, problem } of seen.hosts) {
    if (problem !== null) lines.push(paint('yellow', `  the host ${name} (${address}) does not answer: ${problem}`));
  }
  // What is to be looked at before it gets any traffic is looked at where it listens.
  const shares = new Map((seen.routes ?? []).map((route) => [route.version, route.configured]));
  for (const one of seen.instances.filter(({ state, version }) => state === 'ready' && shares.get(version) === 0)) {
    lines.push(`  ${one.instance} listens at ${one.address} and gets no requests`);
  }
  for (const one of seen.instances.filter((instance) => instance.state !== 'ready')) {
    lines.push(paint('yellow', `  ${one.instance} is ${one.state}, ${one.restarts} restarts ${one.detail}`));
  }
  if (seen.schema !== null) lines.push(`  database schema: ${seen.schema}`);
  if (seen.gitAgrees !== null) {
    lines.push(
      seen.gitAgrees
        ? `  git names ${seen.git}: it agrees`
        : paint('yellow', `  git names ${seen.git ?? 'nothing'}: git is not true`),
    );
  }
  lines.push(`  gates: ${seen.persons}`);
  if (seen.lock !== null)
    lines.push(paint('yellow', `  locked by ${seen.lock.by} since ${seen.lock.time}: ${seen.lock.reason}`));
  if (seen.maintenance !== null) {
    const { who, reason, until } = seen.maintenance;
    const end = until === null ? '' : `, until ${until}`;
    lines.push(paint('yellow', `  maintenance, begun by ${who}${end}: ${reason}; users see a page, no release begins`));
  }
  const { holder } = seen;
  if (holder !== null && seen.unfinished.every((run) => run.run !== holder.run))
    lines.push(paint('yellow', `  held by run ${holder.run} of ${holder.who} on ${holder.host}`));
  const pending = seen.pending ?? [];
  if (pending.length > 0) {
    const records = pending.reduce((sum, one) => sum + one.records, 0);
    const runs = pending.map((one) => one.run).join(', ');
    lines.push(
      paint('yellow', `  git is not yet true: ${records} records are pending (${runs}); shiplock journal import`),
    );
  }
  lines.push('', paint('bold', 'Last 24 hours'));
  if (seen.changes.length === 0) lines.push('  no change');
  for (const change of seen.changes)
    lines.push(`  ${change.time}  ${change.version} ${change.outcome} by ${change.who}: ${change.why}`);
  for (const run of seen.unfinished) {
    lines.push(paint('yellow', `  unfinished: ${run.run} ${run.title} (${run.held === null ? run.state : 'paused'})`));
    if (run.held !== null)
      lines.push(paint('yellow', `    paused by ${run.held.by} since ${run.held.since}: ${run.held.why}`));
    for (const { kind, by, why } of run.orders) lines.push(`    ordered, not taken up yet: ${kind} by ${by}: ${why}`);
  }
  for (const told of seen.announcements ?? []) {
    const what = `${told.alert} of ${told.run}`;
    if (told.via !== null) lines.push(`  told ${told.via} at ${told.at ?? '?'}: ${what}`);
    if (told.problem !== null)
      lines.push(
        paint('yellow', `  ${told.via === null ? 'nobody knows of' : 'not told everywhere:'} ${what}: ${told.problem}`),
      );
  }
  lines.push('', paint('bold', 'Now'));
  for (const { command, why } of seen.next) lines.push(`  ${paint('cyan', command)}  ${paint('dim', why)}`);
  for (const problem of seen.problems) lines.push(paint('yellow', `  ${problem.where}: ${problem.found}`));
  return lines.join('\n');
}
