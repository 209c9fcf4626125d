import { expect, test } from 'vitest';
import { EXIT } from '../../../src/apps/cli/exit-codes.js';
import { refusal } from '../../../src/apps/cli/failure.js';

const address = 'https://media.example/v1/media';
const problem = JSON.stringify({ code: 'starting', detail: 'The server is starting.' });

test.each([
  [502, '<html>Bad Gateway</html>', EXIT.unreachable, 'unreachable'],
  [504, '', EXIT.unreachable, 'unreachable'],
  [503, problem, EXIT.failed, 'starting'],
  [200, '<html>Welcome</html>', EXIT.failed, 'unexpected_answer'],
  [500, '<html>Oops</html>', EXIT.failed, 'unexpected_answer'],
])('an answer %i of %j ends a command with exit code %i, as %s', (status, body, exitCode, code) => {
  expect(refusal(status, body, address)).toMatchObject({ exitCode, code, status });
});

test('of a proxy whose server is away it is not said that the address is wrong', () => {
  const { message, hint } = refusal(502, '', address);
  expect(message).toBe('https://media.example answers 502: what stands there does not reach MediaFlow.');
  expect(hint).toBe('Does the server behind it run?');
});
