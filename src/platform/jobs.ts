import type { Logger } from './logger.ts';

/** A deed that is done again and again; `runEvery` never overlaps itself and outlives a failure. */
export interface Job {
  name: string;
  everyMs: number;
  run: () => Promise<unknown>;
}

export interface Jobs {
  /** Runs the named job now, or after the run that is under way. */
  nudge(name: string): void;
  /** Starts no further run and waits for those under way. */
  stop(): Promise<void>;
}

/** Starts every job; the first run comes after one interval, or at once by `nudge`. */
export function startJobs(jobs: readonly Job[], log: Logger): Jobs {
  const stops: Array<() => Promise<void>> = [];
  const nudges = new Map<string, () => void>();

  for (const job of jobs) {
    let timer: NodeJS.Timeout | undefined;
    let running: Promise<void> | undefined;
    let again = false;
    let stopped = false;

    const schedule = (delayMs: number) => {
      clearTimeout(timer);
      if (!stopped) timer = setTimeout(go, delayMs).unref();
    };
    const go = () => {
      running = job
        .run()
        .then(() => undefined)
        .catch((error) => log.error({ err: error, job: job.name }, 'a job failed; it will run again'))
        .finally(() => {
          running = undefined;
          schedule(again ? 0 : job.everyMs);
          again = false;
        });
    };
    nudges.set(job.name, () => {
      if (running) again = true;
      else schedule(0);
    });
    stops.push(async () => {
      stopped = true;
      clearTimeout(timer);
      await running;
    });
    schedule(job.everyMs);
  }

  return {
    nudge: (name) => nudges.get(name)?.(),
    stop: async () => {
      await Promise.all(stops.map((stop) => stop()));
    },
  };
}
