import type { StopSignal } from '../api.ts';

const EXITS = { SIGINT: 130, SIGTERM: 143 } as const;

/**
 * The first SIGINT or SIGTERM asks the run to stop at its next safe place (urgent steps still run); the second ends the process at
 * once, which leaves a journal to resume from. Install once per process.
 */
export function installStopSignals(onFirst?: (signal: 'SIGINT' | 'SIGTERM') => void): StopSignal & Disposable {
  const stop = createStopSignal();
  const on = (signal: 'SIGINT' | 'SIGTERM') => (): void => {
    if (stop.requested !== undefined) process.exit(EXITS[signal]);
    stop.request(signal);
    onFirst?.(signal);
  };
  const onInt = on('SIGINT');
  const onTerm = on('SIGTERM');
  process.on('SIGINT', onInt);
  process.on('SIGTERM', onTerm);
  return {
    get requested() {
      return stop.requested;
    },
    signal: stop.signal,
    [Symbol.dispose]() {
      process.off('SIGINT', onInt);
      process.off('SIGTERM', onTerm);
    },
  };
}

/** A stop that is asked for by a call. */
export function createStopSignal(): StopSignal & { request(signal: 'SIGINT' | 'SIGTERM'): void } {
  const controller = new AbortController();
  let requested: StopSignal['requested'];
  return {
    get requested() {
      return requested;
    },
    signal: controller.signal,
    request(signal) {
      requested ??= signal;
      controller.abort(new Error(`stopped by ${requested}`));
    },
  };
}
