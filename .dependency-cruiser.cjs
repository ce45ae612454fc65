// Who may import whom: the table of CONTRIBUTING.md. Checked by `npm run boundaries`, which also plants a bad import.

const only = (name, comment, from, allowed) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from, pathNot: '\\.(test|types\\.test|int\\.test)\\.ts$|/contract\\.ts$' },
  to: { pathNot: [...allowed, '^node_modules', '^(node:|[a-z_/]+$)'], dependencyTypesNot: ['core'] },
});

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'What imports itself cannot be read from top to bottom',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'resolvable',
      comment: 'An import must lead somewhere',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    only('market-alone', 'Our idea of markets depends on nothing', '^src/market/', ['^src/market/']),
    only('chunk-on-market', 'The stored format knows markets and no technology', '^src/chunk/', [
      '^src/chunk/',
      '^src/market/',
    ]),
    only('config-on-errors', 'Options know how to complain, nothing else', '^src/config/', [
      '^src/config/',
      '^src/platform/errors/',
    ]),
    only('platform-alone', 'Technology knows nothing of what it carries', '^src/platform/', ['^src/platform/']),
    only('features-inward', 'A use case stands on domain and technology', '^src/features/', [
      '^src/features/',
      '^src/market/',
      '^src/chunk/',
      '^src/platform/',
      '^src/providers/contract/',
    ]),
    {
      name: 'slices-apart',
      comment: 'What a slice needs of another is a function that main/ hands in',
      severity: 'error',
      from: { path: '^src/features/([^/]+)/' },
      to: { path: '^src/features/', pathNot: '^src/features/$1/' },
    },
    {
      name: 'pure-of-io',
      comment: 'Domain and stored format do no I/O; the checksum of zlib is none',
      severity: 'error',
      from: { path: '^src/(market|chunk)/', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['core', 'npm'], pathNot: '^(node:)?zlib$' },
    },
    {
      name: 'technology-in-platform',
      comment: 'The driver and the web framework are known in one place',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/platform/|\\.test\\.ts$' },
      to: { path: '^node_modules/(mongodb|fastify|@fastify)/' },
    },
    {
      name: 'main-is-last',
      comment: 'Nobody imports the composition',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/main/' },
      to: { path: '^src/main/' },
    },
    {
      name: 'test-only-in-tests',
      comment: 'What helps tests does not ship',
      severity: 'error',
      from: { path: '^(src|bench|examples)/', pathNot: '\\.test\\.ts$|/contract\\.ts$' },
      to: { path: '^test/' },
    },
    {
      name: 'no-dev-dependency',
      comment: 'Users do not have it',
      severity: 'error',
      from: { path: '^src/', pathNot: '\\.test\\.ts$|/contract\\.ts$' },
      to: { dependencyTypes: ['npm-dev'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
      extensions: ['.ts', '.js', '.mjs'],
    },
  },
};
