import { withoutCase } from '../../../../market/index.ts';

/**
 * Whether an id matches a pattern in any case: `*` is any text, `?` any character. A regular expression of many stars
 * could take for ever on a text that does not match; this takes pattern times text at most.
 */
export function globMatcher(glob: string): (id: string) => boolean {
  const pattern = Array.from(withoutCase(glob));
  return (id) => {
    const text = Array.from(withoutCase(id));
    let [at, place] = [0, 0];
    // After the last star, and where in the text it is tried to end.
    let [star, tried] = [-1, 0];
    while (at < text.length) {
      if (pattern[place] === '*') {
        star = ++place;
        tried = at;
      } else if (pattern[place] === '?' || pattern[place] === text[at]) {
        place++;
        at++;
      } else if (star !== -1) {
        place = star;
        at = ++tried;
      } else return false;
    }
    while (pattern[place] === '*') place++;
    return place === pattern.length;
  };
}
