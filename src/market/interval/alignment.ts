/** Where bars of less than a day begin: on the UTC grid, or with trading. */
export const ALIGNMENTS = ['clock', 'session'] as const;
export type Alignment = (typeof ALIGNMENTS)[number];
