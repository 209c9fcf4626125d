import type { Position } from '../../core/position.js';
import { EXIT, mostSerious } from './exit-codes.js';
import { CliFailure } from './failure.js';
import { fullMediaId } from './full-id.js';
import type { CommandResult, ServerContext } from './server-command.js';

interface Answer {
  readonly position?: Position;
}

/**
 * Does the same to each of several items, in order. One that is refused does not hold up those after it, and of one alone the
 * failure is that of the command. Throws what no other item would fare better with: no server, no key.
 */
export async function toEachItem<Result extends Answer>(
  { client, output }: ServerContext,
  given: readonly string[],
  act: (id: string) => Promise<Result>,
  /** A sentence for people about one that is done. */
  done: (id: string, answer: Result) => string,
): Promise<CommandResult> {
  const answers: object[] = [];
  const failures: CliFailure[] = [];
  for (const each of new Set(given)) {
    try {
      const id = await fullMediaId(client, each);
      const answer = await act(id);
      await client.untilSeen(id, answer.position);
      answers.push(answer);
      output.line(done(id, answer));
    } catch (error) {
      if (!(error instanceof CliFailure) || given.length === 1 || isOfAll(error)) throw error;
      failures.push(error);
      output.failure(error);
    }
  }
  output.json(given.length === 1 ? answers[0] : { items: answers });
  return failures.length > 0 ? mostSerious(failures.map(({ exitCode }) => exitCode)) : undefined;
}

const isOfAll = ({ exitCode }: CliFailure): boolean =>
  exitCode === EXIT.unreachable || exitCode === EXIT.unauthorized || exitCode === EXIT.interrupted;
