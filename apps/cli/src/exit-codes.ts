/** How a command ends, for scripts. Numbers from 64 on are those of sysexits.h. */
export const EXIT = {
  ok: 0,
  /** It failed, or the bus refused it. */
  failed: 1,
  /** The command line is wrong. */
  usage: 2,
  /** EX_UNAVAILABLE */
  unreachable: 69,
  /** EX_NOPERM */
  notPermitted: 77,
  /** EX_CONFIG */
  config: 78,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export const EXIT_HELP = `Exit codes:
  0   done
  1   it failed, or the bus refused it
  2   the command line is wrong
  69  the bus cannot be reached
  77  not permitted: no key, or one that may not do this
  78  a setting is wrong`;
