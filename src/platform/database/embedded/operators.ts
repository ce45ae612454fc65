/** An operator or form that this engine does not serve. Never ignored: a query that is half understood is wrong. */
export class UnsupportedOperationError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UnsupportedOperationError';
  }
}

const FIELD_OPERATORS = new Set([
  '$eq',
  '$ne',
  '$gt',
  '$gte',
  '$lt',
  '$lte',
  '$in',
  '$nin',
  '$exists',
  '$regex',
  '$options',
  '$not',
  '$elemMatch',
]);
const ORDER_OPERATORS = new Set(['$gt', '$gte', '$lt', '$lte']);
const LOGICAL_OPERATORS = new Set(['$and', '$or', '$nor']);

export type PlainDocument = Record<string, unknown>;

export function isPlainDocument(value: unknown): value is PlainDocument {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** Whether a condition is made of operators, such as `{ $gt: 5 }`, and not a value to be equal to. */
export function isOperatorExpression(condition: unknown): condition is PlainDocument {
  return isPlainDocument(condition) && Object.keys(condition).some((key) => key.startsWith('$'));
}

/** @throws UnsupportedOperationError if a filter uses anything that is not served */
export function requireKnownFilter(filter: PlainDocument): void {
  for (const [key, condition] of Object.entries(filter)) {
    if (LOGICAL_OPERATORS.has(key)) {
      if (!Array.isArray(condition) || condition.length === 0)
        throw new UnsupportedOperationError(`${key} needs a list of filters that is not empty`);
      for (const part of condition as readonly PlainDocument[]) requireKnownFilter(part);
    } else if (key.startsWith('$')) throw new UnsupportedOperationError(`Unknown filter operator ${key}`);
    else if (condition === undefined) throw new UnsupportedOperationError(`The filter has no value for ${key}`);
    else if (isOperatorExpression(condition)) requireKnownExpression(condition);
  }
}

function requireKnownExpression(expression: PlainDocument): void {
  for (const [operator, operand] of Object.entries(expression)) {
    if (!FIELD_OPERATORS.has(operator)) throw new UnsupportedOperationError(`Unknown filter operator ${operator}`);
    if (operator === '$not') {
      if (!isOperatorExpression(operand)) throw new UnsupportedOperationError('$not needs an expression of operators');
      requireKnownExpression(operand);
    }
    if (operator === '$elemMatch') {
      if (isOperatorExpression(operand)) requireKnownExpression(operand);
      else requireKnownFilter(operand as PlainDocument);
    }
    if (operand === undefined) throw new UnsupportedOperationError(`The filter has no value for ${operator}`);
    if (ORDER_OPERATORS.has(operator) && operand === null)
      throw new UnsupportedOperationError(
        `${operator} needs a value to compare with; nothing is found by equality with null`,
      );
    if ((operator === '$in' || operator === '$nin') && !Array.isArray(operand))
      throw new UnsupportedOperationError(`${operator} needs a list`);
  }
}
