const OLDEST_NODE = [20, 19] as const;

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** A too old Node or an addon built for another one would fail with a riddle: say it in one sentence instead. */
async function main(): Promise<void> {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
    say(`Node ${OLDEST_NODE.join('.')} or later is needed; this is ${process.versions.node}.`);
    process.exit(1);
  }
  try {
    // First of all: what is missing is told before anything else is loaded.
    const { loadConfig } = await import('./platform/config.ts');
    const config = loadConfig(process.env);
    const { serve } = await import('./serve.ts');
    await serve(config);
  } catch (error) {
    const { sentenceFor } = await import('./start-faults.ts');
    say(sentenceFor(error));
    process.exit(1);
  }
}

await main();
