import { isPlainObject, type Row } from './table.ts';

type Make = (line: number, value: unknown, written: () => string) => Row;

/** Turns values into rows: all are lists, or all are objects, as the first ones are. */
export interface RowMaker {
  readonly names: readonly string[] | undefined;
  readonly form: 'list' | 'object';
  readonly row: Make;
}

/** @param first some values of the file, all of whose keys name columns; keys that come only later are refused */
export function rowMaker(first: readonly unknown[]): RowMaker {
  const known = first.find((value) => Array.isArray(value) || isPlainObject(value));
  if (known === undefined || Array.isArray(known)) return { names: undefined, form: 'list', row: rowOfList };
  const names = namesOf(first);
  return { names, form: 'object', row: rowOfObject(names) };
}

/** The keys of all objects, in the order in which they come. */
export function namesOf(values: readonly unknown[]): readonly string[] {
  const names = new Set<string>();
  for (const value of values) if (isPlainObject(value)) for (const name of Object.keys(value)) names.add(name);
  return [...names];
}

const rowOfList: Make = (line, value, written) =>
  Array.isArray(value)
    ? { line, cells: value, written }
    : { line, cells: [], written, fault: 'Not a list, as the rows before' };

function rowOfObject(names: readonly string[]): Make {
  const known = new Set(names);
  return (line, value, written) => {
    if (!isPlainObject(value)) return { line, cells: [], written, fault: 'Not a JSON object, as the rows before' };
    let found = 0;
    const cells = names.map((name) => {
      if (!Object.hasOwn(value, name)) return undefined;
      found++;
      return value[name];
    });
    const keys = Object.keys(value);
    const late = keys.length === found ? undefined : keys.find((key) => !known.has(key) && value[key] !== null);
    if (late === undefined) return { line, cells, written };
    return { line, cells: [], written, fault: `None of the first rows has ${JSON.stringify(late.slice(0, 40))}` };
  };
}
