/** What has to be undone however the run ends: at its end, or when it is interrupted. */
const steps = new Set<() => Promise<unknown>>();

/** @returns undoes it now, once, and strikes it off the list */
export function beforeEnding(step: () => Promise<unknown>): () => Promise<void> {
  steps.add(step);
  return async () => {
    if (steps.delete(step)) await step();
  };
}

/** Undoes everything that is left, the last first. */
export async function end(): Promise<void> {
  const left = [...steps].reverse();
  steps.clear();
  for (const step of left) await step();
}
