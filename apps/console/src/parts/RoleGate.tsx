import type { ReactNode } from 'react';
import { type Role, useMay } from '../api/session.js';

interface Props {
  /** The least role. Not `role`: linters take that for the one of ARIA. */
  readonly may: Role;
  /** Only for administrators of the whole installation. */
  readonly whole?: boolean;
  readonly children: ReactNode;
  readonly otherwise?: ReactNode;
}

/** Shows its content to those who may. The server refuses the others anyway. */
export function RoleGate({ may, whole, children, otherwise = null }: Props) {
  return useMay(may, { whole }) ? children : otherwise;
}
