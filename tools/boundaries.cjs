/**
 * Who may import whom: the one table, checked by `npm run boundaries` and by `npm test`.
 *
 *   apps → edges → core → protocol        client → protocol
 *
 * To change the shape of the house, change the table, in the open.
 */

/** Each package, and the packages of ours that its sources may import. Edges never import one another: what one needs of another is a port in core. */
const MAY_IMPORT = {
  'libs/protocol': [],
  'libs/client': ['libs/protocol'],
  'libs/core': ['libs/protocol'],

  // Edges.
  'libs/auth': ['libs/core', 'libs/protocol'],
  'libs/cluster': ['libs/core', 'libs/protocol'],
  'libs/egress': ['libs/core', 'libs/protocol'],
  'libs/federation': ['libs/core', 'libs/protocol'],
  'libs/management': ['libs/core', 'libs/protocol'],
  'libs/store': ['libs/core', 'libs/protocol'],
  'libs/transports': ['libs/core', 'libs/protocol'],

  // What tests stand on.
  'libs/testing': ['libs/client', 'libs/core', 'libs/protocol', 'libs/store'],

  // The composition root puts the edges together; the command line starts it and is a client of it.
  'apps/server': [
    'libs/auth',
    'libs/cluster',
    'libs/core',
    'libs/egress',
    'libs/federation',
    'libs/management',
    'libs/protocol',
    'libs/store',
    'libs/transports',
  ],
  'apps/cli': ['apps/server', 'libs/client', 'libs/protocol'],
  'apps/bench': ['libs/client', 'libs/core', 'libs/protocol', 'libs/store', 'libs/testing'],
  'apps/console': ['libs/client', 'libs/protocol'],
};

/** What a spec may import besides: the stand that tests are built on, and clients for whoever is tested as a black box. */
const SPECS_MAY_IMPORT = ['libs/testing', 'libs/client'];

/** Files that are there for tests only. */
const SPEC = '(\\.spec\\.ts|\\.e2e\\.ts|\\.faults\\.ts)$|/e2e/|/src/spec/|/src/testing/';

/** What packages export: their index, those of folders with a door of their own, and each word of the protocol. */
const DOORS = ['^(apps|libs)/[^/]+/src/index\\.ts$', '^libs/[^/]+/src/(embedded|memory)/index\\.ts$', '^libs/protocol/src/[^/]+\\.ts$'];

/** All that core may import from outside. Not one framework, driver, socket, file or clock. */
const CORE_NEEDS = [];
/** Protocol runs in a browser. */
const PROTOCOL_NEEDS = ['zod'];

const within = (packages) => packages.map((name) => `^${name}/`);

/** The two whose outside is closed, except for what specs are written with. */
const closed = (name, needs, comment) => ({
  name: `${name.slice('libs/'.length)}-stands-alone`,
  comment,
  severity: 'error',
  from: { path: `^${name}/src/`, pathNot: SPEC },
  to: {
    dependencyTypesNot: ['local', 'aliased-workspace', 'aliased', 'localmodule'],
    pathNot: ['^(apps|libs)/', ...needs.map((need) => `(^|/)node_modules/${need}/`)],
  },
});

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...Object.entries(MAY_IMPORT).map(([name, allowed]) => ({
      name: `${name.replace('/', '-')}-imports-only-what-it-may`,
      comment: `${name} may import ${allowed.length === 0 ? 'nothing of ours' : allowed.join(', ')}`,
      severity: 'error',
      from: { path: `^${name}/`, pathNot: SPEC },
      to: { path: '^(apps|libs)/', pathNot: within([name, ...allowed]) },
    })),
    ...Object.entries(MAY_IMPORT).map(([name, allowed]) => ({
      name: `${name.replace('/', '-')}-specs-import-only-what-they-may`,
      comment: `specs of ${name} may import besides: ${SPECS_MAY_IMPORT.join(', ')}`,
      severity: 'error',
      from: { path: `^${name}/.*(${SPEC})` },
      to: { path: '^(apps|libs)/', pathNot: within([name, ...allowed, ...SPECS_MAY_IMPORT]) },
    })),
    {
      name: 'every-package-is-in-the-table',
      comment: 'a new package is put into MAY_IMPORT first',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: within(Object.keys(MAY_IMPORT)) },
      to: {},
    },
    closed('libs/core', CORE_NEEDS, 'core knows no framework, no driver, no socket, no file and no clock: they are ports'),
    closed('libs/protocol', PROTOCOL_NEEDS, 'protocol runs in a browser: no builtins of Node'),
    {
      name: 'no-cycles',
      comment: 'two files that import each other are one file; types that both need go into a third',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'nothing-unresolved',
      comment: 'an import that cannot be resolved cannot be checked either',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'sources-import-no-specs',
      comment: 'what tests stand on is not part of the product; the benchmark is not either',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: [SPEC, '^libs/testing/', '^apps/bench/'] },
      to: { path: [SPEC, '^libs/testing/'] },
    },
    {
      name: 'packages-by-their-doors',
      comment: 'another package is imported through what it exports',
      severity: 'error',
      from: { path: '^(apps|libs)/([^/]+)/' },
      to: { path: '^(apps|libs)/', pathNot: ['^$1/$2/', ...DOORS] },
    },
  ],
  options: {
    exclude: { path: '(^|/)dist/' },
    doNotFollow: { path: 'node_modules/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.check.json' },
    combinedDependencies: true,
    enhancedResolveOptions: {
      conditionNames: ['source', 'import', 'node', 'types', 'default'],
      exportsFields: ['exports'],
      extensions: ['.ts', '.tsx', '.mts', '.js', '.mjs', '.cjs', '.json', '.d.ts'],
    },
    skipAnalysisNotInRules: false,
  },
};
