import { problemsOf, unwrap } from '../../model/problem.ts';
import { commit } from './index.ts';
import { checkFile, placeOf } from './place.ts';
import { REFUSED, type ValuesAnswer, type ValuesRequest, valuesRequestSchema } from './request.ts';
import type { CommitPorts } from './session.ts';
import { deriveValues } from './values.ts';

/**
 * The effect of a commit step: reads a request, commits, answers with one line of JSON. Every refusal is an answer too; the step that
 * reads it says what it means.
 */
export async function valuesMain(
  stdin: string,
  ports: CommitPorts,
  out: (text: string) => void,
): Promise<0 | typeof REFUSED> {
  const answer = await answerTo(stdin, ports);
  out(`${JSON.stringify(answer)}\n`);
  return answer.kind === 'problems' ? REFUSED : 0;
}

async function answerTo(stdin: string, ports: CommitPorts): Promise<ValuesAnswer> {
  try {
    const parsed: unknown = JSON.parse(stdin);
    return await commitValues(valuesRequestSchema.parse(parsed), ports);
  } catch (error) {
    return { kind: 'problems', problems: [...problemsOf(error, 'commit')] };
  }
}

/** One commit that sets values in files. */
export async function commitValues(request: ValuesRequest, ports: CommitPorts): Promise<ValuesAnswer> {
  const { changes, origin, missingFile, othersValue, repository, branch } = request;
  const place = unwrap(placeOf(request));
  const done = await commit(
    {
      ...request,
      place,
      files: [...new Set(changes.map(({ file }) => checkFile(file)))],
      derive: deriveValues({ origin, changes, missingFile, othersValue, where: `${repository} ${branch}` }),
    },
    ports,
  );
  return done.kind === 'committed' ? { kind: done.kind, commit: done.commit, tries: done.tries } : done;
}
