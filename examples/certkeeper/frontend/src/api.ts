import { array, type Fields, fields, nullable, number, oneOf, text } from './parse.ts';

/** The HTTP interface of the server, as its README fixes it. */

export const STATUSES = ['valid', 'expiring', 'expired', 'pending'] as const;
export type Status = (typeof STATUSES)[number];

export interface Server {
  readonly id: number;
  readonly name: string;
  readonly address: string;
}

export interface Certificate {
  readonly id: number;
  readonly serverId: number;
  readonly domain: string;
  readonly issuer: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly status: Status;
  readonly renewedAt: Date | null;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

/** What the server refused, and which fields are to blame. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly fields: ReadonlyMap<string, string>;

  constructor(status: number, code: string, message: string, blamed: ReadonlyMap<string, string> = new Map()) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.fields = blamed;
  }
}

export interface CertificateFilter {
  readonly domain: string;
  readonly status: Status | '';
  readonly serverId: number | null;
}

export interface Api {
  servers(cursor?: string | null): Promise<Page<Server>>;
  createServer(server: { readonly name: string; readonly address: string }): Promise<Server>;
  certificates(filter: CertificateFilter, cursor?: string | null): Promise<Page<Certificate>>;
  createCertificate(certificate: NewCertificate): Promise<Certificate>;
  renew(id: number, period: { readonly notBefore: Date; readonly notAfter: Date }): Promise<Certificate>;
}

export interface NewCertificate {
  readonly serverId: number;
  readonly domain: string;
  readonly issuer: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

const ROOT = '/api/v1';
const TIMEOUT_MS = 15_000;

/** An interface for one API key. Every method throws ApiError. */
export function connect(key: string): Api {
  const ask = async <T>(parse: (value: unknown) => T, method: string, path: string, body?: object): Promise<T> => {
    let response: Response;
    try {
      response = await fetch(`${ROOT}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${key}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch {
      throw new ApiError(0, 'unreachable', 'The server does not answer. Check the connection and try again.');
    }
    const answer: unknown = await response.json().catch(() => null);
    if (!response.ok) throw errorOf(response.status, answer);
    return parse(answer);
  };
  return {
    servers: (cursor) => ask(page(server), 'GET', `/servers${query({ limit: '200', cursor })}`),
    createServer: (one) => ask(server, 'POST', '/servers', one),
    certificates: (filter, cursor) =>
      ask(
        page(certificate),
        'GET',
        `/certificates${query({
          limit: '50',
          cursor,
          domain: filter.domain,
          status: filter.status,
          server_id: filter.serverId === null ? '' : String(filter.serverId),
        })}`,
      ),
    createCertificate: ({ serverId, domain, issuer, notBefore, notAfter }) =>
      ask(certificate, 'POST', '/certificates', {
        server_id: serverId,
        domain,
        issuer,
        not_before: rfc3339(notBefore),
        not_after: rfc3339(notAfter),
      }),
    renew: (id, { notBefore, notAfter }) =>
      ask(certificate, 'POST', `/certificates/${id}/renew`, {
        not_before: rfc3339(notBefore),
        not_after: rfc3339(notAfter),
      }),
  };
}

function query(values: Readonly<Record<string, string | null | undefined>>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) if (value) search.set(name, value);
  return `?${search.toString()}`;
}

function rfc3339(date: Date): string {
  return date.toISOString();
}

function errorOf(status: number, answer: unknown): ApiError {
  try {
    const error = fields(fields(answer)['error']);
    const details = error['details'] === undefined ? [] : array(error['details']).map(fields);
    const blamed = new Map(details.map((detail) => [text(detail['field']), text(detail['message'])]));
    return new ApiError(status, text(error['code']), text(error['message']), blamed);
  } catch {
    return new ApiError(status, 'unexpected', `The server answered ${status}. Try again in a moment.`);
  }
}

function page<T>(item: (value: unknown) => T): (value: unknown) => Page<T> {
  return (value) => {
    const body = fields(value);
    return { items: array(body['items']).map(item), next: nullable(text)(body['next_cursor']) };
  };
}

function server(value: unknown): Server {
  const one: Fields = fields(value);
  return { id: number(one['id']), name: text(one['name']), address: text(one['address']) };
}

function certificate(value: unknown): Certificate {
  const one: Fields = fields(value);
  return {
    id: number(one['id']),
    serverId: number(one['server_id']),
    domain: text(one['domain']),
    issuer: text(one['issuer']),
    notBefore: date(one['not_before']),
    notAfter: date(one['not_after']),
    status: oneOf(STATUSES)(one['status']),
    renewedAt: nullable(date)(one['renewed_at']),
  };
}

function date(value: unknown): Date {
  return new Date(text(value));
}
