import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { MethodDefinition, ServiceDefinition } from '@grpc/grpc-js';
import { loadSync, type PackageDefinition } from '@grpc/proto-loader';

type ProtoFile = `${string}.proto`;

/** The folder `proto` of the product, which is found above this file in the sources and in the build alike. */
function protoFolder(): string {
  const own = dirname(fileURLToPath(import.meta.url));
  for (let folder = own; folder !== dirname(folder); folder = dirname(folder))
    if (existsSync(join(folder, 'proto', 'inference'))) return join(folder, 'proto');
  throw new Error('The folder proto is missing: install the product again.');
}

/** What a file of `proto/` defines, by full name. */
export const readProto = (file: ProtoFile): PackageDefinition =>
  loadSync(join(protoFolder(), file), {
    ...{ longs: Number, enums: String, defaults: true, arrays: true, objects: true, oneofs: true },
  });

/** A service of it, by its full name. */
export const serviceIn = (definitions: PackageDefinition, name: string): ServiceDefinition => {
  const definition = definitions[name];
  if (!definition || 'format' in definition) throw new Error(`There is no service ${name}.`);
  return definition as ServiceDefinition;
};

export const methodOf = (service: ServiceDefinition, name: string): MethodDefinition<object, object> => {
  const method = service[name];
  if (!method) throw new Error(`There is no method ${name}.`);
  return method as MethodDefinition<object, object>;
};
