import type { S3Client } from '@aws-sdk/client-s3';
import { errorTypeOf, noTracer, type Tracer } from '../../core/tracer.js';

/**
 * Each request to the object service, and each repetition of one, is a span of what it is made for, by OpenTelemetry's
 * conventions for the AWS SDK. Keys are made of ids of ours and say nothing of anybody.
 */
export function traceRequests(client: S3Client, tracer: Tracer): void {
  if (tracer === noTracer) return;
  client.middlewareStack.add(
    (next, { commandName = 'unknown' }) =>
      async (sent) => {
        const { Bucket, Key } = sent.input as { readonly Bucket?: string; readonly Key?: string };
        const method = commandName.replace(/Command$/, '');
        const span = tracer.start(`S3/${method}`, {
          kind: 'client',
          parent: tracer.current(),
          attributes: {
            ...{ 'rpc.system': 'aws-api', 'rpc.service': 'S3', 'rpc.method': method },
            ...(Bucket !== undefined && { 'aws.s3.bucket': Bucket }),
            ...(Key !== undefined && { 'aws.s3.key': Key }),
          },
        });
        try {
          return await next(sent);
        } catch (error) {
          // Whether something is there is a question with two answers.
          if (statusOf(error) === 404) span?.set({ 'http.response.status_code': 404 });
          else span?.fail(errorTypeOf(error));
          throw error;
        } finally {
          span?.end();
        }
      },
    // Behind repetitions and signing: an address that is only signed is no request.
    { step: 'deserialize', name: 'traceRequests', priority: 'high' },
  );
}

const statusOf = (error: unknown): number | undefined =>
  (error as { readonly $metadata?: { readonly httpStatusCode?: number } }).$metadata?.httpStatusCode;
