import { openChatPlace } from '../e2e/support/chat-place.ts';
import { type Figure, say } from './support/figure.ts';
import { median } from './support/statistics.ts';

/** Most that may pass from a comment to the first sign that it was seen. */
const MOST_MS = 2_000;

/**
 * How long people wait after a comment until they see that it was taken up: the event at the simulated forge, the workflow and the action in act on
 * this machine, the reaction on the comment. `npm run bench chat [ROUNDS]`. A forge adds its own time: until it has handed the job to a runner.
 */
export async function chatBench([word]: readonly string[]): Promise<readonly Figure[]> {
  const rounds = word === undefined ? 5 : Number(word);
  await using place = await openChatPlace();
  const kinds = { '/deploy production': 'a release', '/status production': 'a look' };
  const waited = new Map<string, number[]>(Object.keys(kinds).map((body) => [body, []]));
  for (let round = 1; round <= rounds; round++) {
    await place.publish(`${round}.0.0`);
    for (const body of Object.keys(kinds)) {
      const { ran, acknowledgedMs } = await place.say(body);
      if (acknowledgedMs === undefined) throw new Error(`no sign after ${body}:\n${ran.stdout}${ran.stderr}`);
      waited.get(body)?.push(acknowledgedMs);
      say(`round ${round} of ${rounds}: ${body} was seen after ${acknowledgedMs.toFixed(0)} ms`);
    }
  }
  return Object.entries(kinds).map(([body, name]): Figure => {
    const times = waited.get(body) ?? [];
    const quickest = Math.min(...times);
    return {
      name: `\`${body}\` (${name}), comment to reaction, ${times.length} times`,
      value: `${quickest.toFixed(0)} ms at best, median ${median(times).toFixed(0)} ms`,
      target: `≤ ${MOST_MS / 1000} s`,
      met: median(times) <= MOST_MS,
    };
  });
}
