import { InstallationNameError, NewerSchemaError } from '@vestnik/store';
import { EmbeddedPostgresError, type RunningPostgres, startPostgres } from '@vestnik/store/embedded';
import { checkSettings, loadSettings, publicUrlAt, SettingsError } from './config/index.js';
import { managedSettings } from './config/managed-settings.js';
import { tellFirstRun } from './first-run.js';
import { firstStart, localAdminKey } from './first-start.js';
import { buildHouse, type House } from './house.js';
import { type RunningHttp, startHttp } from './http/http-server.js';
import { serverLog } from './server-log.js';
import { StopSignal } from './stop-signal.js';

const EX_CONFIG = 78;
/** Sends that are under way when the node is told to stop are finished within this. */
const FINISH_MS = 4_000;

/**
 * Runs a node until it is told to stop.
 *
 * @returns the exit code: 0 after a clean stop, 1 where it could not start, 78 (`EX_CONFIG`) where a setting is wrong
 */
export async function runServer(): Promise<number> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    process.stderr.write(`The node does not start: a setting is wrong.\n${error.message}\nvestnik config doc lists the settings.\n`);
    return EX_CONFIG;
  }
}

async function run(): Promise<number> {
  const checked = checkSettings();
  const { settings, warnings } = loadSettings();
  const log = serverLog(settings);
  for (const warning of warnings) log.warn(warning);
  const stop = new StopSignal();
  let postgres: RunningPostgres | undefined;
  let house: House | undefined;
  let http: RunningHttp | undefined;
  try {
    if (settings.databaseUrl === undefined) {
      postgres = await startPostgres({ dataDir: settings.dataDir, log: (line) => log.debug(line), pgBin: settings.postgresBin });
    }
    const databaseUrl = settings.databaseUrl ?? (postgres as RunningPostgres).url;
    house = await buildHouse({ settings, databaseUrl, directUrl: settings.databaseDirectUrl ?? databaseUrl, adminKey: localAdminKey(settings), log });
    let accepting = true;
    http = await startHttp({
      house,
      settings,
      managed: managedSettings(checked),
      publicUrlAt: (port) => publicUrlAt(settings, port),
      accepting: () => accepting,
    });
    // Once the port is ours: what a start that fails has made, nobody would be told.
    const first = await firstStart(house, settings);
    if (first !== undefined) tellFirstRun({ ...first, publicUrl: http.publicUrl, isTerminal: process.stdout.isTTY === true, dataDir: settings.dataDir });
    process.stdout.write(`Vestnik is ready at ${http.publicUrl}\n`);

    const signal = await stop.wait();
    log.info('stopping', { signal });
    accepting = false;
    http.stopListening();
    house.node.calls.drain();
    await house.webhooks.drain();
    await house.delivery.drain();
    await house.traffic.stop();
    await Promise.race([Promise.all([house.node.mover?.stop(), house.intake.idle()]), new Promise((resolve) => setTimeout(resolve, FINISH_MS).unref())]);
    return 0;
  } catch (error) {
    if (error instanceof InstallationNameError) {
      throw new SettingsError([
        { where: 'VESTNIK_INSTALLATION', reason: `"${settings.installation}" is not its name: ${error.message}, which is fixed at the first start` },
      ]);
    }
    if (isPortTaken(error)) {
      log.error(`the port ${settings.port} is taken: another program listens there, perhaps another node; VESTNIK_PORT gives this one another port`);
    } else if (error instanceof EmbeddedPostgresError || error instanceof NewerSchemaError) {
      log.error(error.message);
    } else {
      log.error('the node could not start', { error });
    }
    return 1;
  } finally {
    // Each goes, whatever becomes of the one before.
    for (const close of [() => http?.close(), () => house?.close(), () => postgres?.stop()]) {
      await Promise.resolve(close()).catch((error: unknown) => log.warn('something did not end in order', { error }));
    }
    stop.close();
  }
}

function isPortTaken(error: unknown): boolean {
  return error instanceof Error && (error as { code?: unknown }).code === 'EADDRINUSE';
}
