import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { paths } from '../paths.ts';
import { Refusal } from '../platform/refusal.ts';
import type { House } from '../wire.ts';

const READY_TIMEOUT_MS = 15_000;
const REPLY_TIMEOUT_MS = 5_000;

/** The keys of one account of the sandbox gateway, as the sandbox and our books must both know them. */
export interface SandboxAccount {
  accountId: string;
  publishableKey: string;
  secretKey: string;
  /** Newest first. */
  webhookSecrets: string[];
}

export interface SandboxProcess {
  /** Those that it plays now. */
  accounts(): SandboxAccount[];
  stop(): Promise<void>;
}

/** The sandbox ended before it was ready. It has said why itself, on the same output. */
export class SandboxFault extends Error {
  constructor() {
    super('The portal stops, since its sandbox gateway did not start: the sandbox says why in its own line.');
    this.name = 'SandboxFault';
  }
}

/**
 * Starts the sandbox gateway as a child: never in production, never beside an account with live keys, and not where
 * SANDBOX_API_URL names one that runs elsewhere. It is told of its accounts over the channel to it, now and whenever one
 * is connected or its keys change, and ends when that channel closes, so no crash leaves it behind.
 */
export async function startSandboxProcess(house: House): Promise<SandboxProcess | undefined> {
  const { config, db, ownSandbox } = house;
  if (config.production || config.sandboxElsewhere) return undefined;
  const live = await db.read
    .selectFrom('account')
    .select('id')
    .where('livemode', '=', 1)
    .where('active', '=', 1)
    .executeTakeFirst();
  if (live) return undefined;

  const child = fork(sandboxEntry(), {
    env: environmentOf(house),
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  await ready(child);
  let accounts: SandboxAccount[] = [];
  // One after the other, so that an older list never comes after a newer one.
  let learned = Promise.resolve();
  const learnAccounts = () => {
    learned = learned
      .catch(() => undefined)
      .then(async () => {
        accounts = await knownAccounts(house);
        await tell(child, accounts.map(playedAs(house)));
      });
    return learned;
  };
  await learnAccounts();
  ownSandbox.learnAccounts = learnAccounts;
  return {
    accounts: () => accounts,
    stop() {
      ownSandbox.learnAccounts = undefined;
      return stopped(child);
    },
  };
}

/** In the order in which they were connected, so that each keeps its place and with it what the sandbox knows of it. */
async function knownAccounts({ db, sealer }: House): Promise<SandboxAccount[]> {
  const rows = await db.read
    .selectFrom('account')
    .selectAll()
    .where('kind', '=', 'sandbox')
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  return rows.map((row) => ({
    accountId: row.id,
    publishableKey: row.publishable_key,
    secretKey: sealer.open(row.secret_key_sealed),
    webhookSecrets: JSON.parse(sealer.open(row.webhook_secrets_sealed)) as string[],
  }));
}

/** An account as the sandbox is told of it. */
function playedAs({ config }: House) {
  return ({ accountId, ...keys }: SandboxAccount, index: number) => ({
    ...keys,
    id: `acct_sandbox${index + 1}`,
    name: `Sandbox ${index + 1}`,
    country: 'GB',
    defaultCurrency: 'gbp',
    webhookUrl: `http://${config.host}:${config.port}${paths.webhook(accountId)}`,
  });
}

function sandboxEntry(): string {
  return fileURLToPath(
    new URL(import.meta.url.endsWith('.ts') ? '../sandbox/main.ts' : '../sandbox/main.js', import.meta.url),
  );
}

function environmentOf({ config }: House): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    SANDBOX_PORT: String(config.sandboxPort),
    SANDBOX_FILE: 'data/sandbox.db',
    SANDBOX_PORTAL_ORIGINS: new URL(config.baseUrl).origin,
    SANDBOX_ACCOUNTS: '[]',
  };
}

function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the sandbox gateway did not start in time')), READY_TIMEOUT_MS);
    child.once('message', () => {
      clearTimeout(timer);
      resolve();
    });
    child.once('exit', () => {
      clearTimeout(timer);
      reject(new SandboxFault());
    });
  });
}

let told = 0;

/** Over the channel and not the environment or a file: keys stand nowhere else. Errors: no answer, or a fault. */
function tell(child: ChildProcess, accounts: object[]): Promise<void> {
  const reply = ++told;
  return new Promise((resolve, reject) => {
    const end = (fault?: string) => {
      clearTimeout(timer);
      child.off('message', hear);
      child.off('exit', gone);
      if (fault === undefined) resolve();
      else reject(new Refusal('sandbox-silent', 503, `The sandbox gateway did not take up its accounts: ${fault}.`));
    };
    const hear = (answer: { reply?: number; fault?: string }) => {
      if (answer.reply === reply) end(answer.fault);
    };
    const gone = () => end('it has ended');
    const timer = setTimeout(() => end('no answer'), REPLY_TIMEOUT_MS);
    child.on('message', hear);
    child.on('exit', gone);
    child.send({ accounts, reply }, (error) => error && end(error.message));
  });
}

function stopped(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null) return resolve();
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });
}
