import { Command } from 'commander';
import { URL_DEFAULT } from './access.js';
import { actIn, type Finish } from './command-context.js';
import { addCall } from './commands/call.js';
import { addClients } from './commands/clients.js';
import { addConfig } from './commands/config.js';
import { addDeadLetters } from './commands/dead-letters.js';
import { addHistory } from './commands/history.js';
import { addKey } from './commands/key.js';
import { addLink } from './commands/link.js';
import { addListen } from './commands/listen.js';
import { addPresence } from './commands/presence.js';
import { addSend } from './commands/send.js';
import { addServe } from './commands/serve.js';
import { addStart } from './commands/start.js';
import { addState } from './commands/state.js';
import { addTenant } from './commands/tenant.js';
import { addToken } from './commands/token.js';
import { addTopic } from './commands/topic.js';
import { addWebhook } from './commands/webhook.js';
import { addWhy } from './commands/why.js';
import { addWithdraw } from './commands/withdraw.js';
import { EXIT_HELP } from './exit-codes.js';
import type { Surroundings } from './surroundings.js';

/** The commands of `vestnik`, each in a file of its own. */
export function programIn(around: Surroundings, finish: Finish): Command {
  const program = new Command('vestnik')
    .description('A notification bus: any program reaches any other by name, and nothing that was accepted is lost.')
    .option('--url <url>', `where the bus is (VESTNIK_URL; default ${URL_DEFAULT})`)
    .option('--tenant <name>', 'which tenant (VESTNIK_TENANT; default demo)')
    .option('--key <key>', 'the tenant’s key, or a client’s token (VESTNIK_KEY)')
    .option('--admin-key <key>', 'an administrator’s key (VESTNIK_ADMIN_KEY; on the server’s machine also the file admin-key in VESTNIK_DATA_DIR)')
    .option('--json', 'print JSON, for programs')
    .option('--no-color', 'print without colours (also NO_COLOR)')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ writeOut: (text) => void around.stdout.write(text), writeErr: (text) => void around.stderr.write(text) })
    .addHelpText('after', `\n${EXIT_HELP}`)
    .showHelpAfterError('vestnik --help tells what there is.')
    .exitOverride();

  const act = actIn(around, finish);
  const talking = [addSend, addListen, addCall, addServe, addState, addWithdraw, addHistory];
  const lookingAfter = [addClients, addPresence, addTopic, addWebhook, addLink, addWhy, addDeadLetters, addConfig];
  for (const add of [addStart, addTenant, addKey, addToken, ...talking, ...lookingAfter]) add(program, act);
  return program;
}
