import { EPOCH_MS_RANGE } from '../../market/index.ts';

/** When a token expires, UTC epoch ms, by the `exp` of the JWT that it is; `undefined` where it does not say. */
export function tokenExpiry(token: string): number | undefined {
  const [, payload = ''] = token.split('.');
  try {
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as unknown;
    const exp = typeof claims === 'object' && claims !== null && 'exp' in claims ? claims.exp : undefined;
    if (typeof exp !== 'number') return undefined;
    const expiresAt = Math.floor(exp * 1_000);
    return expiresAt >= EPOCH_MS_RANGE.minimum && expiresAt <= EPOCH_MS_RANGE.maximum ? expiresAt : undefined;
  } catch {
    return undefined; // no JWT
  }
}
