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

/** Operators and operands that one field must pass. */
type Tests = readonly (readonly [string, unknown])[];

const COMPARISONS: Readonly<Partial<Record<string, string>>> = { $eq: '=', $gt: '>', $gte: '>=', $lt: '<', $lte: '<=' };

/** Whether a test keeps values within the type of `value` at the side of an operator. */
function isBounded(side: '<' | '>', value: unknown, tests: Tests): boolean {
  const isOfType = (operand: unknown): boolean => typeof operand === typeof value && isIndexable(operand);
  return tests.some(([operator, operand]) => COMPARISONS[operator]?.startsWith(side) === true && isOfType(operand));
}

/** `columnOf` names the column of an indexed field, `undefined` for a field without one. */
export function sqlFilterOf(filter: PlainDocument, columnOf: (field: string) => string | undefined): SqlFilter {
  const conditions: string[] = [];
  const parameters: IndexKey[] = [];
  let isExact = true;

  function compare(column: string, operator: string, value: unknown, tests: Tests): boolean {
    if (!isIndexable(value)) return false;
    const { from, below } = typeBounds(value);
    conditions.push(`${column} ${operator} ?`);
    parameters.push(indexKeyOf(value, column));
    // An open end is open to values of other types, which a comparison must not see. Where both ends are named, SQLite
    // would take the first that it meets, and read to the end of the type.
    if (operator.startsWith('<') && from !== undefined && !isBounded('>', value, tests)) {
      conditions.push(`${column} >= ?`);
      parameters.push(from);
    }
    if (operator.startsWith('>') && below !== undefined && !isBounded('<', value, tests)) {
      conditions.push(`${column} < ?`);
      parameters.push(below);
    }
    return true;
  }

  function isServed(column: string, operator: string, operand: unknown, tests: Tests): boolean {
    if (operator === '$in') return isAmong(column, operand);
    const comparison = COMPARISONS[operator];
    return comparison !== undefined && compare(column, comparison, operand, tests);
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
        if (column === undefined || !isServed(column, operator, operand, tests)) isExact = false;
    }
  }

  visit(filter);
  return { where: conditions.join(' AND '), parameters, isExact };
}
