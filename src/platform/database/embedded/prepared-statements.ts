import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** The statements of one connection, each prepared once. */
export class PreparedStatements {
  private readonly connection: DatabaseSync;
  private readonly known = new Map<string, StatementSync>();

  constructor(connection: DatabaseSync) {
    this.connection = connection;
  }

  of(sql: string): StatementSync {
    let statement = this.known.get(sql);
    if (statement === undefined) {
      statement = this.connection.prepare(sql);
      this.known.set(sql, statement);
    }
    return statement;
  }

  clear(): void {
    this.known.clear();
  }
}
