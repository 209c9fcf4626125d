import { startKeeper } from '../keeper.js';
import type { Service } from '../service.js';

/** A receiver of OpenTelemetry's protocol over HTTP that tells tests what it was sent. */
export const otlp: Service = {
  title: "OTLP receiver of the tests' own",
  async prepare() {},
  start: (context) => startKeeper(new URL('./keep-receiver.ts', import.meta.url), context),
};
