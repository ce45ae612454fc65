import type { FastifyReply, FastifyRequest } from 'fastify';
import { isIP, isIPv4 } from 'node:net';
import { InvalidRequestError } from '../errors/index.ts';

/**
 * By which names the server answers, and to pages of which origins. Whoever sees a page in a browser on this machine
 * lends it the way here: a page of elsewhere must not read, write or delete, nor may one whose name was made to point
 * here (DNS rebinding). What is no browser may say what it likes.
 */
export interface AllowedCallers {
  /** The address that is listened on. */
  readonly host: string;
  /** Other names of the server, in lower case. */
  readonly hosts: readonly string[];
  /** Origins of pages elsewhere, such as `https://charts.example.com`. */
  readonly origins: readonly string[];
}

export const THIS_MACHINE_ONLY: AllowedCallers = { host: '127.0.0.1', hosts: [], origins: [] };

/** Whether it names this machine, as no other can reach it: `localhost`, 127.0.0.0/8 or `::1`. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}

const HOST = /^(?:\[([\da-f:.]+)\]|([^:[\]]+?)\.?)(?::\d{1,5})?$/;
/** Others are `null` and those of files. */
const PAGE = /^(https?:)\/\//;
const SHOWN_LENGTH = 100;

/** A hook that refuses what was asked under another name, or by a page of another origin; those listed get CORS. */
export function admitting({ host: bound, hosts, origins }: AllowedCallers) {
  const names = new Set(['localhost', bound.toLowerCase(), ...hosts]);
  // No DNS can make an address point elsewhere.
  const isKnownAddress = isLoopback(bound) ? isLoopback : (address: string) => isIP(address) !== 0;

  function requireName(host: string): void {
    const [, address, name = ''] = HOST.exec(host) ?? [];
    if (isKnownAddress(address ?? name) || names.has(address ?? name)) return;
    throw new InvalidRequestError(
      'HOST_NOT_ALLOWED',
      `This server does not answer by the name ${shown(host)}; if it is its name, list it in POCKETQUANT_HOSTS`,
    );
  }

  function requireOrigin(origin: string, host: string): void {
    const [, scheme] = PAGE.exec(origin) ?? [];
    const isOwn = scheme !== undefined && URL.parse(origin)?.host === URL.parse(`${scheme}//${host}`)?.host;
    if (isOwn || origins.includes(origin)) return;
    throw notAllowed(`Pages of ${shown(origin)}`, 'list it in POCKETQUANT_ORIGINS');
  }

  return async ({ method, headers }: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const host = headers.host?.toLowerCase();
    if (host === undefined) throw new InvalidRequestError('INVALID_REQUEST', 'The request has no `Host` header');
    requireName(host);
    const { origin } = headers;
    if (origin === undefined) refuseOtherSites(method, headers);
    else requireOrigin(origin, host);
    if (origins.length > 0) reply.header('vary', 'origin');
    if (origin === undefined || !origins.includes(origin)) return undefined;
    reply.header('access-control-allow-origin', origin);
    reply.header(
      'access-control-expose-headers',
      'accept-ranges, content-range, etag, location, retry-after, x-request-id',
    );
    if (method !== 'OPTIONS' || headers['access-control-request-method'] === undefined) return undefined;
    return reply
      .headers({
        'access-control-allow-methods': 'GET, HEAD, POST, PUT, DELETE',
        'access-control-allow-headers':
          'content-encoding, content-type, if-none-match, if-range, last-event-id, range, x-request-id',
        'access-control-max-age': '600',
      })
      .status(204)
      .send();
  };
}

/** Browsers name no origin where a page merely shows or loads something, but say that it comes from another site. */
function refuseOtherSites(method: string, headers: FastifyRequest['headers']): void {
  const site = headers['sec-fetch-site'];
  const isFollowedLink = headers['sec-fetch-mode'] === 'navigate' && (method === 'GET' || method === 'HEAD');
  if (site === undefined || site === 'same-origin' || site === 'none' || isFollowedLink) return;
  throw notAllowed('Pages of another site', 'list its origin in POCKETQUANT_ORIGINS and ask by CORS');
}

function notAllowed(who: string, advice: string): InvalidRequestError {
  return new InvalidRequestError('ORIGIN_NOT_ALLOWED', `${who} may not use this server; if they should, ${advice}`);
}

function shown(text: string): string {
  return JSON.stringify(text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text);
}
