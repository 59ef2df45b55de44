/** Runs once after all test files: stops what the global setup started, and nothing else. */
export default async function globalTeardown() {
  await globalThis.stopTestServices?.();
}
