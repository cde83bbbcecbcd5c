import { spawn } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';

/** git's own http-backend as a CGI program: repositories below a directory, over HTTP. */
export interface GitRequest {
  /** Directory of the repositories. */
  readonly root: string;
  /** Below it, with what is asked: `/operations.git/info/refs`. */
  readonly path: string;
  readonly query: string;
  readonly request: IncomingMessage;
  /** The request itself, or what was read of it already. */
  readonly body: Readable;
  readonly response: ServerResponse;
  /** For hooks. */
  readonly env?: Readonly<Record<string, string>>;
  /** What must be done before git hears the end of it; the answer is kept back until then. */
  readonly first?: () => Promise<void>;
}

/** Resolves when the answer has been given. */
export function serveGit({ root, path, query, request, body, response, env, first }: GitRequest): Promise<void> {
  const { headers } = request;
  const backend = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env['PATH'],
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'safe.directory',
      GIT_CONFIG_VALUE_0: '*',
      PATH_INFO: path,
      QUERY_STRING: query,
      REQUEST_METHOD: request.method ?? 'GET',
      REMOTE_ADDR: '127.0.0.1',
      REMOTE_USER: 'tester',
      CONTENT_TYPE: headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: headers['content-encoding'] ?? '',
      ...(headers['content-length'] === undefined ? {} : { CONTENT_LENGTH: headers['content-length'] }),
      ...(headers['git-protocol'] === undefined ? {} : { GIT_PROTOCOL: String(headers['git-protocol']) }),
      ...env,
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  backend.stdin.on('error', () => undefined);
  body.pipe(backend.stdin);
  response.on('close', () => backend.kill());
  let head = Buffer.alloc(0);
  let begun = false;
  const kept: Buffer[] = [];
  const write = (chunk: Buffer): void => {
    if (first === undefined) response.write(chunk);
    else kept.push(chunk);
  };
  backend.stdout.on('data', (chunk: Buffer) => {
    if (begun) {
      write(chunk);
      return;
    }
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    begun = true;
    response.statusCode = 200;
    for (const line of head.toString('latin1', 0, end).split('\r\n')) {
      const [name = '', value = ''] = line.split(/:\s*/, 2);
      if (name.toLowerCase() === 'status') response.statusCode = Number(value.slice(0, 3));
      else response.setHeader(name, value);
    }
    write(head.subarray(end + 4));
  });
  return new Promise((resolve, reject) => {
    backend.stdout.on('end', () => {
      if (!begun) response.statusCode = 500;
      (first?.() ?? Promise.resolve()).then(() => {
        response.end(Buffer.concat(kept));
        resolve();
      }, reject);
    });
  });
}
