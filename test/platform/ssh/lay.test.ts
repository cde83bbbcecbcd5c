import { describe, expect, it } from 'vitest';
import { ProblemError } from '../../../src/model/problem.ts';
import { laidOn } from '../../../src/platform/ssh/lay.ts';

const HOST = { name: 'web1', address: '192.0.2.1', port: 22, user: 'deploy' };
const ACCESS = { knownHosts: '/k', connectTimeoutMs: 1000 };

/** What a host that says this is understood to have of two files. */
function understood(stdout: string): Promise<readonly (string | null)[]> {
  const reach = { hosts: [HOST], command: [], access: ACCESS, root: '/r', service: 'ck', parallel: 1 };
  const exec = { read: async () => ({ exitCode: 0, stdout, stderr: '' }) };
  return laidOn({ host: HOST, reach, exec }, ['/a', '/b']);
}

const LAID = '{"kind":"laid","path":"/a","digest":"d1"}\n{"kind":"laid","path":"/b","digest":""}\n';

describe('files laid down on a host', () => {
  it('are known by their digests, and what is not there is null', async () => {
    expect(await understood(`Welcome!\n${LAID}{"kind":"end"}\n`)).toEqual(['d1', null]);
  });

  it.each([
    ['an answer without its end', LAID],
    ['an answer that leaves a file out', '{"kind":"laid","path":"/a","digest":"d1"}\n{"kind":"end"}\n'],
    ['a login shell that greets with a brace', `{ hello }\n${LAID}{"kind":"end"}\n`],
  ])('%s is none', async (_, stdout) => {
    const error = await understood(stdout).catch((problem: unknown) => problem);
    if (!(error instanceof ProblemError)) throw error;
    expect(error.problems[0]).toMatchObject({ code: 'ssh.strange-answer', where: 'web1' });
  });
});
