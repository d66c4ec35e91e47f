import { QueryClient } from '@tanstack/react-query';
import { asProblem } from './problem-error.js';

/**
 * What is remembered of answers: little, and not for long.
 *
 * Nothing is asked again by itself unless a page says how often, and what no page
 * shows is forgotten after a minute, so that a console left open grows by nothing.
 */
export function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        gcTime: 60_000,
        refetchOnWindowFocus: false,
        refetchOnReconnect: true,
        // A page in the background asks nothing.
        refetchIntervalInBackground: false,
        retry: (failures, error) => failures < 2 && asProblem(error).retryable && asProblem(error).retryAfter === undefined,
        retryDelay: (failures) => 500 * 2 ** failures,
      },
      mutations: { gcTime: 0, retry: false },
    },
  });
}
