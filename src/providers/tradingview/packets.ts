const MARK = '~m~';
const HEARTBEAT = /^~h~\d+$/;
/** Characters of the longest packet that is read; the longest known ones have a third of a million. */
const MAX_PACKET_LENGTH = 32 * 1024 * 1024;
const MAX_LENGTH_DIGITS = String(MAX_PACKET_LENGTH).length;

/** `~m~<length>~m~<payload>`, the length in characters. */
export function packetOf(payload: string): string {
  return `${MARK}${payload.length}${MARK}${payload}`;
}

/** A message to the vendor. Written in ASCII, so that it has one length whoever counts it. */
export function packetOfMessage(method: string, params: readonly unknown[]): string {
  const text = JSON.stringify({ m: method, p: params });
  return packetOf(text.replaceAll(/[\u0080-\uffff]/g, escaped));
}

function escaped(character: string): string {
  return String.raw`\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** Whether a packet's payload is a heartbeat, to be sent back as it came. */
export function isHeartbeat(payload: string): boolean {
  return HEARTBEAT.test(payload);
}

/**
 * Takes messages of the socket and gives the payloads of the packets that are whole, in their order; the beginning of
 * a packet waits for the rest of it in the next message.
 * @throws RangeError where the text is no packet; nothing after that can be read
 */
export function packetReader(): (text: string) => string[] {
  let rest = '';
  return (text) => {
    const buffer = rest + text;
    const payloads: string[] = [];
    let at = 0;
    for (;;) {
      const header = readHeader(buffer, at);
      if (header === undefined || header.end > buffer.length) break;
      payloads.push(buffer.slice(header.start, header.end));
      at = header.end;
    }
    rest = buffer.slice(at);
    return payloads;
  };
}

/** Where the payload begins and ends; `undefined` while the header itself is cut off. */
function readHeader(buffer: string, at: number): { readonly start: number; readonly end: number } | undefined {
  const mark = buffer.slice(at, at + MARK.length);
  if (!MARK.startsWith(mark)) throw noPacket(buffer, at);
  const digitsAt = at + MARK.length;
  let end = digitsAt;
  while (end < buffer.length && isDigit(buffer.charCodeAt(end))) end++;
  const closing = buffer.slice(end, end + MARK.length);
  const digits = buffer.slice(digitsAt, end);
  if (!MARK.startsWith(closing) || digits.length > MAX_LENGTH_DIGITS) throw noPacket(buffer, at);
  if (digits === '' && closing !== '') throw noPacket(buffer, at);
  if (closing !== MARK) return undefined;
  const length = Number(digits);
  if (length > MAX_PACKET_LENGTH) throw noPacket(buffer, at);
  const start = end + MARK.length;
  return { start, end: start + length };
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function noPacket(buffer: string, at: number): RangeError {
  return new RangeError(`Not a packet ${MARK}<length>${MARK}…: ${JSON.stringify(buffer.slice(at, at + 40))}`);
}
