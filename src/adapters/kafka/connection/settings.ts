/** How a Kafka cluster is reached. */
export interface KafkaSettings {
  /** `host:port` of brokers to begin with; the others are learnt from them. */
  readonly brokers: readonly string[];
  /** By this name brokers log and limit us. */
  readonly clientId: string;
  /** Undefined speaks without TLS; PEM texts, where the system's authorities or no certificate of our own do not suffice. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
  readonly sasl?: {
    readonly mechanism: SaslMechanism;
    readonly username: string;
    readonly password: string;
  };
}

export const SASL_MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;
export type SaslMechanism = (typeof SASL_MECHANISMS)[number];
