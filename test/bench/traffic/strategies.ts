import type { TrafficLabOptions } from './lab.ts';

/** How the releases that are measured go over. Short bakes: what is measured is what a release does to traffic, not how long it thinks. */

export interface MeasuredStrategy {
  readonly options: TrafficLabOptions;
  /** What the progress says once the new version has its first share, and how large that is. */
  readonly begun: { readonly said: RegExp; readonly share: number };
  /** Answers to the checkpoint, where there is one. */
  readonly inspected?: readonly string[];
}

export const CANARY: MeasuredStrategy = {
  options: {
    rollout: {
      steps: [
        { share: '10%', bake: '2s' },
        { share: '50%', bake: '2s' },
      ],
      finalBake: '1s',
      analysis: { floor: '2%', past: '2s' },
    },
  },
  begun: { said: /✓ \S*share-10-percent/, share: 0.1 },
};

/** The bake is as long as somebody needs to take it back by a command. */
const BLUE_GREEN: MeasuredStrategy = {
  options: { rollout: { strategy: 'blue-green', steps: [], finalBake: '8s', limits: { errors: '2%' } } },
  begun: { said: /✓ \S*switch/, share: 1 },
};

/** One host after the other; what is measured is what taking them out and in does to traffic. */
const ROLLING: MeasuredStrategy = {
  options: {
    platform: { hosts: ['a', 'b', 'c'] },
    traffic: { longestTimeout: '1s' },
    rollout: {
      strategy: 'rolling',
      steps: [],
      analysis: { floor: '2%', past: '2s' },
      capacity: { perInstance: '50%' },
      rolling: { firstBake: '4s', bake: '1s', wholeBake: '1s' },
    },
  },
  begun: { said: /✓ \S*share-33\S*/, share: 1 / 3 },
  inspected: ['log=yes', 'function=yes', 'memory=40', 'seen=the list', 'decision=go-on'],
};

export const STRATEGIES: Readonly<Record<string, MeasuredStrategy>> = {
  canary: CANARY,
  'blue-green': BLUE_GREEN,
  rolling: ROLLING,
};
