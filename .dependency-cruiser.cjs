// Who may import whom: the table of CONTRIBUTING.md. `npm run boundaries` proves every rule on a bad import first.

const TESTS = String.raw`\.test\.ts$`;

/** The files of a folder, tests aside, import nothing of `src/` but what is allowed. */
const layer = (name, comment, folder, allowed) => ({
  name,
  comment,
  severity: 'error',
  from: { path: `^src/${folder}`, pathNot: TESTS },
  to: { path: '^src/', pathNot: allowed.map((path) => `^src/${path}`) },
});

const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    layer('market-alone', 'Our idea of markets depends on nothing', 'market/', ['market/']),
    layer('chunk-on-market', 'The stored format knows markets and no technology', 'chunk/', ['chunk/', 'market/']),
    layer('barfiles-on-market', 'What files look like is no matter of who asks', 'barfiles/', [
      'barfiles/',
      'market/',
      'platform/errors/',
    ]),
    layer('config-on-errors', 'Options know how to complain, nothing else', 'config/', ['config/', 'platform/errors/']),
    layer('platform-alone', 'Technology knows nothing of what it carries', 'platform/', ['platform/']),
    layer('features-inward', 'A use case stands on domain and technology, never on a vendor or a door', 'features/', [
      'features/',
      'market/',
      'chunk/',
      'barfiles/',
      'platform/',
      'providers/contract/',
    ]),
    layer('contract-neutral', 'What we ask of vendors names none of them', 'providers/contract/', [
      'providers/contract/',
      'market/',
      'platform/errors/',
    ]),
    layer('vendors-apart', 'A vendor can be removed with its folder', 'providers/(?!contract/)([^/]+)/', [
      'providers/($1|contract)/',
      'market/',
      'barfiles/',
      'platform/',
    ]),
    layer('gateways-on-faces', 'A dialect translates what slices offer, and sees no further', 'gateways/([^/]+)/', [
      'gateways/$1/',
      'features/[^/]+/index[.]ts$',
      'market/',
      'platform/',
    ]),
    layer('web-alone', 'The page uses the public HTTP API like any client', 'web/', ['web/', 'client/']),
    layer('client-alone', 'The client runs where the server does not', 'client/', ['client/']),
    rule(
      'client-without-node',
      'A browser has neither modules of Node nor packages',
      { path: '^src/client/', pathNot: TESTS },
      { dependencyTypes: ['core', 'npm'] },
    ),
    rule(
      'slices-apart',
      'What a slice needs of another is a function that main/ hands in',
      { path: '^src/features/([^/]+)/' },
      { path: '^src/features/', pathNot: '^src/features/$1/' },
    ),
    rule(
      'market-without-io',
      'The domain is pure; the rules of time zones and schemas of fields are no I/O',
      { path: '^src/market/', pathNot: TESTS },
      { dependencyTypes: ['core', 'npm'], pathNot: 'node_modules/(temporal-polyfill|typebox)/' },
    ),
    rule(
      'chunk-without-io',
      'The stored format is pure; the checksum of zlib is no I/O',
      { path: '^src/chunk/', pathNot: TESTS },
      { dependencyTypes: ['core', 'npm'], pathNot: '^(node:)?zlib$' },
    ),
    rule(
      'technology-in-platform',
      'The driver and the web framework are known in one place',
      { path: '^src/(?!platform/)', pathNot: TESTS },
      { path: 'node_modules/(mongodb|fastify|@fastify)/' },
    ),
    rule('main-is-last', 'Nobody imports the composition', { path: '^src/(?!main/)' }, { path: '^src/main/' }),
    rule(
      'test-only-in-tests',
      'What helps tests does not ship',
      { path: '^(src|bench|examples|scripts)/', pathNot: TESTS },
      { path: '^test/' },
    ),
    rule(
      'examples-from-outside',
      'An example uses the package as its reader would',
      { path: '^examples/' },
      { path: '^(src|bench|scripts)/', pathNot: '^src/(main/library|client/index)[.]ts$' },
    ),
    rule(
      'no-dev-dependency',
      'Users do not have it; what the page needs is built into it, and the building is for checkouts',
      { path: '^src/', pathNot: [TESTS, '^src/web/', '^src/main/web-page[.]ts$'] },
      { dependencyTypes: ['npm-dev'] },
    ),
    rule('no-cycles', 'What imports itself cannot be read from top to bottom', {}, { circular: true }),
    rule('resolvable', 'An import must lead somewhere', {}, { couldNotResolve: true }),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['pocketquant-source', 'import', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.js', '.mjs'],
    },
  },
};
