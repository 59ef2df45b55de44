import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { paths } from '../paths.ts';
import { newId } from '../platform/ids.ts';
import type { House } from '../wire.ts';

const READY_TIMEOUT_MS = 15_000;

/** The keys of one account of the sandbox gateway, as the sandbox and our books must both know them. */
export interface SandboxAccount {
  accountId: string;
  publishableKey: string;
  secretKey: string;
  webhookSecret: string;
}

export interface SandboxProcess {
  accounts: SandboxAccount[];
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
 * SANDBOX_API_URL names one that runs elsewhere. It ends when the channel to it closes, so no crash leaves it behind.
 */
export async function startSandboxProcess(house: House): Promise<SandboxProcess | undefined> {
  const { config, db } = house;
  if (config.production || config.sandboxElsewhere) return undefined;
  const live = await db.read
    .selectFrom('account')
    .select('id')
    .where('livemode', '=', 1)
    .where('active', '=', 1)
    .executeTakeFirst();
  if (live) return undefined;

  const accounts = await knownAccounts(house);
  if (accounts.length === 0) accounts.push(newAccount());
  const child = fork(sandboxEntry(), {
    env: environmentOf(house, accounts),
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  await ready(child);
  return { accounts, stop: () => stopped(child) };
}

async function knownAccounts({ db, sealer }: House): Promise<SandboxAccount[]> {
  const rows = await db.read.selectFrom('account').selectAll().where('kind', '=', 'sandbox').execute();
  return rows.map((row) => ({
    accountId: row.id,
    publishableKey: row.publishable_key,
    secretKey: sealer.open(row.secret_key_sealed),
    webhookSecret: (JSON.parse(sealer.open(row.webhook_secrets_sealed)) as string[])[0] ?? '',
  }));
}

function newAccount(): SandboxAccount {
  const chance = () => randomBytes(24).toString('hex');
  return {
    accountId: newId('acc'),
    publishableKey: `pk_test_${chance()}`,
    secretKey: `sk_test_${chance()}`,
    webhookSecret: `whsec_${chance()}`,
  };
}

function sandboxEntry(): string {
  return fileURLToPath(
    new URL(import.meta.url.endsWith('.ts') ? '../sandbox/main.ts' : '../sandbox/main.js', import.meta.url),
  );
}

function environmentOf({ config }: House, accounts: SandboxAccount[]): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    SANDBOX_PORT: String(config.sandboxPort),
    SANDBOX_FILE: 'data/sandbox.db',
    SANDBOX_PORTAL_ORIGINS: new URL(config.baseUrl).origin,
    SANDBOX_ACCOUNTS: JSON.stringify(
      accounts.map((account, index) => ({
        id: `acct_sandbox${index + 1}`,
        name: `Sandbox ${index + 1}`,
        country: 'GB',
        defaultCurrency: 'gbp',
        publishableKey: account.publishableKey,
        secretKey: account.secretKey,
        webhookSecrets: [account.webhookSecret],
        webhookUrl: `http://${config.host}:${config.port}${paths.webhook(account.accountId)}`,
      })),
    ),
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

function stopped(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null) return resolve();
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });
}
