import { indexKeyOf, isIndexable, typeBounds, type IndexKey } from './index-keys.ts';
import { isOperatorExpression, type PlainDocument } from './operators.ts';

/** The part of a filter that SQLite serves by an index. */
export interface SqlFilter {
  /** Conditions joined by AND; empty if there are none. */
  readonly where: string;
  readonly parameters: readonly IndexKey[];
  /** Whether SQL decides alone; if not, what it lets through must still be matched. */
  readonly isExact: boolean;
}

/** `columnOf` names the column of an indexed field, `undefined` for a field without one. */
export function sqlFilterOf(filter: PlainDocument, columnOf: (field: string) => string | undefined): SqlFilter {
  const conditions: string[] = [];
  const parameters: IndexKey[] = [];
  let isExact = true;

  function compare(column: string, operator: string, value: unknown): boolean {
    if (!isIndexable(value)) return false;
    const { from, below } = typeBounds(value);
    conditions.push(`${column} ${operator} ?`);
    parameters.push(indexKeyOf(value, column));
    // The other end is open to values of other types, which a comparison must not see.
    if (operator.startsWith('<') && from !== undefined) {
      conditions.push(`${column} >= ?`);
      parameters.push(from);
    }
    if (operator.startsWith('>') && below !== undefined) {
      conditions.push(`${column} < ?`);
      parameters.push(below);
    }
    return true;
  }

  function isServed(column: string, operator: string, operand: unknown): boolean {
    switch (operator) {
      case '$eq':
        return compare(column, '=', operand);
      case '$gt':
        return compare(column, '>', operand);
      case '$gte':
        return compare(column, '>=', operand);
      case '$lt':
        return compare(column, '<', operand);
      case '$lte':
        return compare(column, '<=', operand);
      case '$in':
        return isAmong(column, operand);
      default:
        return false;
    }
  }

  function isAmong(column: string, values: unknown): boolean {
    const isPlain =
      Array.isArray(values) && values.every((value) => typeof value === 'string' || Number.isFinite(value));
    if (!isPlain) return false;
    conditions.push(`${column} IN (SELECT value FROM json_each(?))`);
    parameters.push(JSON.stringify(values));
    return true;
  }

  function visit(part: PlainDocument): void {
    for (const [field, condition] of Object.entries(part)) {
      if (field === '$and') {
        for (const inner of condition as readonly PlainDocument[]) visit(inner);
        continue;
      }
      const column = columnOf(field);
      const tests = isOperatorExpression(condition) ? Object.entries(condition) : [['$eq', condition] as const];
      for (const [operator, operand] of tests)
        if (column === undefined || !isServed(column, operator, operand)) isExact = false;
    }
  }

  visit(filter);
  return { where: conditions.join(' AND '), parameters, isExact };
}
