import { randomUUID } from 'node:crypto';
import {
  defaultResource,
  detectResources,
  envDetector,
  type Resource,
  resourceFromAttributes,
} from '@opentelemetry/resources';

export interface ProcessIdentity {
  readonly serviceName: string;
  readonly version: string;
  readonly roles: readonly string[];
}

/** Whose spans they are; what `OTEL_RESOURCE_ATTRIBUTES` says comes before it. */
export const resourceOf = ({ serviceName, version, roles }: ProcessIdentity): Resource =>
  defaultResource()
    .merge(
      resourceFromAttributes({
        'service.name': serviceName,
        'service.version': version,
        'service.instance.id': randomUUID(),
        'mediaflow.roles': [...roles],
      }),
    )
    .merge(detectResources({ detectors: [envDetector] }));
