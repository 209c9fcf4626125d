/** What a newcomer is told of each room, in the order in which they stand in the picture: who shares something, together. */
export const roomCaptions: Readonly<Record<string, string>> = {
  apps: 'entry points, configuration, HTTP server, command line; picks the adapters',
  feed: 'the event log for others, paged or live',
  queries: 'endpoints that read views',
  commands: 'endpoints that send commands; uploads',
  projections: 'event → rows of a view',
  sagas: '(state, event) → jobs, commands, timers',
  storage: 'the blob store compared with history',
  workers: 'one file a job: probe, transcode, moderate, recommend …',
  runtime: 'makes the pure parts run: handles commands, projects, runs sagas and jobs',
  adapters: 'PostgreSQL, pg-boss, ffmpeg, local disk, models: each behind a port',
  http: 'what an endpoint is',
  domain: 'the rules: one folder an aggregate, with its events, commands and decisions',
  recommender: 'ranking as mathematics',
  files: 'what Node lacks for files',
  consuming: 'slots, attempts and leases',
  core: 'the vocabulary: event, decider, projection, saga, job, errors; and every port',
};
