import { isIP } from 'node:net';
import { connect } from 'node:tls';
import { parseAddress } from '../model/scalars.ts';
import { type CertificateFacts, certificateFacts } from './facts.ts';

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

/**
 * Connects as a client does that asks for `name`, and closes again. Never throws but for an abort: no answer is an answer too.
 * @param at `host:port`
 * @param ca roots that are trusted, PEM; null: those of this program
 */
export function shownAt(
  at: string,
  { name, ca, signal }: { readonly name: string; readonly ca: string | null; readonly signal?: AbortSignal },
): Promise<Shown> {
  const place = parseAddress(at);
  if (place === undefined) return Promise.resolve({ kind: 'silent', reason: `${at} is no address` });
  const limit = AbortSignal.timeout(LOOK_MS);
  const either = signal === undefined ? limit : AbortSignal.any([signal, limit]);
  return new Promise((resolve, reject) => {
    const socket = connect({
      ...place,
      // An address may not stand in the server name (RFC 6066 section 3).
      ...(isIP(name) === 0 ? { servername: name } : {}),
      ...(ca === null ? {} : { ca }),
      // It is looked at whatever it is; whether it is trusted is told beside it.
      rejectUnauthorized: false,
    });
    const end = (found: Shown): void => {
      either.removeEventListener('abort', late);
      socket.destroy();
      resolve(found);
    };
    const late = (): void => {
      if (signal?.aborted !== true) end({ kind: 'silent', reason: `${at}: no handshake within ${LOOK_MS / 1000} s` });
      else {
        socket.destroy();
        reject(signal.reason);
      }
    };
    either.addEventListener('abort', late);
    socket.once('secureConnect', () => {
      const certificate = socket.getPeerX509Certificate();
      if (certificate === undefined) return end({ kind: 'silent', reason: `${at}: no certificate` });
      const valid = isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name);
      const why = valid === undefined ? `it is not for ${name}` : null;
      const error: unknown = socket.authorizationError;
      end({
        kind: 'shown',
        facts: certificateFacts(certificate),
        distrust: socket.authorized ? why : error instanceof Error ? error.message : String(error ?? 'not trusted'),
      });
    });
    socket.once('error', (error: NodeJS.ErrnoException) =>
      end({ kind: 'silent', reason: `${at}: ${error.code ?? error.message}` }),
    );
  });
}
