import { type JobsReader, jobsViews } from './jobs.js';
import type { ViewsRead } from './views-read.js';

/** What can be read of the views. An engine that keeps views has every one of these. */
export interface Readers {
  readonly jobs: JobsReader;
}

/** Which views each reader reads, question by question. */
export const viewsRead: { readonly [View in keyof Readers]: ViewsRead<Readers[View]> } = {
  jobs: jobsViews,
};
