/** The pages by where they are answered. */
export const PAGES = [
  { path: '/', title: 'Chart' },
  { path: '/coverage', title: 'Coverage' },
  { path: '/instruments', title: 'Instruments' },
  { path: '/jobs', title: 'Jobs' },
  { path: '/changes', title: 'Changes' },
  { path: '/system', title: 'System' },
] as const;

export type PagePath = (typeof PAGES)[number]['path'];
