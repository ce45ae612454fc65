/** Parameters of `POST /imports` that say how a file is read and stored. */
const IMPORT_OPTIONS = [
  'instrumentId',
  'interval',
  'timezone',
  'dateOrder',
  'timeIs',
  'timeUnit',
  'decimal',
  'align',
  'columns',
  'layout',
  'symbolColumn',
  'symbol',
  'exchange',
  'provider',
  'state',
  'isComplete',
  'forceInterval',
  'duplicates',
  'format',
  'encoding',
  'member',
  'name',
] as const;
export type ImportOption = (typeof IMPORT_OPTIONS)[number];

/** What is left out is told by the file, or has its default. */
export type ImportOptions = Readonly<Partial<Record<ImportOption, string>>>;

export function optionsIn(parameters: Readonly<Record<string, string>>): ImportOptions {
  return Object.fromEntries(
    IMPORT_OPTIONS.map((option) => [option, parameters[option]?.trim() ?? '']).filter(([, value]) => value !== ''),
  );
}

export function isImportOption(name: string): name is ImportOption {
  return (IMPORT_OPTIONS as readonly string[]).includes(name);
}
