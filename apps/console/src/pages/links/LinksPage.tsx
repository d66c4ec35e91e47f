import { useFilters } from '../../parts/useFilters.js';
import { AllLinks } from './AllLinks.js';
import { OneLink } from './OneLink.js';

const PLACE = ['link'] as const;

/** The links to other installations, or one of them: `?link=<id>`. */
export function LinksPage() {
  const { link } = useFilters(PLACE).values;
  return link === undefined ? <AllLinks /> : <OneLink key={link} id={link} />;
}
