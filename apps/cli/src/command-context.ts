import type { Command } from 'commander';
import { Access, type CommonOptions } from './access.js';
import { explain } from './cli-error.js';
import { EXIT, type ExitCode } from './exit-codes.js';
import { HttpApi } from './http-api.js';
import { Output } from './output.js';
import type { Surroundings } from './surroundings.js';

/** What every command gets: how it speaks, and what it may open. */
export interface Context {
  readonly around: Surroundings;
  readonly output: Output;
  readonly access: Access;
  /** The HTTP API with the tenant's key. */
  tenantApi(): HttpApi;
  /** The HTTP API with an administrator's key. */
  adminApi(): HttpApi;
  /** With whichever of the two is given: the administrator's before the tenant's for what changes something, after it for what only looks. */
  managingApi(): HttpApi;
  readingApi(): HttpApi;
}

/** What a command does. It may return its exit code. */
type Action<Arguments extends unknown[], Options> = (context: Context, options: Options & CommonOptions, ...args: Arguments) => Promise<unknown>;

/** Told how a command has ended. */
export type Finish = (exitCode: ExitCode) => void;

/**
 * Gives a command its action. What fails is explained by `what`, such as "the message was not sent".
 */
export type Act = <Arguments extends unknown[], Options = unknown>(command: Command, what: string, action: Action<Arguments, Options>) => void;

export function actIn(around: Surroundings, finish: Finish): Act {
  return <Arguments extends unknown[], Options>(command: Command, what: string, action: Action<Arguments, Options>) => {
    command.action(async (...all: unknown[]) => {
      const options = command.optsWithGlobals<Options & CommonOptions>();
      // Commander adds the options and the command to what was on the line.
      const args = all.slice(0, -2) as Arguments;
      const output = new Output(around, options);
      // Made when it is first needed: a command that asks no bus anything is not stopped by a wrong address.
      let access: Access | undefined;
      const accessOf = () => {
        access ??= new Access(options, around);
        return access;
      };
      const api = (key: string) => new HttpApi(accessOf().url, key);
      const context: Context = {
        around,
        output,
        get access() {
          return accessOf();
        },
        tenantApi: () => api(accessOf().tenantKey()),
        adminApi: () => api(accessOf().adminKey()),
        managingApi: () => api(accessOf().managingKey()),
        readingApi: () => api(accessOf().readingKey()),
      };
      try {
        const ended = await action(context, options, ...args);
        finish(typeof ended === 'number' ? (ended as ExitCode) : EXIT.ok);
      } catch (thrown) {
        const error = explain(thrown, { what, url: access?.url ?? '' });
        output.error(error);
        finish(error.exitCode);
      }
    });
  };
}
