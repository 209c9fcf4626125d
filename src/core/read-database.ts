/** What a query needs of the read models: SQL in, rows out. Values go in as parameters, never into the text. */
export interface ReadDatabase {
  query<Row extends object>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>;
}
