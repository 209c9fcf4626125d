import type { MetricDefinition } from '../core/metrics.js';

interface ListedMetric extends MetricDefinition {
  /** The roles whose processes tell it. */
  readonly from: string;
  /** What it is good for, and what to do about it. */
  readonly advice: string;
}

/** Of what waits for a disk or a network, in seconds. */
const QUICK = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** Of work on films, in seconds. */
const LONG = [0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 14_400];

/** Every figure that a process tells beside those of Node itself; `docs/metrics.md` shows it. */
export const metricTable = {
  http_request_duration_seconds: {
    ...{ kind: 'histogram', buckets: QUICK, labels: ['method', 'route', 'status'] },
    help: 'Time to the end of the answer, by route and status',
    from: 'all',
    advice:
      'Ratio of errors: `status=~"5.."` over all; wake somebody above 1 % for five minutes. Uploads last as long as their clients send.',
  },
  http_received_bytes_total: {
    ...{ kind: 'counter', labels: [] },
    help: 'Bytes that clients have sent, with the heads of requests',
    from: 'all',
    advice: 'Beside what the network can do. Of `command`, it is what uploads bring.',
  },
  http_sent_bytes_total: {
    ...{ kind: 'counter', labels: [] },
    help: 'Bytes that were sent to clients, with the heads of answers',
    from: 'all',
    advice:
      'The same. Where `query` comes near the network’s limit: a CDN, or `MEDIAFLOW_DELIVERY=redirect`.',
  },
  http_wrong_keys_total: {
    ...{ kind: 'counter', labels: ['outcome'] },
    help: 'Requests with a key that is none of ours, by what they were told (told, throttled)',
    from: 'all',
    advice: 'Somebody tries keys, or a client has an old one: the log says from where.',
  },
  cache_hits_total: {
    ...{ kind: 'counter', labels: ['cache', 'tier'] },
    help: 'What was found at hand: answers (early, before the application was asked; local; shared, in Redis), originals on the disk of a worker',
    from: 'query, worker',
    advice: 'Ratio of hits: over `cache_hits_total` and `cache_misses_total` of a `cache`.',
  },
  cache_misses_total: {
    ...{ kind: 'counter', labels: ['cache', 'reason'] },
    help: 'What had to be made or fetched (worked_out, fetched), and what was not looked up since it was not certain that all changes are heard (not_sure)',
    from: 'query, worker',
    advice:
      '`not_sure` that grows for longer than a moment after a start: the connection to the database hears nothing. Many `worked_out`: raise `MEDIAFLOW_HOT_VIEW_BYTES`; many `fetched`: `MEDIAFLOW_ORIGINALS_CACHE_BYTES`.',
  },
  command_duration_seconds: {
    ...{ kind: 'histogram', buckets: QUICK, labels: ['command', 'outcome'] },
    help: 'From a command to its events being kept, by how it ended (done, refused by a rule, failed)',
    from: 'all that send commands: command, saga, worker',
    advice: '`failed` means that the database was away or too many changed one thing at once.',
  },
  append_duration_seconds: {
    ...{ kind: 'histogram', buckets: QUICK, labels: ['outcome'] },
    help: 'From an append to its being kept, the wait for its group commit included (done, conflict, failed)',
    from: 'the same',
    advice:
      'The 99th percentile is what a disk that is slow to sync shows first. Many `conflict`: many write to one item at once.',
  },
  events_appended_total: {
    ...{ kind: 'counter', labels: ['type'] },
    help: 'Events that this process has brought into the log',
    from: 'the same',
    advice:
      'How much happens. `type="MediaUploaded"` is uploads, `"MediaPublished"` what came out, `"ProcessingFailed"` what did not. On EventStoreDB an append that is repeated counts again.',
  },
  media_items_total: {
    ...{ kind: 'counter', labels: ['media_kind', 'outcome'] },
    help: 'Items by their kind (image, audio, video; unknown, where nobody could tell) and what became of them (taken, once it is known what they are; published, rejected, failed; taken_down after they were published, and published_again), whenever they come to it',
    from: 'the same',
    advice:
      'Share of failures of a kind: `outcome="failed"` over `"taken"`. Where one kind fails and others do not, look at what it needs: `GET /health/ready` has its tools. Many `unknown`: somebody sends what is no media.',
  },
  media_taken_bytes_total: {
    ...{ kind: 'counter', labels: ['media_kind'] },
    help: 'Bytes of the originals of items whose kind has been found out',
    from: 'the same',
    advice:
      'What fills the disk, by kind. Bytes of duplicates count each time, though they may be stored once.',
  },
  media_processing_duration_seconds: {
    ...{ kind: 'histogram', buckets: LONG, labels: ['media_kind'] },
    help: 'From the last byte of an upload to the publication of its item, where neither a reviewer nor a retry was waited for',
    from: 'the same',
    advice:
      'What people wait for. Grows for one kind: more workers of its steps, `jobs_oldest_waiting_seconds` says which.',
  },
  events_processed_total: {
    ...{ kind: 'counter', labels: ['projection'] },
    help: 'Events that this process has written into a view, rebuilds left out',
    from: 'projector',
    advice: 'Stands still while `projection_lag_events` grows: see there.',
  },
  model_age_seconds: {
    ...{ kind: 'gauge', labels: ['model'] },
    help: 'How long ago the model in use was trained, by its name (recommender, moderation-head); absent where none is',
    from: 'query',
    advice:
      'The recommender is trained by itself when enough was done: much older than `MEDIAFLOW_TRAINING_MINUTES` while `model_events_behind` grows means that no worker takes `train`, or that a rollback keeps newer ones waiting (`mediaflow models list`). The moderation head is trained when you ask.',
  },
  model_events_behind: {
    ...{ kind: 'gauge', labels: ['model'] },
    help: 'Events of all kinds in the log that came after what the model in use has learnt of, where the event store can tell',
    from: 'query',
    advice: 'See `model_age_seconds`.',
  },
  projection_lag_events: {
    ...{ kind: 'gauge', labels: ['projection'] },
    help: 'Events in the log that a view has not passed yet, where the event store can tell',
    from: 'projector',
    advice:
      'Some hundred for a moment are normal. Grows for minutes: a projector is missing, or its database is slow.',
  },
  projection_lag_seconds: {
    ...{ kind: 'gauge', labels: ['projection'] },
    help: 'For how long the first event that a view has not passed yet has been in the log; 0 when there is none',
    from: 'projector',
    advice:
      'Wake somebody above 30 s for five minutes: `GET /v1/projections` says what a view is stuck at. After `Mediaflow-After`, clients wait 5 s at most.',
  },
  projection_failed: {
    ...{ kind: 'gauge', labels: ['projection'] },
    help: '1 while a view cannot get past an event',
    from: 'projector',
    advice: 'Wake somebody: `GET /v1/projections` has the event and why; the view is tried again by itself.',
  },
  saga_lag_seconds: {
    ...{ kind: 'gauge', labels: ['saga'] },
    help: 'For how long the first event that a process has not taken up yet has been in the log; 0 when there is none',
    from: 'saga',
    advice:
      'Wake somebody above 30 s for five minutes: until then nothing is begun for what was uploaded since. `GET /v1/sagas` says what it stands at.',
  },
  saga_failed: {
    ...{ kind: 'gauge', labels: ['saga'] },
    help: '1 while a process cannot get past an event',
    from: 'saga',
    advice: 'Wake somebody: `GET /v1/sagas` has the event and why; the process tries again by itself.',
  },
  saga_parked: {
    ...{ kind: 'gauge', labels: ['saga'] },
    help: 'Instances of a process, such as items, that stand still because it threw at one of their events',
    from: 'saga',
    advice:
      'Look at each: `GET /v1/sagas` names them. All others go on, and these are tried again by themselves.',
  },
  saga_outbox: {
    ...{ kind: 'gauge', labels: ['saga', 'state'] },
    help: 'Outputs of a process that wait or were refused for good',
    from: 'saga',
    advice:
      '`waiting` grows: the queue or the event store is away. `refused` above 0: the log has `Saga output refused for good`, and why.',
  },
  jobs: {
    ...{ kind: 'gauge', labels: ['kind', 'state'] },
    help: 'Jobs that wait or run (waiting, active), by kind',
    from: 'saga, worker',
    advice: 'Grows without end: more workers of this kind.',
  },
  jobs_backlog: {
    ...{ kind: 'gauge', labels: ['kind'] },
    help: 'Of the jobs that wait, those in Kafka that the queue has not admitted: the lag of the consumer group of the kind',
    from: 'saga, worker',
    advice:
      'Above 0 while little waits and workers take the kind: jobs are not admitted. The log has `jobs cannot be admitted from Kafka`, and why.',
  },
  jobs_oldest_waiting_seconds: {
    ...{ kind: 'gauge', labels: ['kind'] },
    help: 'For how long the first job of a kind that is due has waited; 0 when none is',
    from: 'saga, worker',
    advice: 'What people wait for. More workers of this kind, or look at `job_workers`.',
  },
  job_workers: {
    ...{ kind: 'gauge', labels: ['kind'] },
    help: 'Processes that take a kind of job',
    from: 'saga, worker',
    advice: 'Wake somebody at 0: nobody takes this kind (one that died counts for 50 s).',
  },
  job_slots: {
    ...{ kind: 'gauge', labels: ['kind'] },
    help: 'Jobs of a kind that this process takes at once',
    from: 'worker',
    advice: 'How busy workers are: `job_slots_busy` over it. At 1 for long, while jobs wait: more workers.',
  },
  job_slots_busy: {
    ...{ kind: 'gauge', labels: ['kind'] },
    help: 'Jobs of a kind that run in this process',
    from: 'worker',
    advice: 'See `job_slots`; one short job more may run beside long ones.',
  },
  job_wait_seconds: {
    ...{ kind: 'histogram', buckets: LONG, labels: ['kind'] },
    help: 'From when a job was due to when it was taken up',
    from: 'worker',
    advice: 'The same as `jobs_oldest_waiting_seconds`, of those that were taken.',
  },
  job_duration_seconds: {
    ...{ kind: 'histogram', buckets: LONG, labels: ['kind', 'outcome'] },
    help: 'Of an attempt at a job, by how it ended (done, retried, dead_lettered, set_aside, aborted)',
    from: 'worker',
    advice:
      'Many `aborted` with a steady process: jobs are cancelled or lose their leases, a sign of an overloaded machine.',
  },
  job_retries_total: {
    ...{ kind: 'counter', labels: ['kind'] },
    help: 'Attempts that failed and are followed by another',
    from: 'worker',
    advice: 'A few are normal while engines are away. The log has the reason of each.',
  },
  inference_duration_seconds: {
    ...{ kind: 'histogram', buckets: LONG, labels: ['task', 'provider', 'model', 'outcome'] },
    help: 'From asking a model to its answer, the wait for others included, by task, who answered, and how it ended (done, refused, busy, given_up, failed)',
    from: 'worker, inference',
    advice:
      'Of `inference`, many `busy`: start another one, or raise `INFERENCE_MAXIMUM_CALLS`. Of `worker` many `failed`: read `GET /health/ready` of those.',
  },
  inference_items_total: {
    ...{ kind: 'counter', labels: ['task', 'provider', 'model'] },
    help: 'Pictures, or what else a task counts, that a model has answered for',
    from: 'worker, inference',
    advice: 'How much there is to do, by task; over the seconds of `done`, how fast a model is.',
  },
  inference_fallbacks_total: {
    ...{ kind: 'counter', labels: ['task', 'provider'] },
    help: 'Requests that a provider of models did not answer, so that the next in order was asked, or the models at hand stood alone',
    from: 'worker',
    advice:
      'Grows: the log says why (`A provider of models did not answer`); its key, its budget, its health.',
  },
  inference_cost_total: {
    ...{ kind: 'counter', labels: ['task', 'provider', 'model'] },
    help: 'What providers of models cost, by `INFERENCE_PRICES`',
    from: 'worker',
    advice: 'What is being spent; `GET /v1/usage` has it by day, over all restarts.',
  },
  llm_tokens_total: {
    ...{ kind: 'counter', labels: ['provider', 'model', 'task', 'kind'] },
    help: 'Tokens that providers of models have counted, of what they were told (input) and have said (output)',
    from: 'worker',
    advice: 'What is being used; `INFERENCE_TOKENS_A_DAY` limits it.',
  },
  inference_allowance_used: {
    ...{ kind: 'gauge', labels: ['provider'] },
    help: 'How much of what a provider may be asked for a day (`INFERENCE_ITEMS_A_DAY`) was taken, 0 to 1, when this process last asked',
    from: 'worker',
    advice: 'Near 1: from then on the next in order is asked until tomorrow (UTC).',
  },
  dead_letters_total: {
    ...{ kind: 'counter', labels: ['kind', 'cause'] },
    help: 'Jobs that this process has given up for good: because of the file or the address that was sent (`file`), or of anything else (`work`)',
    from: 'worker',
    advice:
      'Of `work`, look at each: `mediaflow dead-letters list`. Replay them once what they say is mended. `file` is for its sender, who is told.',
  },
  live_frames_published_total: {
    ...{ kind: 'counter', labels: [] },
    help: 'Frames of live sources that this process has taken and put into their topic',
    from: 'command',
    advice:
      'Beside `live_frames_total` of the workers: what is published and not looked at waits, or is dropped.',
  },
  live_frames_total: {
    ...{ kind: 'counter', labels: ['outcome'] },
    help: 'Frames of live sources by what became of them: seen; dropped by their publisher, or by the queue since newer ones came (publisher, queue); unseen, since nobody could read them or no model look at them',
    from: 'worker',
    advice:
      '`queue` grows: more workers with `tag`, or fewer frames (`frames publish --every`). `publisher` grows: its line or the server is too slow. `unseen` grows: the log of the worker says why.',
  },
  follower_lag_events: {
    ...{ kind: 'gauge', labels: ['follower'] },
    help: 'Events that one who publishes the log is behind it (relay: to Kafka), where the event store can tell',
    from: 'relay',
    advice: 'Grows: Kafka is away or slow; the log of the relay says so once.',
  },
  follower_lag_seconds: {
    ...{ kind: 'gauge', labels: ['follower'] },
    help: 'For how long the first event that is not published yet has been in the log; 0 when there is none',
    from: 'relay',
    advice: 'Wake somebody above 60 s for five minutes.',
  },
  follower_active: {
    ...{ kind: 'gauge', labels: ['follower'] },
    help: '1 in the process that publishes, 0 in those that stand by',
    from: 'relay',
    advice: 'Their sum over the relays is 1: wake somebody when it is not for a minute.',
  },
  follower_events_total: {
    ...{ kind: 'counter', labels: ['follower'] },
    help: 'Events that this process has published',
    from: 'relay',
    advice: 'Throughput of the relay.',
  },
  storage_check_files: {
    ...{ kind: 'gauge', labels: ['state'] },
    help: 'Places in the blob store that the last check found wanting (orphaned, unexplained, missing)',
    from: 'command',
    advice:
      'Wake somebody when `missing` is above 0: that is lost data. `mediaflow storage check` names them.',
  },
} as const satisfies Readonly<Record<string, ListedMetric>>;
