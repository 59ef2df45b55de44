import { libraryPaths } from './test/support/libraries.mjs';

export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '<rootDir>/test/support/esbuild-transform.mjs' },
  globalSetup: '<rootDir>/test/support/global-setup.mjs',
  globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
  setupFilesAfterEnv: ['<rootDir>/test/support/silent-console.ts', '<rootDir>/test/support/old-contexts.ts'],
  // People walking through the pages in a browser, and portals that are killed, take as long as all the rest: `npm run journeys`.
  testPathIgnorePatterns: [
    '/node_modules/',
    '/dist/',
    ...(process.env.JOURNEYS ? [] : ['/test/journeys/', '/test/faults/']),
  ],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  moduleNameMapper: Object.fromEntries(Object.entries(libraryPaths).map(([name, path]) => [`^${name}$`, path])),
  maxWorkers: 3,
  testTimeout: 20_000,
};
