import type { JsonObject } from '../../src/core/json.js';
import type { Saga, SagaOutput } from '../../src/core/saga.js';

type Told = { readonly type: 'Told'; readonly data: { readonly stream: string; readonly say: SagaOutput[] } };

interface Heard {
  readonly inputs: number;
}

/** Does what the events tell it to, and reports a timer as a command; a stream is an instance. */
export const parrot: Saga<Heard, Told> = {
  name: 'parrot',
  correlate: { Told: (event) => event.data.stream },
  initialState: { inputs: 0 },
  evolve: (state) => ({ inputs: state.inputs + 1 }),
  react: ({ inputs }, input) =>
    input.type === 'TimerFired' ? [send('Fired', { ...input.data, inputs })] : input.data.say,
};

export const send = (type: string, data: JsonObject = {}): SagaOutput => ({ send: { type, data } });
export const run = (kind: string): SagaOutput => ({ run: { kind, key: 'key', payload: {} } });
export const cancelJobs = (kind: string, key: string): SagaOutput => ({ cancelJobs: { kinds: [kind], key } });
export const schedule = (timer: string, at: string): SagaOutput => ({ schedule: { timer, at } });
export const say = (...outputs: SagaOutput[]): JsonObject => JSON.parse(JSON.stringify({ say: outputs }));
