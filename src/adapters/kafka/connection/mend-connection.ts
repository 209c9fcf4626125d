import { createRequire } from 'node:module';

interface Connection {
  isConnected(): boolean;
  connect(): Promise<boolean>;
  chunks: Buffer[];
  bytesBuffered: number;
  bytesNeeded: number;
}

/** The size before each answer (Kafka protocol, "Size Delimited"). */
const SIZE_BYTES = 4;

/**
 * kafkajs 2.2.4 uses a connection again after it has broken, and keeps what had come of an answer by then: read together with
 * the first answer on the new line, that is an answer that nobody has sent. At best the process ends with a RangeError.
 */
export function mendConnection(): void {
  const { prototype } = createRequire(import.meta.url)('kafkajs/src/network/connection.js') as {
    readonly prototype: Connection & { isMended?: true };
  };
  if (prototype.isMended) return;
  prototype.isMended = true;
  const connect = prototype.connect;
  prototype.connect = function (this: Connection) {
    if (!this.isConnected()) {
      this.chunks = [];
      this.bytesBuffered = 0;
      this.bytesNeeded = SIZE_BYTES;
    }
    return connect.call(this);
  };
}
