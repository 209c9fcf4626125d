import type { ServiceError } from '@grpc/grpc-js';

export type Call = 'append' | 'read' | 'subscribe';

interface Fault {
  readonly call: Call;
  /** What the call meets: it is refused; or it is carried out and the answer is lost or another one. */
  readonly error: ServiceError;
  readonly when: 'instead' | 'afterwards';
  /** Of reads and subscriptions: after so many messages. */
  readonly afterMessages: number;
}

/** What a test has the next calls meet. */
export interface Faults {
  /** The next call of this kind is refused, and nothing is done. */
  refuseNext(call: Call, error: ServiceError, times?: number): void;
  /** The next append is carried out, and the client is told an error. */
  loseAnswer(error: ServiceError, times?: number): void;
  /** The next read or subscription breaks off after so many messages. */
  breakNext(call: 'read' | 'subscribe', error: ServiceError, afterMessages: number): void;
  take(call: Call): Fault | undefined;
}

export function createFaults(): Faults {
  const faults: Fault[] = [];
  const add = (fault: Fault, times = 1) => {
    for (let n = 0; n < times; n++) faults.push(fault);
  };
  return {
    refuseNext: (call, error, times) => add({ call, error, when: 'instead', afterMessages: 0 }, times),
    loseAnswer: (error, times) => add({ call: 'append', error, when: 'afterwards', afterMessages: 0 }, times),
    breakNext: (call, error, afterMessages) => add({ call, error, when: 'afterwards', afterMessages }),
    take(call) {
      const index = faults.findIndex((fault) => fault.call === call);
      return index < 0 ? undefined : faults.splice(index, 1)[0];
    },
  };
}
