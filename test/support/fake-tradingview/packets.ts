/** The packet of a payload. */
export function framed(payload: string): string {
  return `~m~${payload.length}~m~${payload}`;
}

/** A message as the payload of a packet. */
export function textOf(message: unknown): string {
  return typeof message === 'string' ? message : JSON.stringify(message);
}
