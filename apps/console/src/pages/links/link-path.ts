import { withQuery } from '../../parts/paths.js';

/** The page of one link. */
export function linkPath(id: string): string {
  return withQuery('/links', { link: id });
}
