import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { serveGit } from '../../../scripts/components/git-backend.ts';
import { mayIn, maySee } from '../access.ts';
import { changeOf, greenOn, moved } from '../moves.ts';
import { type Context, Refused } from '../operation.ts';
import { declined, type Wanted } from '../rules.ts';
import { fullName, type Repository, repositoryNamed } from '../world.ts';
import { NOTHING } from './index.ts';

/** Clone, fetch and push by git's own protocol, over the same port as the API. */

const PATH = /^\/([^/]+)\/([^/]+?)(?:\.git)?\/(info\/refs|git-upload-pack|git-receive-pack)$/;

export function isGit(pathname: string): boolean {
  return PATH.test(pathname);
}

interface Command {
  readonly before: string;
  readonly after: string;
  readonly ref: string;
}

export async function answerGit(
  context: Pick<Context, 'world' | 'tell' | 'git' | 'caller'>,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  inTurn: <T>(repository: Repository, work: () => Promise<T>) => Promise<T>,
): Promise<void> {
  const [, owner = '', name = '', service = ''] = PATH.exec(url.pathname) ?? [];
  const repository = repositoryNamed(context.world, owner, name);
  const pushes = service === 'git-receive-pack' || url.searchParams.get('service') === 'git-receive-pack';
  const { caller, world } = context;
  const token = caller.kind === 'token' ? caller.token : undefined;
  const visible =
    repository !== undefined && (token === undefined ? !repository.private : maySee(world, repository, token));
  if (repository === undefined || !visible || (pushes && token === undefined)) {
    // Git asks for a password then, as it does there.
    if (token === undefined)
      throw new Refused(401, 'Repository not found.', {}, { 'www-authenticate': 'Basic realm="GitHub"' });
    throw new Refused(404, 'Repository not found.');
  }
  const needs = [{ contents: pushes ? 'write' : 'read' } as const];
  if (token !== undefined && !mayIn(world, repository, token, needs)) {
    throw new Refused(403, `Permission to ${fullName(repository)}.git denied to ${token.account.login}.`);
  }
  const path = `/${repository.owner.login}/${repository.name}.git/${service}`;
  if (service !== 'git-receive-pack' || token === undefined) {
    await serveGit({ root: world.root, path, query: url.search.slice(1), request, body: request, response });
    return;
  }
  const body = await whole(request);
  await inTurn(repository, async () => {
    const git = context.git(repository);
    const commands = commandsIn(body);
    const no: string[] = [];
    const noForce: string[] = [];
    for (const command of commands) {
      // Whether it is forced shows only when the objects have come: the hook asks git.
      const asked: Wanted = {
        ref: command.ref,
        change: changeOf(command),
        force: false,
        merge: false,
        green: greenOn(repository, command.after),
        approvals: 0,
        signed: false,
      };
      if (declined(world, repository, token, asked) !== undefined) no.push(command.ref);
      if (declined(world, repository, token, { ...asked, force: true }) !== undefined) noForce.push(command.ref);
    }
    const env = { FORGE_DECLINED: no.join(' '), FORGE_NO_FORCE: noForce.join(' ') };
    // Whoever pushed finds it in the record as soon as git says that it is done.
    const first = async (): Promise<void> => {
      for (const command of commands) {
        const now = (await git.resolve(command.ref)) ?? NOTHING;
        if (now === command.after && command.before !== command.after) {
          await moved(context, repository, command, token.account);
        }
      }
    };
    await serveGit({ root: world.root, path, query: '', request, body: Readable.from([body]), response, env, first });
  });
}

async function whole(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

/** The commands of a push: lines with their length before them, until an empty one. */
function commandsIn(body: Buffer): readonly Command[] {
  const found: Command[] = [];
  for (let at = 0; at + 4 <= body.length; ) {
    const length = Number.parseInt(body.toString('latin1', at, at + 4), 16);
    if (!(length > 4)) break;
    const line = body.toString('utf8', at + 4, at + length).split('\0')[0] ?? '';
    const [before = '', after = '', ref = ''] = line.trimEnd().split(' ');
    if (/^[0-9a-f]{40}$/.test(before)) found.push({ before, after, ref });
    at += length;
  }
  return found;
}
