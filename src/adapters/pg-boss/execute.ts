/** Runs one SQL statement and gives its rows. Throws what the port throws: `job_queue_unavailable` for trouble that passes. */
export type Execute = <Row>(text: string, values?: readonly unknown[]) => Promise<Row[]>;
