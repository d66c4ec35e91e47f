import { useTranslation } from 'react-i18next';
import { useFormat } from '../../../format/useFormat.js';
import { SIZES, unitOf } from './units.js';

/** A size in the words of its field: 256 KiB. */
export function useSizeText(): (bytes: number) => string {
  const { t } = useTranslation('tenants');
  const format = useFormat();
  return (bytes) => {
    const { name, size } = unitOf(bytes, SIZES);
    return `${format.number(bytes / size)} ${t(`units.${name}`)}`;
  };
}
