import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * For a request that waits for `100 Continue` before it sends its body: it is told so when somebody begins to read the
 * body, so that whatever refuses it before is the answer to its question. When nobody does, the connection ends with the
 * answer.
 */
export function continueWhenRead(request: IncomingMessage, response: ServerResponse): void {
  request.on('newListener', function begin(event: string | symbol) {
    if (event !== 'data' && event !== 'readable') return;
    request.off('newListener', begin);
    if (!response.headersSent) response.writeContinue();
  });
}
