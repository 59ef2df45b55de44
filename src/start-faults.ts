interface Fault extends Error {
  code?: string;
  port?: number;
  path?: string;
  syscall?: string;
}

/** What stopped the start, in words that a person can act on. */
export function sentenceFor(error: unknown): string {
  const fault = error as Fault;
  if (fault.name === 'ConfigFaults' || fault.name === 'SandboxFault') return fault.message;
  if (fault.code === 'EADDRINUSE') {
    return `Port ${fault.port} is taken by another program. Stop it, or choose another with PORT.`;
  }
  if (fault.code === 'EACCES' && fault.syscall === 'listen') {
    return `Port ${fault.port} needs more rights than this user has. Choose one above 1024 with PORT.`;
  }
  if (
    fault.code === 'EACCES' ||
    fault.code === 'EPERM' ||
    fault.code === 'EEXIST' ||
    fault.code === 'ENOTDIR' ||
    fault.code === 'EROFS' ||
    fault.code === 'SQLITE_CANTOPEN' ||
    fault.code === 'SQLITE_READONLY'
  ) {
    return `The folder for the data cannot be written to${fault.path ? ` (${fault.path})` : ''}. Give this user the right, or start in another folder.`;
  }
  if (fault.code === 'ERR_DLOPEN_FAILED') {
    return 'The SQLite addon was built for another Node. Run "npm rebuild better-sqlite3" and start again.';
  }
  if (fault.code === 'ECONNREFUSED')
    return 'The database does not answer. Check DATABASE_URL and that the server runs.';
  if (fault.name === 'Refusal') return fault.message;
  if (fault.name === 'GatewayError')
    return 'The payment service does not answer. Check that it runs and that its keys are right, and try again.';
  return `The portal could not start: ${fault.stack ?? fault.message}`;
}
