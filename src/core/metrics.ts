/** A figure that a process tells, or a family of them: one for each combination of its labels. */
export interface MetricDefinition {
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
  /** Upper bounds, of a histogram. */
  readonly buckets?: readonly number[];
}

export type MetricTable = Readonly<Record<string, MetricDefinition>>;

type NamesOf<Table extends MetricTable, Kind> = {
  [Name in keyof Table & string]: Table[Name]['kind'] extends Kind ? Name : never;
}[keyof Table & string];

type LabelsOf<Definition extends MetricDefinition> = Readonly<
  Record<Definition['labels'][number], string | number>
>;

/** The port to what is measured, by a table of what there is. */
export interface Metrics<Table extends MetricTable> {
  /** Counts up, by 1 unless told otherwise. */
  add<Name extends NamesOf<Table, 'counter'>>(
    name: Name,
    labels: LabelsOf<Table[Name]>,
    amount?: number,
  ): void;
  /** How something stands now. */
  set<Name extends NamesOf<Table, 'gauge'>>(name: Name, labels: LabelsOf<Table[Name]>, value: number): void;
  /** Takes back all that was set: nobody knows how it stands. */
  forget(name: NamesOf<Table, 'gauge'>): void;
  /** One more of a distribution. `traceparent` makes it an example, where its trace is collected. */
  observe<Name extends NamesOf<Table, 'histogram'>>(
    name: Name,
    labels: LabelsOf<Table[Name]>,
    value: number,
    traceparent?: string | null,
  ): void;
}
