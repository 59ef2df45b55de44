import { libraryPaths } from './test/support/libraries.mjs';

/** What opens a browser or starts a process takes as long as all the rest: `npm run journeys`. */
const WALKS = [
  '/test/journeys/',
  '/test/faults/',
  '/test/support/',
  '/test/sandbox/process.test.ts',
  '/test/staff/create-admin.test.ts',
];

export default {
  testEnvironment: '<rootDir>/test/support/environment.mjs',
  testMatch: process.env.JOURNEYS
    ? WALKS.map((path) => `<rootDir>${path.replace(/\/$/, '/**/*.test.ts')}`)
    : ['<rootDir>/test/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '<rootDir>/test/support/esbuild-transform.mjs' },
  globalSetup: '<rootDir>/test/support/global-setup.mjs',
  globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
  setupFilesAfterEnv: ['<rootDir>/test/support/silent-console.ts', '<rootDir>/test/support/old-contexts.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/', ...(process.env.JOURNEYS ? [] : WALKS)],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  moduleNameMapper: Object.fromEntries(
    Object.entries(libraryPaths).map(([name, path]) => [`^${name.replaceAll('.', '\\.')}$`, path]),
  ),
  maxWorkers: 3,
  testTimeout: 20_000,
};
