import { z } from 'zod';

/** Tests by how they ended. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
}

export const none: Counts = { passed: 0, failed: 0 };

export function add(a: Counts, b: Counts): Counts {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed };
}

const vitestReport = z.object({
  testResults: z.array(
    z.object({
      name: z.string().default(''),
      status: z.string(),
      startTime: z.number().default(0),
      endTime: z.number().default(0),
      assertionResults: z.array(z.object({ status: z.string(), fullName: z.string().default('') })),
    }),
  ),
});

/**
 * Counts vitest's JSON report. A file that failed without any failed test of its own (it does not load, a hook threw) is one
 * failure; a test that did not run (skipped, still open) is neither passed nor failed unless its file failed.
 * @param text the report, or null when vitest wrote none
 * @param exitCode vitest's own: anything but 0 is at least one failure, whatever the report says
 */
export function countVitest(text: string | null, exitCode: number | null): Counts {
  const counts = text === null ? none : readReport(text);
  return exitCode === 0 ? counts : { ...counts, failed: Math.max(1, counts.failed) };
}

function readReport(text: string): Counts {
  return vitestReport.parse(JSON.parse(text)).testResults.reduce((sum, file) => add(sum, countFile(file)), none);
}

function countFile(file: z.infer<typeof vitestReport>['testResults'][number]): Counts {
  const passed = file.assertionResults.filter((test) => test.status === 'passed').length;
  const failed = file.assertionResults.filter((test) => test.status === 'failed').length;
  return { passed, failed: failed === 0 && file.status === 'failed' ? 1 : failed };
}

/**
 * The names of the tests in vitest's JSON report that did not run, in its order.
 * @param text the report, or null when vitest wrote none
 */
export function skippedIn(text: string | null): readonly string[] {
  if (text === null) return [];
  const all = vitestReport.parse(JSON.parse(text)).testResults.flatMap((file) => file.assertionResults);
  return all.filter((test) => !['passed', 'failed'].includes(test.status)).map((test) => test.fullName);
}

/**
 * The files in vitest's JSON report that took longest, the longest first, with their seconds.
 * @param text the report, or null when vitest wrote none
 */
export function slowestIn(
  text: string | null,
  most: number,
): readonly { readonly file: string; readonly seconds: number }[] {
  if (text === null) return [];
  return vitestReport
    .parse(JSON.parse(text))
    .testResults.map(({ name, startTime, endTime }) => ({ file: name, seconds: (endTime - startTime) / 1000 }))
    .toSorted((a, b) => b.seconds - a.seconds)
    .slice(0, most);
}

/** More failed files than this are a fault that a second look would only hide longer. */
const MOST_AGAIN = 3;

/**
 * The files that failed, when they are few and everything that failed lies in one of them: worth a second look, without company.
 * @param text vitest's JSON report, or null when it wrote none
 */
export function failedFiles(text: string | null): readonly string[] {
  if (text === null) return [];
  const failed = vitestReport.parse(JSON.parse(text)).testResults.filter((file) => file.status === 'failed');
  return failed.length <= MOST_AGAIN ? failed.map((file) => file.name) : [];
}

/**
 * What a tier has come to when the files that failed were run again: they count as they ended the second time.
 * @param text the report of the first time
 */
export function countAgain(text: string | null, again: Counts): Counts {
  if (text === null) return again;
  const files = vitestReport.parse(JSON.parse(text)).testResults.filter((file) => file.status !== 'failed');
  return add(
    files.reduce((sum, file) => add(sum, countFile(file)), none),
    again,
  );
}

const goEvent = z.object({ Action: z.string(), Test: z.string().optional(), Output: z.string().optional() });

/**
 * Counts `go test -json` and gives back what a person would have read. Lines that are no events (a compiler's, a linker's)
 * are kept as they are. Subtests count as tests, as in vitest.
 * @param exitCode Go's own: anything but 0 is at least one failure
 */
export function countGo(text: string, exitCode: number | null): { readonly counts: Counts; readonly output: string } {
  let counts = none;
  let output = '';
  for (const line of text.split('\n').filter((one) => one !== '')) {
    const event = eventIn(line);
    if (event === null) output += `${line}\n`;
    else if (event.Output !== undefined) output += event.Output;
    if (event?.Test === undefined) continue;
    if (event.Action === 'pass') counts = add(counts, { passed: 1, failed: 0 });
    if (event.Action === 'fail') counts = add(counts, { passed: 0, failed: 1 });
  }
  return { counts: exitCode === 0 ? counts : { ...counts, failed: Math.max(1, counts.failed) }, output };
}

function eventIn(line: string): z.infer<typeof goEvent> | null {
  try {
    return goEvent.parse(JSON.parse(line));
  } catch {
    return null;
  }
}
