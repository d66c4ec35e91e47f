import { Stack } from '@mantine/core';
import { useRouter } from '@tanstack/react-router';
import { ProblemAlert } from '../parts/ProblemAlert.js';

/** In place of a page that could not be shown. */
export function PageFailed({ error, reset }: { readonly error: unknown; readonly reset: () => void }) {
  const router = useRouter();
  const again = () => {
    reset();
    void router.invalidate();
  };
  return (
    <Stack maw={640} mx="auto" p="md">
      <ProblemAlert error={error} onRetry={again} />
    </Stack>
  );
}
