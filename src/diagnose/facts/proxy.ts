import { type Collector, endOf, type Place } from '../collector.ts';

/** Facts of the proxy that a service stands behind, on this machine. All pure. */

const KB = 1000;

const QUESTIONS = {
  'show info': 'How busy is HAProxy, and which of its limits are near?',
  'show stat': 'Which servers are up, what do they answer, where do requests wait?',
  'show servers state': 'Which state and weight has each server?',
  'show errors': 'Which requests or answers were refused as malformed?',
  'show activity': 'Do its threads wait?',
  'show pools': 'What does its memory go to?',
  'show sess': 'Which sessions are open, and on whom do they wait?',
} as const;

/** @param paths runtime socket and configuration */
export function haproxyCollectors(
  place: Place,
  { socket, config }: { readonly socket: string; readonly config: string },
): readonly Collector[] {
  return [
    ...Object.entries(QUESTIONS).map(
      ([command, answers]): Collector => ({
        place,
        file: `proxy/${command.replaceAll(' ', '-')}.txt`,
        answers,
        timeoutMs: 5_000,
        maxBytes: 300 * KB,
        work: { kind: 'socket', path: socket, command },
      }),
    ),
    configured(place, config),
  ];
}

export function nginxCollectors(
  place: Place,
  { config, counts }: { readonly config: string; readonly counts: string },
): readonly Collector[] {
  return [
    configured(place, config),
    {
      place,
      file: 'proxy/requests.txt',
      answers: 'Which requests reached an instance last, and how were they answered?',
      timeoutMs: 10_000,
      maxBytes: 500 * KB,
      work: { kind: 'command', argv: endOf(counts, 500 * KB), keep: 'end' },
    },
  ];
}

function configured(place: Place, config: string): Collector {
  return {
    place,
    file: 'proxy/configuration.txt',
    answers: 'How is the proxy configured?',
    timeoutMs: 5_000,
    maxBytes: 300 * KB,
    work: { kind: 'command', argv: ['cat', '--', config], keep: 'beginning' },
  };
}
