import {
  CHANGE_SECTIONS,
  type ChangeEnding,
  type ChangeHead,
  type ChangeRecord,
  type ChangeTexts,
} from '../../model/change.ts';
import { type Problem, ProblemError } from '../../model/problem.ts';
import type { ServiceEnvironment } from '../environment/service.ts';
import { tellGit } from '../run/shared.ts';
import { fetchRunsOf } from './fetch.ts';
import { unknownChange } from './missing.ts';
import type { Preview } from './preview.ts';
import { outcomesOf, runsOf } from './runs.ts';
import { underWay } from './standing.ts';
import { createChange, newChangeId, readChange, replaceChange } from './store.ts';
import { changeText, missingSections, readChangeText, requestDigest } from './text.ts';

/** Asking for a change, and closing it: the two things that people say about one outside of its runs. */

export interface ChangeWish {
  readonly title: string;
  readonly texts: ChangeTexts;
  readonly window?: ChangeHead['window'];
}

/** Takes names that another record has when it is drawn again. */
const DRAWS = 20;

/** The record as it would be written. @throws ProblemError for words that nobody could judge by */
export function recordFor(service: ServiceEnvironment, preview: Preview, wish: ChangeWish): ChangeRecord {
  const { clock, door, target } = service;
  const now = clock.now();
  const problems = [...wordProblems(wish), ...windowProblems(wish.window, now)];
  if (problems.length > 0) throw new ProblemError(problems);
  const record: ChangeRecord = {
    head: {
      formatVersion: 1,
      change: newChangeId(now),
      title: wish.title,
      service: target.service,
      environment: target.environment,
      what: preview.what,
      plan: preview.digest,
      requestedBy: door.who,
      requestedAt: new Date(now).toISOString(),
      ...(wish.window === undefined ? {} : { window: wish.window }),
    },
    texts: wish.texts,
  };
  // Words that look like a heading would be read as another section.
  const again = readChangeText(changeText(record), record.head.change);
  if (!again.ok) throw new ProblemError(again.problems);
  if (requestDigest(again.value) !== requestDigest(record)) throw new ProblemError(notAsSaid(record.head.change));
  return record;
}

/** Writes the record, under a name that nothing has yet, and tells other machines. */
export async function askForChange(service: ServiceEnvironment, record: ChangeRecord): Promise<ChangeRecord> {
  const { store, clock } = service;
  let drawn = record;
  for (let draw = 0; draw < DRAWS; draw++) {
    if (await createChange(store, drawn)) {
      await tellGit(service);
      return drawn;
    }
    drawn = { ...record, head: { ...record.head, change: newChangeId(clock.now()) } };
  }
  throw new TypeError(`${DRAWS} names were taken already`);
}

/** The last word on it. What its runs did is not repeated here. @throws ProblemError while a run of it is not over */
export async function closeChange(
  service: ServiceEnvironment,
  id: string,
  word: { readonly outcome: ChangeEnding; readonly note: string },
): Promise<ChangeRecord> {
  const { store, target, clock, door } = service;
  const { environment } = target;
  const record = await readChange(store, environment, id);
  if (record === null) throw new ProblemError(unknownChange(id, environment));
  const { closed } = record.head;
  // Said again after a crash, it is as if it had been said once.
  if (closed !== undefined && closed.outcome === word.outcome && closed.note === word.note) return record;
  if (closed !== undefined) throw new ProblemError(closedAlready(id, closed));
  await fetchRunsOf(service, id);
  const runs = outcomesOf(await runsOf(store, environment, id));
  const open = runs.find(({ outcome }) => outcome === null);
  if (open !== undefined) throw new ProblemError(underWay(id, open.run));
  const done = runs.find(({ outcome }) => outcome === 'done');
  if (word.outcome === 'successful' && done === undefined) throw new ProblemError(nothingDone(id));
  if (word.outcome === 'withdrawn' && done !== undefined) throw new ProblemError(madeAlready(id, done.run));
  const next: ChangeRecord = {
    ...record,
    head: { ...record.head, closed: { by: door.who, at: new Date(clock.now()).toISOString(), ...word } },
  };
  await replaceChange(store, next);
  await tellGit(service);
  return next;
}

function wordProblems({ title, texts }: ChangeWish): readonly Problem[] {
  const short = title.trim().length < 3 || title.length > 120;
  return [
    ...(short
      ? [
          {
            code: 'change.title',
            where: '--title',
            found: `${title.length} characters`,
            expected: '3 to 120 characters',
            remedy: 'say in a few words what is changed',
          },
        ]
      : []),
    ...missingSections(texts).map(({ heading, question, key }) => ({
      code: 'change.section-missing',
      where: heading,
      found: 'nothing',
      expected: `an answer: ${question}`,
      remedy: `say --${key} TEXT, or write it under "## ${heading}" in a file and give that with --body`,
    })),
  ];
}

function windowProblems(window: ChangeHead['window'], now: number): readonly Problem[] {
  if (window === undefined) return [];
  const [from, until] = [Date.parse(window.from), Date.parse(window.until)];
  if (until > from && until > now) return [];
  return [
    {
      code: 'change.window',
      where: '--begin, --end',
      found: `${window.from} to ${window.until}`,
      expected: 'an end that lies after the beginning and has not passed',
      remedy: 'give both with their zone, such as 2026-11-24T22:00+01:00',
    },
  ];
}

function notAsSaid(where: string): Problem {
  return {
    code: 'change.unreadable',
    where,
    found: 'words that would be read as something else, such as a comment in angle brackets',
    expected: `plain text under ${CHANGE_SECTIONS.map(({ heading }) => heading).join(', ')}`,
    remedy: 'say it in other words',
  };
}

function closedAlready(where: string, closed: NonNullable<ChangeHead['closed']>): Problem {
  return {
    code: 'change.closed',
    where,
    found: `closed as ${closed.outcome} by ${closed.by} at ${closed.at}`,
    expected: 'a change that is still open',
    remedy: 'the first word stands; ask for what is left with `shiplock change new`',
  };
}

function nothingDone(where: string): Problem {
  return {
    code: 'change.not-carried-out',
    where,
    found: 'no run of it that came through',
    expected: 'a run, before it can have been successful',
    remedy: 'close it as `unsuccessful`, or as `withdrawn` when nothing was begun',
  };
}

function madeAlready(where: string, run: string): Problem {
  return {
    code: 'change.carried-out',
    where,
    found: `run ${run}, which has carried it out`,
    expected: 'a change that was not made, to be withdrawn',
    remedy: 'close it as `successful` or `unsuccessful`',
  };
}
