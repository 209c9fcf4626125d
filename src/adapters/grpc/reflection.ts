import type { ServerDuplexStream, ServiceDefinition } from '@grpc/grpc-js';
import { status } from '@grpc/grpc-js';
import type { PackageDefinition } from '@grpc/proto-loader';
import { readProto, serviceIn } from './read-proto.js';

interface Described {
  readonly definitions: PackageDefinition;
  /** Full names. */
  readonly services: readonly string[];
}

interface Question {
  readonly host: string;
  readonly messageRequest?: 'fileByFilename' | 'fileContainingSymbol' | 'listServices' | string;
  readonly fileByFilename?: string;
  readonly fileContainingSymbol?: string;
}

/** The reflection services of gRPC, both versions, by which tools ask what is served here. */
export function addReflection(
  server: { addService(service: ServiceDefinition, handlers: object): void },
  described: readonly Described[],
): void {
  const answer = answersOf(described);
  for (const version of ['v1', 'v1alpha']) {
    const definitions = readProto(`grpc/reflection/${version}/reflection.proto`);
    server.addService(serviceIn(definitions, `grpc.reflection.${version}.ServerReflection`), {
      ServerReflectionInfo(call: ServerDuplexStream<Question, object>) {
        call.on('data', (question: Question) =>
          call.write({ validHost: question.host, originalRequest: question, ...answer(question) }),
        );
        call.on('end', () => call.end());
      },
    });
  }
}

function answersOf(described: readonly Described[]): (question: Question) => object {
  const files = described.map(({ definitions, services }) => {
    const [file = Buffer.alloc(0)] = Object.values(definitions).flatMap((each) =>
      'fileDescriptorProtos' in each ? (each as { fileDescriptorProtos: Buffer[] }).fileDescriptorProtos : [],
    );
    const methods = services.flatMap((service) =>
      Object.keys(serviceIn(definitions, service)).map((method) => `${service}.${method}`),
    );
    return { file, name: nameOf(file), symbols: new Set([...Object.keys(definitions), ...methods]) };
  });
  const told = (found: (typeof files)[number] | undefined) =>
    found
      ? { fileDescriptorResponse: { fileDescriptorProto: [found.file] } }
      : { errorResponse: { errorCode: status.NOT_FOUND, errorMessage: 'There is no such thing here.' } };

  return (question) => {
    switch (question.messageRequest) {
      case 'listServices':
        return {
          listServicesResponse: {
            service: described.flatMap(({ services }) => services.map((name) => ({ name }))),
          },
        };
      case 'fileContainingSymbol':
        return told(files.find(({ symbols }) => symbols.has(question.fileContainingSymbol ?? '')));
      case 'fileByFilename':
        return told(files.find(({ name }) => name === question.fileByFilename));
      default:
        return {
          errorResponse: { errorCode: status.UNIMPLEMENTED, errorMessage: 'There are no extensions here.' },
        };
    }
  };
}

/** The first field of a descriptor, which is its file's name of less than 128 bytes. */
const nameOf = (file: Buffer): string => file.subarray(2, 2 + (file[1] ?? 0)).toString('utf8');
