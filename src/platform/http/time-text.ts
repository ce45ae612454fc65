import Type from 'typebox';

const TIMES = 'UTC: 2016-10-07, 2016-10-07T09:30:00Z, or epoch s, ms, us or ns, recognized by magnitude';

/** A moment in path or query, as every door of text takes it. */
export const TimeText = Type.String({ maxLength: 40, description: TIMES });

/** A moment in a JSON body: the same as text or as a number. */
export const TimeValue = Type.Union([Type.String({ maxLength: 40 }), Type.Number()], { description: TIMES });

/** Moments of a JSON body as text, so that a number's unit is told by its magnitude; those that are left out stay so. */
export function timesAsText<Name extends string>(times: { readonly [N in Name]?: string | number | undefined }): {
  [N in Name]?: string;
} {
  const known = Object.entries(times).filter(([, time]) => time !== undefined);
  return Object.fromEntries(known.map(([name, time]) => [name, String(time)])) as { [N in Name]?: string };
}
