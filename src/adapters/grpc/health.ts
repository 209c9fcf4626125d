import type {
  ServerUnaryCall,
  ServerWritableStream,
  sendUnaryData,
  UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { status } from '@grpc/grpc-js';
import { readProto, serviceIn } from './read-proto.js';

interface Asked {
  readonly service: string;
}

/** The health service of gRPC: the server as a whole (the empty name), and each service that is named here. */
export function createHealth(services: readonly string[]) {
  const definitions = readProto('grpc/health/v1/health.proto');
  const known = new Set(['', ...services]);
  const watching = new Set<ServerWritableStream<Asked, object>>();
  let serves = true;

  const answerTo = ({ service }: Asked) =>
    known.has(service) ? { status: serves ? 'SERVING' : 'NOT_SERVING' } : { status: 'SERVICE_UNKNOWN' };

  const implementation: UntypedServiceImplementation = {
    Check(call: ServerUnaryCall<Asked, object>, respond: sendUnaryData<object>) {
      if (known.has(call.request.service)) respond(null, answerTo(call.request));
      else respond({ code: status.NOT_FOUND, details: 'There is no such service here.' });
    },
    Watch(call: ServerWritableStream<Asked, object>) {
      watching.add(call);
      call.on('cancelled', () => {
        watching.delete(call);
        call.end();
      });
      call.write(answerTo(call.request));
    },
  };
  return {
    definitions,
    service: serviceIn(definitions, 'grpc.health.v1.Health'),
    implementation,
    /** Tells everybody that nothing is served from now on. */
    end(): void {
      serves = false;
      for (const call of watching) {
        call.write(answerTo(call.request));
        call.end();
      }
    },
  };
}
