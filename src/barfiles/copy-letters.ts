/** Copies a text of ASCII letters to where the readers of bytes find it; any other letter becomes one that none of them knows. */
export function copyLetters(text: string, bytes: Uint8Array): void {
  for (let at = 0; at < text.length; at++) bytes[at] = Math.min(text.charCodeAt(at), 255);
}
