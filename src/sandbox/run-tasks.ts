import type { Call, TaskName } from './call.ts';
import { postChargeBalance } from './charges/post-balance.ts';
import { settleRefund } from './charges/settle-refund.ts';
import { decideByEvidence } from './disputes/decide-dispute.ts';
import { openDisputeOfCard } from './disputes/open-dispute.ts';
import { makeCall } from './make-call.ts';
import type { SandboxParts } from './sandbox.ts';

interface Task {
  id: number;
  account: string;
  task: TaskName;
  object: string;
}

const DEEDS: Record<TaskName, (call: Call, id: string) => void> = {
  post_balance: (call, id) => postChargeBalance(call, id, { announce: true }),
  settle_refund: settleRefund,
  open_dispute: openDisputeOfCard,
  decide_dispute: decideByEvidence,
};

/** Does what a gateway does a moment after its answer: books the money, settles refunds, disputes. */
export function runTasks(sandbox: SandboxParts, dueBeforeMs: number): void {
  const { ledger } = sandbox;
  const due = ledger.prepare('SELECT * FROM tasks WHERE due_ms <= ? ORDER BY id').all(dueBeforeMs) as Task[];
  for (const task of due) {
    ledger.transaction(() => {
      const account = sandbox.accounts.find(({ id }) => id === task.account);
      if (account) {
        const call = makeCall(sandbox, { account });
        DEEDS[task.task](call, task.object);
      }
      ledger.prepare('DELETE FROM tasks WHERE id = ?').run(task.id);
    })();
  }
}
