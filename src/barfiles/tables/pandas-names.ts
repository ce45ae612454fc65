import { isPlainObject } from './table.ts';

const WITHOUT_NAME = /^__index_level_\d+__$/;

/**
 * Columns as the user of pandas knows them: its indexes by their names, an index without a name as `''`.
 * @param metadata what pandas wrote into the file, as JSON
 */
export function namesInPandas(names: readonly string[], metadata: string | undefined): readonly string[] {
  const named = new Map<unknown, unknown>();
  for (const { field_name: field, name } of columnsOf(metadata)) named.set(field, name);
  return names.map((field) => {
    if (!WITHOUT_NAME.test(field)) return field;
    const name = named.get(field);
    return typeof name === 'string' && !WITHOUT_NAME.test(name) ? name : '';
  });
}

function columnsOf(metadata: string | undefined): readonly Readonly<Record<string, unknown>>[] {
  try {
    const described: unknown = JSON.parse(metadata ?? '{}');
    const columns = isPlainObject(described) ? described.columns : undefined;
    return Array.isArray(columns) ? columns.filter(isPlainObject) : [];
  } catch {
    return []; // written by somebody else, or damaged: the fields keep their names
  }
}
