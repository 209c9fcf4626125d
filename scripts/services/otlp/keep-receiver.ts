// Receives telemetry until it is told to end.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createReceiver } from './receiver.js';

const server = createReceiver().listen(0, '127.0.0.1');
await once(server, 'listening');
process.once('SIGTERM', () => process.exit(0));
process.send?.({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
