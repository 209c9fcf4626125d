import { unavailable } from '../../../core/errors.js';

/** The task's outcome, or `kafka_unavailable` when there is none in time; what the task does then is nobody's concern any more. */
export async function inTime<Result>(
  task: Promise<Result>,
  { what, milliseconds }: { readonly what: string; readonly milliseconds: number },
): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(unavailable('kafka_unavailable', `Kafka: no answer for ${milliseconds / 1000} s (${what})`)),
      milliseconds,
    );
  });
  try {
    return await Promise.race([task, late]);
  } finally {
    clearTimeout(timer);
    // Whoever is late has nobody left to hear of it.
    task.catch(() => {});
  }
}
