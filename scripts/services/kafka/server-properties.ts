export interface KafkaPlace {
  readonly brokerPort: number;
  readonly controllerPort: number;
  readonly folder: string;
}

/** Settings of a single node that keeps what it acknowledged over a kill -9, and makes tests wait for nothing. */
export const serverProperties = ({ brokerPort, controllerPort, folder }: KafkaPlace): string => `
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controllerPort}
listeners=PLAINTEXT://127.0.0.1:${brokerPort},CONTROLLER://127.0.0.1:${controllerPort}
advertised.listeners=PLAINTEXT://127.0.0.1:${brokerPort}
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=PLAINTEXT
log.dirs=${folder}
# Internal topics, which one node cannot replicate.
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
# A topic that nobody made is a mistake of ours.
auto.create.topics.enable=false
`;
