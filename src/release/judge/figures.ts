/** The judge's own figures in Prometheus's text format. As many series as there are environments and codes, however long it runs. */
export interface Figures {
  answered(code: number, seconds: number): void;
  verdict(service: string, environment: string, verdict: string): void;
  blind(): void;
  begun(): void;
  ended(): void;
  text(residentBytes: number): string;
}

const BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export function createFigures(): Figures {
  const requests = new Map<string, number>();
  const verdicts = new Map<string, number>();
  const within = BUCKETS.map(() => 0);
  let [count, sum, blindAnswers, inFlight] = [0, 0, 0, 0];
  const add = (to: Map<string, number>, labels: string): void => {
    to.set(labels, (to.get(labels) ?? 0) + 1);
  };
  return {
    answered(code, seconds) {
      add(requests, `code="${code}"`);
      count += 1;
      sum += seconds;
      for (const [index, limit] of BUCKETS.entries()) if (seconds <= limit) within[index] = (within[index] ?? 0) + 1;
    },
    verdict(service, environment, verdict) {
      add(verdicts, `service="${service}",environment="${environment}",verdict="${verdict}"`);
    },
    blind() {
      blindAnswers += 1;
    },
    begun() {
      inFlight += 1;
    },
    ended() {
      inFlight -= 1;
    },
    text(residentBytes) {
      const name = 'shiplock_judge';
      return [
        ...head(`${name}_requests_total`, 'counter', 'Requests by HTTP status.'),
        ...lines(`${name}_requests_total`, requests),
        ...head(`${name}_verdicts_total`, 'counter', 'Answers by verdict.'),
        ...lines(`${name}_verdicts_total`, verdicts),
        ...head(`${name}_blind_total`, 'counter', 'Answers that are undecided because Prometheus could not be asked.'),
        `${name}_blind_total ${blindAnswers}`,
        ...head(`${name}_in_flight`, 'gauge', 'Questions that are being answered.'),
        `${name}_in_flight ${inFlight}`,
        ...head(`${name}_duration_seconds`, 'histogram', 'Time to an answer.'),
        ...BUCKETS.map((limit, index) => `${name}_duration_seconds_bucket{le="${limit}"} ${within[index] ?? 0}`),
        `${name}_duration_seconds_bucket{le="+Inf"} ${count}`,
        `${name}_duration_seconds_sum ${sum}`,
        `${name}_duration_seconds_count ${count}`,
        ...head('process_resident_memory_bytes', 'gauge', 'Resident memory.'),
        `process_resident_memory_bytes ${residentBytes}`,
        '',
      ].join('\n');
    },
  };
}

function head(name: string, type: string, help: string): readonly string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];
}

function lines(name: string, values: ReadonlyMap<string, number>): readonly string[] {
  return [...values].map(([labels, value]) => `${name}{${labels}} ${value}`);
}
