/** Who may import whom. Every rule carries its reason, so that a failure explains itself. */
const room = (name) => `^src/${name}/`;

const onlyMayImport = (name, allowed, reason) => ({
  name: `${name}-imports`,
  severity: 'error',
  comment: reason,
  from: { path: room(name) },
  to: { path: '^src/', pathNot: [room(name), ...allowed.map((path) => `^src/${path}`)] },
});

const uploadRoom = (name, allowed, reason) => ({
  name: `uploads-${name}-imports`,
  severity: 'error',
  comment: reason,
  from: { path: `^src/commands/uploads/${name}/` },
  to: {
    path: '^src/commands/uploads/',
    pathNot: `^src/commands/uploads/(upload-[^/]+$|(${[name, ...allowed].join('|')})/)`,
  },
});

const uploadRooms = [
  {
    name: 'uploads-protocol-apart',
    severity: 'error',
    comment: 'A file in one request and the sweep work as they do without tus.',
    from: { path: '^src/commands/uploads/(ingest-file|sweeping)' },
    to: { path: '^src/commands/uploads/protocol/' },
  },
  uploadRoom('space', [], 'What fits is asked by others, and asks nobody.'),
  uploadRoom('receiving', [], 'Bytes come in the same way whatever becomes of them.'),
  uploadRoom(
    'lifecycle',
    ['receiving'],
    'An upload begins and ends the same way by whatever protocol it came.',
  ),
  uploadRoom('joining', ['lifecycle', 'space'], 'Parts are joined the same way whoever asked for it.'),
  uploadRoom('protocol', ['lifecycle', 'receiving', 'joining', 'space'], 'Only requests come by tus.'),
];

const pure = ['core', 'domain', 'projections', 'sagas', 'recommender'];

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'A cycle means two rooms are one.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-unlisted-packages',
      severity: 'error',
      comment: 'Every package is a dependency we chose.',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-no-pkg', 'unknown', 'undetermined'] },
    },
    {
      name: 'no-dev-packages-in-src',
      severity: 'error',
      comment: 'The product must run after npm ci --omit=dev.',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only', 'npm'] },
    },
    onlyMayImport('core', [], 'The vocabulary stands alone.'),
    onlyMayImport('domain', ['core/'], 'Business rules know no room but the vocabulary.'),
    onlyMayImport('projections', ['core/', 'domain/'], 'A view is a pure function of events.'),
    onlyMayImport('sagas', ['core/', 'domain/'], 'A process is a pure function of events.'),
    onlyMayImport('recommender', ['core/'], 'Learning of what people did is mathematics over plain data.'),
    onlyMayImport('http', ['core/'], 'What a request and its answer are, for every side that has endpoints.'),
    onlyMayImport(
      'queries',
      ['core/', 'http/'],
      'The read side asks readers: it knows no aggregate, event store or SQL.',
    ),
    onlyMayImport(
      'commands',
      ['core/', 'domain/', 'http/', 'runtime/command/handle-command'],
      'The write side decides and appends, nothing else.',
    ),
    ...uploadRooms,
    onlyMayImport(
      'workers',
      ['core/', 'domain/', 'recommender/'],
      'A worker reaches the outside through ports only.',
    ),
    onlyMayImport(
      'runtime',
      ['core/', 'files/'],
      'The runtime turns pure parts into running ones; it knows ports, not adapters, and no kind of media.',
    ),
    {
      name: 'runtime-rooms',
      severity: 'error',
      comment:
        'What runs commands, views, sagas, jobs and the upkeep of storage meets in ports and events only.',
      from: { path: '^src/runtime/([^/]+)/' },
      to: { path: '^src/runtime/([^/]+)/', pathNot: '^src/runtime/$1/' },
    },
    onlyMayImport(
      'storage',
      ['core/', 'domain/', 'runtime/clock'],
      'What lies in the blob store is compared with what history says.',
    ),
    onlyMayImport(
      'training',
      ['core/', 'recommender/', 'files/', 'runtime/clock'],
      'When models are trained, and the thread that does it, which knows mathematics and nothing else.',
    ),
    onlyMayImport('feed', ['core/', 'http/'], 'Others read the log, not what we make of it.'),
    onlyMayImport('consuming', ['core/'], 'How a process works through jobs, whatever engine they lie in.'),
    onlyMayImport('objects', ['core/', 'files/'], 'How blobs lie in an object service, whichever that is.'),
    onlyMayImport(
      'observing',
      ['core/'],
      'What goes through the ports is told of from outside: nobody who does it has to know.',
    ),
    onlyMayImport('sandbox', ['core/', 'files/'], 'Where a tool can do no harm, whichever tool it is.'),
    onlyMayImport('files', [], 'What Node lacks for handling files stands alone.'),
    onlyMayImport(
      'adapters',
      ['core/', 'consuming/', 'objects/', 'files/', 'sandbox/'],
      'An adapter speaks one outside system and the vocabulary.',
    ),
    {
      name: 'adapters-stay-apart',
      severity: 'error',
      comment: 'Only apps choose adapters, so no adapter may know another.',
      from: { path: '^src/adapters/([^/]+)/', pathNot: '^src/adapters/pg-boss/' },
      to: { path: '^src/adapters/([^/]+)/', pathNot: '^src/adapters/$1/' },
    },
    {
      name: 'eventstoredb-only-when-set',
      severity: 'error',
      comment: 'Its client and gRPC are loaded by those who set EVENTSTOREDB_URL, and by nobody else.',
      from: { pathNot: '^src/adapters/eventstoredb/' },
      to: { path: '^src/adapters/eventstoredb/|node_modules/@eventstore/', dynamic: false },
    },
    {
      name: 'grpc-only-when-set',
      severity: 'error',
      comment:
        'gRPC is loaded by those who serve models, or are told where they are served, and by nobody else.',
      from: { pathNot: '^src/adapters/grpc/' },
      to: { path: '^src/adapters/grpc/|node_modules/@grpc/', dynamic: false },
    },
    {
      name: 'opentelemetry-only-when-set',
      severity: 'error',
      comment:
        'It is loaded by those who set OTEL_EXPORTER_OTLP_ENDPOINT, and spoken by one adapter: all others know the port of the tracer.',
      from: { pathNot: '^src/adapters/opentelemetry/' },
      to: { path: '^src/adapters/opentelemetry/|node_modules/@opentelemetry/', dynamic: false },
    },
    {
      name: 'pg-boss-is-in-postgres',
      severity: 'error',
      comment:
        'The queue lies in PostgreSQL, whose errors mean the same to it; of other adapters it knows as little as they.',
      from: { path: '^src/adapters/pg-boss/' },
      to: { path: '^src/adapters/', pathNot: '^src/adapters/(pg-boss|postgres/connection)/' },
    },
    {
      name: 'postgres-rooms',
      severity: 'error',
      comment: 'Each port of PostgreSQL is a folder; what they share is the connections.',
      from: { path: '^src/adapters/postgres/([^/]+)/' },
      to: { path: '^src/adapters/postgres/', pathNot: '^src/adapters/postgres/($1|connection)/' },
    },
    ...pure.map((name) => ({
      name: `${name}-is-pure`,
      severity: 'error',
      comment: 'Pure rooms do no I/O: no Node built-ins, and of packages only zod.',
      from: { path: room(name) },
      // A hash is a pure function, and a stream is only named as a type by the ports.
      to: {
        dependencyTypes: ['core', 'npm'],
        pathNot: name === 'core' ? 'node_modules/zod/|^(crypto|stream)$' : 'node_modules/zod/',
      },
    })),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'default'] },
  },
};
