import { createServer, type Socket } from 'node:net';
import { freePort } from '../../scripts/components/ports.ts';

/** A mail server that takes everything from anybody on this machine and keeps it: as much of SMTP (RFC 5321) as that needs. */
export interface MailSink extends AsyncDisposable {
  /** `127.0.0.1:PORT` */
  readonly address: string;
  /** Headers and bodies, as they came; quoted-printable is undone. */
  readonly mails: string[];
}

export async function startMailSink(): Promise<MailSink> {
  const mails: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    let [rest, inMail] = ['', false];
    const say = (line: string): void => {
      socket.write(`${line}\r\n`);
    };
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      rest += chunk;
      for (;;) {
        const end = inMail ? rest.indexOf('\r\n.\r\n') : rest.indexOf('\r\n');
        if (end < 0) return;
        const text = rest.slice(0, end);
        rest = rest.slice(end + (inMail ? 5 : 2));
        if (inMail) {
          mails.push(plainText(text));
          inMail = false;
          say('250 kept');
          continue;
        }
        const verb = text.slice(0, 4).toUpperCase();
        inMail = verb === 'DATA';
        if (verb === 'QUIT') socket.end('221 bye\r\n');
        else say(inMail ? '354 go on' : '250 ok');
      }
    });
    say('220 sink');
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${port}`,
    mails,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function plainText(text: string): string {
  return text
    .replaceAll(/=\r\n/g, '')
    .replaceAll(/=([0-9A-F]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}
