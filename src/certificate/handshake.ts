import { connect as connectPlainly, isIP, type Socket } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { parseAddress } from '../model/scalars.ts';
import { type CertificateFacts, certificateFacts } from './facts.ts';
import { askForTls } from './mysql.ts';

/** What a server shows in a real handshake of TLS. */

export type Shown =
  | {
      readonly kind: 'shown';
      readonly facts: CertificateFacts;
      /** Why a client would not go on; null: it trusts it. */
      readonly distrust: string | null;
    }
  | { readonly kind: 'silent'; readonly reason: string };

const LOOK_MS = 5_000;

export interface Handshake {
  readonly name: string;
  /** Roots that are trusted, PEM; null: those of this program. */
  readonly ca: string | null;
  readonly signal?: AbortSignal;
  /** `mysql`: the server greets in the clear, and TLS begins when it is asked for. */
  readonly speaks?: 'tls' | 'mysql';
}

/**
 * Connects as a client does that asks for `name`, and closes again. Never throws but for an abort: no answer is an answer too.
 * @param at `host:port`
 */
export function shownAt(at: string, { name, ca, signal, speaks = 'tls' }: Handshake): Promise<Shown> {
  const place = parseAddress(at);
  if (place === undefined) return Promise.resolve({ kind: 'silent', reason: `${at} is no address` });
  const limit = AbortSignal.timeout(LOOK_MS);
  const either = signal === undefined ? limit : AbortSignal.any([signal, limit]);
  return new Promise((resolve, reject) => {
    let open: Socket;
    const end = (found: Shown): void => {
      either.removeEventListener('abort', late);
      open.destroy();
      resolve(found);
    };
    const late = (): void => {
      if (signal?.aborted !== true) end({ kind: 'silent', reason: `${at}: no handshake within ${LOOK_MS / 1000} s` });
      else {
        open.destroy();
        reject(signal.reason);
      }
    };
    const failed = (error: NodeJS.ErrnoException): void =>
      end({ kind: 'silent', reason: `${at}: ${error.code ?? error.message}` });
    const secure = (over: Socket | null): TLSSocket => {
      const socket = connect({
        // Over a connection that is there Node knows no name to compare with, and would take `localhost`.
        ...(over === null ? place : { socket: over, host: name }),
        // An address may not stand in the server name (RFC 6066 section 3).
        ...(isIP(name) === 0 ? { servername: name } : {}),
        ...(ca === null ? {} : { ca }),
        // It is looked at whatever it is; whether it is trusted is told beside it.
        rejectUnauthorized: false,
      });
      socket.once('secureConnect', () => end(shownOf(socket, at, name)));
      socket.once('error', failed);
      return socket;
    };
    either.addEventListener('abort', late);
    if (speaks === 'tls') {
      open = secure(null);
      return;
    }
    const plain = connectPlainly(place);
    open = plain;
    plain.once('error', failed);
    askForTls(plain).then(
      (no) => (no === null ? secure(plain) : end({ kind: 'silent', reason: `${at}: ${no}` })),
      failed,
    );
  });
}

function shownOf(socket: TLSSocket, at: string, name: string): Shown {
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return { kind: 'silent', reason: `${at}: no certificate` };
  const valid = isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name);
  const why = valid === undefined ? `it is not for ${name}` : null;
  const error: unknown = socket.authorizationError;
  return {
    kind: 'shown',
    facts: certificateFacts(certificate),
    distrust: socket.authorized ? why : error instanceof Error ? error.message : String(error ?? 'not trusted'),
  };
}
