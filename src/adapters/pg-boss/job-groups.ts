/** What a fetch can tell jobs apart by. Stored as pg-boss's group of a job. */
export interface JobGroup {
  /** Runs so long that short work must not have to wait for its end. */
  readonly long: boolean;
  /** Was set aside because its workers were lost. */
  readonly suspect: boolean;
}

const GROUPS: Readonly<Record<string, JobGroup>> = {
  long: { long: true, suspect: false },
  suspect: { long: false, suspect: true },
  'long suspect': { long: true, suspect: true },
};

export const groupIn = (group: string | null | undefined): JobGroup =>
  GROUPS[group ?? ''] ?? { long: false, suspect: false };

/** The names of all groups of such jobs. */
export const groupsOf = (kind: keyof JobGroup): string[] =>
  Object.entries(GROUPS).flatMap(([name, group]) => (group[kind] ? [name] : []));

/** SQL: whether the row's job is long. */
export const IS_LONG = `coalesce(group_id like 'long%', false)`;

/** SQL: the row's group as a long job's, with the mark of a suspect, and without it. */
export const AS_LONG = `case when group_id like '%suspect' then 'long suspect' else 'long' end`;
export const AS_SUSPECT = `case when ${IS_LONG} then 'long suspect' else 'suspect' end`;
export const AS_NO_SUSPECT = `case when ${IS_LONG} then 'long' end`;
