import { createHash } from 'node:crypto';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { PlatformState, UnitSpec } from '../model/platform.ts';
import type { Platform, TrafficRouter } from '../model/ports.ts';
import type { RoutesState } from '../model/traffic.ts';
import { action, type Node, sequence, watch } from '../procedure/index.ts';
import { doOrNothing } from '../rollout/index.ts';
import { type HaproxyOptions, haproxyRouter, haproxyUnit } from '../traffic/index.ts';

/** Component name of the proxy on a host that we supply with one. */
export const PROXY = 'proxy';
const START_MS = 15_000;

const sampleSchema = z.strictObject({ time: z.number(), answers: z.boolean(), reason: z.string() });
type Sample = z.infer<typeof sampleSchema>;
interface State {
  readonly from: number | null;
  readonly last: Sample | null;
}

/**
 * Brings the proxy of a local host up, as a supervised unit like any other: its artefact is the description of how it is
 * started. A proxy that answers is left alone, whoever started it.
 */
export function proxyNode(options: HaproxyOptions, platform: Platform): Node {
  const unit = haproxyUnit(options);
  const router: TrafficRouter = haproxyRouter(options);
  const description = `${JSON.stringify({ argv: unit.argv, check: unit.check, stopSignal: unit.stopSignal }, null, 2)}\n`;
  const hash = createHash('sha256').update(description).digest('hex');
  const artefact = join(options.directory, 'start.json');
  const spec: UnitSpec = {
    component: PROXY,
    version: hash.slice(0, 12),
    digest: `sha256:${hash}`,
    artefact,
    command: unit.argv,
    env: {},
    replicas: 1,
    readyPath: '/',
    livePath: '/',
    startTimeoutMs: START_MS,
    stopTimeoutMs: options.longestTimeoutMs + 5_000,
  };
  const configure = action<{ readonly routes: RoutesState; readonly configured: boolean }>({
    id: 'configure',
    title: 'Write the configuration of the proxy',
    inputs: { bind: options.bind, directory: options.directory },
    read: async (ctx) => ({
      routes: await router.observe(ctx.signal),
      configured: await access(unit.paths.config).then(
        () => true,
        () => false,
      ),
    }),
    decide: ({ routes, configured }) =>
      routes.kind === 'observed'
        ? { kind: 'nothing', why: 'it answers' }
        : {
            kind: 'do',
            effects: [
              // A configuration that is there holds the shares: a proxy that died comes back with them.
              ...(configured ? [] : unit.configure),
              {
                kind: 'file',
                path: artefact,
                content: description,
                why: 'how the proxy is started',
                timeoutMs: 10_000,
              },
            ],
          },
    probe: 'repeatable',
  });
  const start = action<{ readonly routes: RoutesState; readonly state: PlatformState }>({
    id: 'start',
    title: 'Start the proxy',
    inputs: { argv: [...unit.argv] },
    read: async (ctx) => ({ routes: await router.observe(ctx.signal), state: await platform.observe(ctx.signal) }),
    decide: ({ routes, state }) =>
      routes.kind === 'observed'
        ? { kind: 'nothing', why: 'it answers' }
        : doOrNothing(
            [
              ...platform.install(spec, state),
              ...platform.start(spec, state),
              ...platform.makeCurrent(spec.version, state),
            ],
            'it runs',
          ),
    probe: 'repeatable',
  });
  const ready = watch<State, Sample, object>({
    id: 'ready',
    title: 'Wait until the proxy answers',
    everyMs: 100,
    samples: sampleSchema,
    outputs: z.strictObject({}),
    sample: async (ctx) => {
      const routes = await router.observe(ctx.signal);
      return {
        time: ctx.clock.now(),
        answers: routes.kind === 'observed',
        reason: routes.kind === 'observed' ? '' : routes.reason,
      };
    },
    start: () => ({ from: null, last: null }),
    fold: (state, sample) => ({ from: state.from ?? sample.time, last: sample }),
    decide: ({ from, last }) => {
      if (last === null || from === null) return { kind: 'look-on', status: 'nothing seen yet' };
      if (last.answers) return { kind: 'pass', status: 'it answers', outputs: {} };
      if (last.time - from < START_MS) return { kind: 'look-on', status: last.reason };
      return {
        kind: 'fail',
        problem: {
          code: 'release.proxy-does-not-start',
          where: options.bind,
          found: last.reason,
          expected: `an answer within ${START_MS / 1000} s`,
          remedy: `read its log; is another program listening on ${options.bind}?`,
        },
      };
    },
  });
  return sequence({ id: 'proxy', title: 'Make sure that the proxy runs', steps: [configure, start, ready] });
}
