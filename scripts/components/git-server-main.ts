import { createServer } from 'node:http';
import { serveGit } from './git-backend.ts';

/** `node git-server-main.ts ROOT PORT`: the repositories below ROOT over HTTP, by git's own http-backend. Loopback only. */
const [root = '', port = ''] = process.argv.slice(2);

createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  void serveGit({ root, path: url.pathname, query: url.search.slice(1), request, body: request, response });
}).listen(Number(port), '127.0.0.1');
