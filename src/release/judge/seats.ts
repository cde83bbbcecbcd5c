/** A bound on what goes on at once: so many at work, so many waiting, everybody else is sent away. */
export interface Seats {
  /** Gives back the seat when called; undefined when there is none and none is waited for, or the signal came first. */
  take(signal: AbortSignal): Promise<(() => void) | undefined>;
}

export function createSeats(most: number, mostWaiting: number): Seats {
  let taken = 0;
  const waiting: (() => void)[] = [];
  const giveBack = (): (() => void) => {
    let given = false;
    return () => {
      if (given) return;
      given = true;
      taken -= 1;
      waiting.shift()?.();
    };
  };
  return {
    take: async (signal) => {
      if (taken < most) {
        taken += 1;
        return giveBack();
      }
      if (waiting.length >= mostWaiting || signal.aborted) return undefined;
      return new Promise((resolve) => {
        const next = (): void => {
          signal.removeEventListener('abort', leave);
          taken += 1;
          resolve(giveBack());
        };
        const leave = (): void => {
          waiting.splice(waiting.indexOf(next), 1);
          resolve(undefined);
        };
        signal.addEventListener('abort', leave, { once: true });
        waiting.push(next);
      });
    },
  };
}
