import { availableParallelism } from 'node:os';

const shared = {
  testEnvironment: 'node',
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '<rootDir>/test/support/transform.js' },
};
const project = (displayName, ...folders) => ({
  ...shared,
  displayName,
  roots: folders.map((folder) => `<rootDir>/test/${folder}`),
});

export default {
  projects: [
    {
      ...project('product', 'unit', 'flows', 'browser'),
      globalSetup: '<rootDir>/test/support/global-setup.js',
      globalTeardown: '<rootDir>/test/support/global-teardown.js',
    },
    project('house', 'house'),
    project('simulators', 'sandbox-tests'),
    project('lab', 'lab'),
  ],
  coverageProvider: 'v8',
  // Limits only catch what hangs; a busy machine must not make a story fail.
  testTimeout: 60_000,
  // Stories wait longer than they compute, for bursts that settle and for polls: three for each core keep the cores busy.
  maxWorkers: Math.min(3 * availableParallelism(), 12),
  reporters: ['default', '<rootDir>/test/support/run-reporter.js'],
};
