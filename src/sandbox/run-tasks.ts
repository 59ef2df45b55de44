import type { TaskName } from './call.ts';
import { postChargeBalance } from './charges/post-balance.ts';
import { settleRefund } from './charges/settle-refund.ts';
import { makeCall } from './make-call.ts';
import type { SandboxParts } from './sandbox.ts';

interface Task {
  id: number;
  account: string;
  task: TaskName;
  object: string;
}

/** Does what a gateway does a moment after its answer: books the money, settles refunds. */
export function runTasks(sandbox: SandboxParts, dueBeforeMs: number): void {
  const { ledger } = sandbox;
  const due = ledger.prepare('SELECT * FROM tasks WHERE due_ms <= ? ORDER BY id').all(dueBeforeMs) as Task[];
  for (const task of due) {
    ledger.transaction(() => {
      const account = sandbox.accounts.find(({ id }) => id === task.account);
      if (account) {
        const call = makeCall(sandbox, { account });
        if (task.task === 'post_balance') postChargeBalance(call, task.object, { announce: true });
        else settleRefund(call, task.object);
      }
      ledger.prepare('DELETE FROM tasks WHERE id = ?').run(task.id);
    })();
  }
}
