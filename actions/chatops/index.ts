import { saveState } from '@actions/core';
import { RUN_STATE, runAction } from '../shared/job.ts';
import { chatops } from './definition.ts';

await runAction(chatops, async ({ token, config, state }, job) => {
  // The whole command line, which no other action needs.
  const [{ chatFor }, { resultOf }, { processIo }] = await Promise.all([
    import('../../src/cli/chat/main.ts'),
    import('../../src/cli/chat/door.ts'),
    import('../../src/cli/io.ts'),
  ]);
  const say = (text: string): void => job.info(text.trimEnd());
  const io = { ...processIo(), terminal: false, statusColumns: undefined, out: say, err: say };
  const handled = await chatFor(io, {
    config,
    state,
    credentials: { kind: 'token', token },
    onRun: (run) => saveState(RUN_STATE, run),
  });
  const { exit, text } = resultOf(handled);
  const bad = handled.kind === 'done' && !handled.good;
  return {
    exit,
    problems: 'problems' in handled ? handled.problems : [],
    sentence: text.split('\n')[0] ?? '',
    outputs: {
      outcome: bad ? 'ended-badly' : handled.kind,
      commit: handled.kind === 'done' ? (handled.commit ?? '') : '',
    },
  };
});
