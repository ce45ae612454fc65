import { compareValues, isSameValue } from './compare-values.ts';
import { isOperatorExpression, isPlainDocument, UnsupportedOperationError, type PlainDocument } from './operators.ts';

type FieldUpdate = (current: unknown, operand: unknown, path: string) => unknown;

/** What each operator makes of a field; `undefined` removes it. */
const OPERATORS: Readonly<Record<string, FieldUpdate>> = {
  $set: (_current, operand) => operand,
  $unset: () => undefined,
  $inc: increment,
  $min: (current, operand) => (current === undefined || compareValues(operand, current) < 0 ? operand : current),
  $max: (current, operand) => (current === undefined || compareValues(operand, current) > 0 ? operand : current),
  $push: push,
  $addToSet: addToSet,
};

/**
 * Applies update operators to the top-level fields of a document; the document given is not changed.
 * @throws UnsupportedOperationError if an operator or path is not served, or the id would change
 */
export function applyUpdate(document: PlainDocument, update: PlainDocument, isInsert: IsInsert): PlainDocument {
  const changed = { ...document };
  const touched = new Set<string>();
  for (const [operator, fields] of Object.entries(update)) {
    const apply = operator === '$setOnInsert' ? OPERATORS['$set'] : OPERATORS[operator];
    if (apply === undefined || !isPlainDocument(fields))
      throw new UnsupportedOperationError(`Unknown update operator ${operator}`);
    for (const [path, operand] of Object.entries(fields)) {
      requireFreshTopLevelPath(path, touched);
      if (operand === undefined || (operator === '$setOnInsert' && isInsert === 'update')) continue;
      const value = apply(changed[path], operand, path);
      if (path === '_id' && changed['_id'] !== undefined && !isSameValue(value, changed['_id']))
        throw new UnsupportedOperationError('An update must not change _id');
      if (value === undefined) delete changed[path];
      else changed[path] = value;
    }
  }
  return changed;
}

export type IsInsert = 'insert' | 'update';

function requireFreshTopLevelPath(path: string, touched: Set<string>): void {
  if (path.includes('.')) throw new UnsupportedOperationError(`Updates reach top-level fields only, not ${path}`);
  if (touched.has(path)) throw new UnsupportedOperationError(`Two operators update ${path}`);
  touched.add(path);
}

/** The document that an upsert begins with: what the filter says its fields equal. */
export function documentOfFilter(filter: PlainDocument): PlainDocument {
  const document: PlainDocument = {};
  for (const [key, condition] of Object.entries(filter)) {
    if (key === '$and')
      for (const part of condition as readonly PlainDocument[]) Object.assign(document, documentOfFilter(part));
    else if (key.startsWith('$')) continue;
    else if (!isOperatorExpression(condition)) document[key] = condition;
    else if ('$eq' in condition) document[key] = condition['$eq'];
  }
  return document;
}

function increment(current: unknown, operand: unknown, path: string): number {
  if (typeof operand !== 'number') throw new UnsupportedOperationError(`$inc of ${path} needs a number`);
  if (current !== undefined && typeof current !== 'number')
    throw new UnsupportedOperationError(`$inc finds no number in ${path}`);
  return (current ?? 0) + operand;
}

function listOf(current: unknown, operator: string, path: string): readonly unknown[] {
  if (current === undefined) return [];
  if (!Array.isArray(current)) throw new UnsupportedOperationError(`${operator} finds no list in ${path}`);
  return current;
}

function elementsOf(operand: unknown): { readonly elements: readonly unknown[]; readonly slice: number | undefined } {
  if (!isOperatorExpression(operand)) return { elements: [operand], slice: undefined };
  const { $each, $slice, ...others } = operand;
  if (!Array.isArray($each) || Object.keys(others).length > 0)
    throw new UnsupportedOperationError('Only $each and $slice are served here');
  return { elements: $each, slice: typeof $slice === 'number' ? $slice : undefined };
}

function push(current: unknown, operand: unknown, path: string): unknown[] {
  const { elements, slice } = elementsOf(operand);
  const pushed = [...listOf(current, '$push', path), ...elements];
  if (slice === undefined) return pushed;
  return slice < 0 ? pushed.slice(slice) : pushed.slice(0, slice);
}

function addToSet(current: unknown, operand: unknown, path: string): unknown[] {
  const set = [...listOf(current, '$addToSet', path)];
  for (const element of elementsOf(operand).elements)
    if (!set.some((known) => isSameValue(known, element))) set.push(element);
  return set;
}
