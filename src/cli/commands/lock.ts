import { EXIT } from '../../model/exit.ts';
import { type Json, jsonSchema } from '../../model/json.ts';
import { ProblemError, type Result, unwrap } from '../../model/problem.ts';
import { type Locked, lockEnvironment, unlockEnvironment } from '../../procedure/index.ts';
import { openService, type Service } from '../../release/index.ts';
import { openToChat } from '../chat/view.ts';
import type { CommandResult } from '../io.ts';
import type { Registry } from '../registry.ts';
import { type CommonOptions, door, whoAmI, withCommonOptions } from '../session.ts';

interface Options extends CommonOptions {
  readonly reason: string;
  readonly from?: string;
}

export function addLock({ program, io, done }: Registry): void {
  openToChat(withCommonOptions(program.command('lock')), {
    kind: 'changes',
    about: 'environment',
    options: ['reason'],
  })
    .summary('keep runs away from an environment')
    .description(
      'Keep runs away from an environment until it is unlocked. A run that is at work goes on to its end; a rollback goes through.',
    )
    .argument('<environment>', 'which')
    .requiredOption('--reason <text>', 'why; everybody who is refused reads it')
    .addHelpText('after', '\nExamples:\n  $ shiplock lock production --reason "repairing the replica by hand"')
    .action(async (environment: string, options: Options) => {
      const service = await openService(await door(io, options, false));
      const locked = await lockEnvironment(requestOf(service, environment, options.reason, whoAmI(io.env)));
      done(answer(locked, `${environment} is locked: ${options.reason}`));
    });
}

export function addUnlock({ program, io, done }: Registry): void {
  openToChat(withCommonOptions(program.command('unlock')), {
    kind: 'changes',
    about: 'environment',
    options: ['reason', 'from'],
  })
    .summary('let runs into an environment again')
    .description(
      'Take the lock off and raise the fence, so that whoever still believes to hold the environment is refused. With --from it is taken away from a run.',
    )
    .argument('<environment>', 'which')
    .requiredOption('--reason <text>', 'why; stands in the journal')
    .option('--from <run>', 'the run that loses the environment: one that will not come back')
    .addHelpText(
      'after',
      '\nExamples:\n  $ shiplock unlock production --reason "replica is back"\n  $ shiplock unlock production --from 20261121-071500-3f2a --reason "its machine burnt down"',
    )
    .action(async (environment: string, options: Options) => {
      const service = await openService(await door(io, options, false));
      const request = requestOf(service, environment, options.reason, whoAmI(io.env));
      const unlocked = await unlockEnvironment({ ...request, from: options.from });
      done(answer(unlocked, `${environment} may be taken again`));
    });
}

function requestOf(service: Service, environment: string, reason: string, by: string) {
  const { config, store, shared, clock, secrets } = service;
  const known = [...config.environments].filter(([, one]) => one.kind === 'concrete').map(([name]) => name);
  if (!known.includes(environment)) {
    throw new ProblemError({
      code: 'cli.unknown-environment',
      where: config.file,
      found: environment,
      expected: `one of ${known.join(', ')}`,
      remedy: 'name an environment of shiplock.yaml',
    });
  }
  return { store, shared, environment, by, reason, clock, mask: (payload: Json) => secrets.maskJson(payload) };
}

function answer(result: Result<Locked>, sentence: string): CommandResult {
  const { run, lease, notes } = unwrap(result);
  return {
    exit: EXIT.done,
    text: [`${sentence} (fence ${lease.fence}, run ${run})`, ...notes].join('\n'),
    json: jsonSchema.parse({ run, lease, notes }),
  };
}
