import type { z } from 'zod';

/** How much one request may ask for. */
export interface TaskLimits {
  /** Of what the task counts, such as frames. */
  readonly maximumItems: number;
  readonly maximumBytes: number;
  /** For one of them, loading of a model left out: a request of n may take n times this, and a minute more. */
  readonly secondsAnItem: number;
}

/** What everybody has to know of a task, whoever does it: those who ask, the service, the providers. */
export interface TaskRow<Request extends z.ZodType, Answer extends z.ZodType> {
  /** What is done, as the span of it is called. */
  readonly does: string;
  /** What it counts, in the plural. */
  readonly unit: string;
  readonly request: Request;
  /** What comes from outside is held to it: nobody is believed who answers otherwise. */
  readonly answer: Answer;
  readonly limits: TaskLimits;
  sizeOf(request: z.infer<Request>): { readonly items: number; readonly bytes: number };
  /** How many items an answer is of; it has to be as many as were asked for. */
  answered(answer: z.infer<Answer>): number;
}

/** A row, whose functions the compiler holds to its schemas. */
export const taskRow = <Request extends z.ZodType, Answer extends z.ZodType>(
  row: TaskRow<Request, Answer>,
): TaskRow<Request, Answer> => row;
