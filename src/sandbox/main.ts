import { readAccountList, readAccounts, readOrigins } from './read-environment.ts';
import { startSandbox } from './server.ts';

const { env } = process;
const DEFAULT_PORT = 4010;

try {
  const port = Number(env.SANDBOX_PORT ?? DEFAULT_PORT);
  const { accounts, made } = readAccounts(env.SANDBOX_ACCOUNTS);
  const sandbox = await startSandbox({
    port,
    host: env.SANDBOX_HOST ?? '127.0.0.1',
    file: env.SANDBOX_FILE ?? ':memory:',
    accounts,
    portalOrigins: readOrigins(env.SANDBOX_PORTAL_ORIGINS),
    publicUrl: env.SANDBOX_PUBLIC_URL,
  });
  say(`Sandbox gateway at ${sandbox.publicUrl}: it takes test cards and moves no money.`);
  if (made)
    for (const { secretKey, publishableKey } of accounts) say(`Keys made for now: ${secretKey} ${publishableKey}`);

  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    await sandbox.close();
    process.exit(0);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('message', (told: { accounts?: unknown; reply?: unknown }) => {
    try {
      sandbox.play(readAccountList(told.accounts));
      process.send?.({ reply: told.reply });
    } catch (error) {
      process.send?.({ reply: told.reply, fault: error instanceof Error ? error.message : String(error) });
    }
  });
  // A sandbox whose portal is gone has nobody to play for.
  process.on('disconnect', stop);
  process.send?.({ ready: true, port: sandbox.port });
} catch (error) {
  const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
  const port = env.SANDBOX_PORT ?? DEFAULT_PORT;
  say(
    taken
      ? `Port ${port} is taken: stop what listens there, or name another in SANDBOX_PORT.`
      : `The sandbox did not start: ${error instanceof Error ? error.message : String(error)}`,
  );
  process.exit(1);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
