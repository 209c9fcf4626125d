import type { TableChanges } from './projection-store.js';

/** Views whose rows belong to a subject each, a media item or a viewer: it is the first column of their keys. */
const VIEWS_OF_SUBJECTS: ReadonlySet<string> = new Set([
  'media-library',
  'jobs',
  'recommendations',
  'viewer-activity',
]);

/** Whose rows a batch changes, each subject once; none for views whose answers are only ever a moment old anyway. */
export function changedSubjects(view: string, changes: readonly TableChanges[]): string[] {
  if (!VIEWS_OF_SUBJECTS.has(view)) return [];
  const subjects = new Set<string>();
  for (const { keyColumns, removals, puts, patches, increments, overwrites, newerPatches } of changes) {
    const [column = ''] = keyColumns;
    for (const rows of [removals, puts, patches, increments, overwrites])
      for (const row of rows) subjects.add(String(row[column]));
    for (const { row } of newerPatches) subjects.add(String(row[column]));
  }
  return [...subjects];
}
