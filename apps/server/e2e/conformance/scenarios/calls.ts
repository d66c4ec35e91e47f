import { expect, it } from 'vitest';
import { problemOf } from '../problem-of.js';
import type { Stage } from '../stage.js';

/** Calls in every direction, and every way in which they end. */
export function calls(stage: Stage): void {
  it('lets a backend call a client, and answers with what the client answered', async () => {
    const ivanov = stage.place.person();
    const client = await stage.connect(ivanov);
    const calling = stage.place.api('POST', '/calls', { to: ivanov.name, method: 'openForm', params: { form: 'Заказ' }, timeout: 20 });
    const call = await client.next('call');
    expect(call).toEqual({ id: expect.any(String), from: stage.place.backend, method: 'openForm', params: { form: 'Заказ' }, deadline: expect.any(String) });
    expect(Date.parse(call.deadline)).toBeGreaterThan(Date.now() + 10_000);
    await client.answerCall(call.id, { result: { opened: true } });
    const [session] = await stage.place.sessionsOf(ivanov);
    expect(await calling).toMatchObject({ status: 200, body: { result: { opened: true }, from: `${ivanov.address}/${session?.session}` } });
  });

  it('lets a client call another, and a backend that holds a session', async () => {
    const [ivanov, petrov] = [stage.place.person(), stage.place.person()];
    const [caller, callee] = [await stage.connect(ivanov), await stage.connect(petrov)];
    const calling = caller.call('call', { to: petrov.address, method: 'sum', params: [1, 2] });
    const call = await callee.next('call');
    expect(call).toMatchObject({ from: ivanov.address, method: 'sum', params: [1, 2] });
    await callee.answerCall(call.id, { result: 3 });
    expect(await calling).toMatchObject({ result: 3 });
    const backend = await stage.connect(stage.place.person(), { token: stage.place.key });
    const asking = caller.call('call', { to: stage.place.backend, method: 'stock' });
    const asked = await backend.next('call', ({ from }) => from === ivanov.address);
    await backend.answerCall(asked.id, { result: null });
    expect(await asking).toMatchObject({ result: null });
  });

  it.runIf(stage.transport.exact)('passes params and results on byte for byte', async () => {
    const [ivanov, petrov] = [stage.place.person(), stage.place.person()];
    const [caller, callee] = [await stage.connect(ivanov), await stage.connect(petrov)];
    const params = '{"n":12345678901234567890.10,"a":"\\u0041","z":1,"e":1E400}';
    const calling = caller.callText('call', `{"to":${JSON.stringify(petrov.name)},"method":"m","params":${params}}`);
    const call = await callee.next('call');
    expect(callee.seen.find((push) => push.params === call)?.text).toContain(`"params":${params}`);
    await callee.answerText(call.id, `"result":${params}`);
    expect(await calling).toContain(`"result":${params}`);
  });

  it('hands the callee’s own error to the caller untouched', async () => {
    const [ivanov, petrov] = [stage.place.person(), stage.place.person()];
    const [caller, callee] = [await stage.connect(ivanov), await stage.connect(petrov)];
    const error = { code: 17, message: 'Форма не найдена', data: { form: 'Заказ', nested: [1, { two: null }] } };
    const calling = problemOf(caller.call('call', { to: petrov.name, method: 'openForm' }));
    await callee.answerCall((await callee.next('call')).id, { error });
    expect((await calling).problem).toMatchObject({ type: 'call-failed', error });
    const byHttp = stage.place.api('POST', '/calls', { to: petrov.name, method: 'openForm' });
    await callee.answerCall((await callee.next('call')).id, { error });
    expect(await byHttp).toMatchObject({ status: 422, body: { type: 'urn:vestnik:problem:call-failed', error } });
  });

  it('tells at once that nobody is there', async () => {
    const [ivanov, petrov] = [stage.place.person(), stage.place.person()];
    const caller = await stage.connect(ivanov);
    expect((await problemOf(caller.call('call', { to: petrov.name, method: 'm', timeout: 100 }))).slug).toBe('client-offline');
    expect((await problemOf(caller.call('call', { to: `${ivanov.name}/nobody`, method: 'm', timeout: 100 }))).slug).toBe('client-offline');
    expect(await stage.place.api('POST', '/calls', { to: petrov.name, method: 'm', timeout: 100 })).toMatchObject({
      status: 404,
      body: { type: 'urn:vestnik:problem:client-offline' },
    });
  });

  it('ends at its deadline, and the callee is told that nobody waits any more', async () => {
    const [ivanov, petrov] = [stage.place.person(), stage.place.person()];
    const [caller, callee] = [await stage.connect(ivanov), await stage.connect(petrov)];
    const calling = problemOf(caller.call('call', { to: petrov.name, method: 'slow', timeout: 0.3 }));
    const call = await callee.next('call');
    expect((await calling).slug).toBe('call-timeout');
    expect(await callee.next('cancel')).toMatchObject({ id: call.id });
    await callee.answerCall(call.id, { result: 'too late' });
    expect(await callee.call('ping', {}), 'a late answer harms nobody').toHaveProperty('serverTime');
  });

  it('fails at once when the session that was called is gone', async () => {
    const [ivanov, petrov] = [stage.place.person(), stage.place.person()];
    const [caller, callee] = [await stage.connect(ivanov), await stage.connect(petrov)];
    const calling = problemOf(caller.call('call', { to: petrov.name, method: 'm', timeout: 100 }));
    await callee.next('call');
    callee.drop();
    expect((await calling).slug).toBe('call-interrupted');
  });

  it('is cancelled when whoever called is gone', async () => {
    const petrov = stage.place.person();
    const callee = await stage.connect(petrov);
    const gone = new AbortController();
    const calling = fetch(`${stage.place.url}${stage.place.path}/calls`, {
      method: 'POST',
      headers: { authorization: `Bearer ${stage.place.key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ to: petrov.name, method: 'm', timeout: 100 }),
      signal: gone.signal,
    }).catch(() => undefined);
    const call = await callee.next('call');
    gone.abort();
    await calling;
    expect(await callee.next('cancel')).toMatchObject({ id: call.id });
    if (!stage.transport.answersConnect) return;
    const caller = await stage.connect(stage.place.person());
    caller.call('call', { to: petrov.name, method: 'm', timeout: 100 }).catch(() => {});
    const second = await callee.next('call');
    caller.drop();
    expect(await callee.next('cancel')).toMatchObject({ id: second.id });
  });

  it('takes the first result of all sessions, and cancels the others', async () => {
    const [ivanov, petrov] = [stage.place.person(), stage.place.person()];
    const caller = await stage.connect(ivanov);
    const [desk, phone, tablet] = [await stage.connect(petrov), await stage.connect(petrov), await stage.connect(petrov)];
    const calling = caller.call('call', { to: petrov.name, method: 'm', answer: 'first' });
    const [atDesk, atPhone, atTablet] = [await desk.next('call'), await phone.next('call'), await tablet.next('call')];
    await desk.answerCall(atDesk.id, { error: { code: 1, message: 'busy' } });
    await phone.answerCall(atPhone.id, { result: 'here' });
    expect(await calling).toMatchObject({ result: 'here' });
    expect(await tablet.next('cancel')).toMatchObject({ id: atTablet.id });
    expect(phone.all('cancel')).toEqual([]);
  });

  it('collects the answers of all, and says how many are missing', async () => {
    const [ivanov, petrov] = [stage.place.person(), stage.place.person()];
    const caller = await stage.connect(ivanov);
    const [desk, phone, tablet] = [await stage.connect(petrov), await stage.connect(petrov), await stage.connect(petrov)];
    const calling = caller.call('call', { to: petrov.name, method: 'm', answer: 'all', timeout: 2 });
    await desk.answerCall((await desk.next('call')).id, { result: 'desk' });
    await phone.answerCall((await phone.next('call')).id, { error: { code: 1, message: 'busy' } });
    const late = await tablet.next('call');
    const { answers, missing } = (await calling) as { answers: { from: string; result?: unknown; error?: unknown }[]; missing: number };
    expect(missing).toBe(1);
    expect(answers).toHaveLength(2);
    expect(answers.every(({ from }) => from.startsWith(`${petrov.address}/`))).toBe(true);
    expect(answers).toEqual(
      expect.arrayContaining([expect.objectContaining({ result: 'desk' }), expect.objectContaining({ error: { code: 1, message: 'busy' } })]),
    );
    expect(await tablet.next('cancel')).toMatchObject({ id: late.id });
  });

  it('calls one session that is named, and else the one that last sent anything of its own', async () => {
    const [ivanov, petrov] = [stage.place.person(), stage.place.person()];
    const caller = await stage.connect(ivanov);
    const app = stage.place.unused('app');
    const desk = await stage.connect(petrov, { app });
    const phone = await stage.connect(petrov);
    const named = (await stage.place.sessionsOf(petrov)).find((each) => each.app === app)?.session;
    const toOne = caller.call('call', { to: `${petrov.name}/${named}`, method: 'm' });
    await desk.answerCall((await desk.next('call')).id, { result: 'desk' });
    expect(await toOne).toEqual({ result: 'desk', from: `${petrov.address}/${named}` });
    await phone.call('send', { to: ivanov.name, type: 'n' });
    const toLast = caller.call('call', { to: petrov.name, method: 'm' });
    await phone.answerCall((await phone.next('call')).id, { result: 'phone' });
    expect(await toLast).toMatchObject({ result: 'phone' });
  });

  it('keeps many calls apart, whatever the order of their answers, and nobody answers for another', async () => {
    const [ivanov, petrov] = [stage.place.person(), stage.place.person()];
    const [caller, callee, stranger] = [await stage.connect(ivanov), await stage.connect(petrov), await stage.connect(stage.place.person())];
    const calling = Array.from({ length: 20 }, (_, n) => caller.call('call', { to: petrov.name, method: 'square', params: n }));
    await callee.until('twenty calls', () => callee.all('call').length === 20);
    await caller.call('send', { to: petrov.name, type: 'beside' });
    await callee.next('message');
    const open = [...callee.all('call')].reverse();
    for (const { id } of open) await stranger.answerCall(id, { result: 'forged' }).catch(() => {});
    for (const { id, params } of open) await callee.answerCall(id, { result: (params as number) ** 2 });
    expect((await Promise.all(calling)).map((answer) => (answer as { result: number }).result)).toEqual(Array.from({ length: 20 }, (_, n) => n * n));
  });

  it('names the wrong field, and the scope that is missing', async () => {
    const ivanov = stage.place.person();
    const caller = await stage.connect(ivanov);
    for (const [wrong, path] of [
      [{ method: 'm' }, 'to'],
      [{ to: 'ivanov' }, 'method'],
      [{ to: 'ivanov', method: '' }, 'method'],
      [{ to: 'ivanov', method: 'm', timeout: 0.05 }, 'timeout'],
      [{ to: 'ivanov', method: 'm', timeout: 121 }, 'timeout'],
      [{ to: 'ivanov', method: 'm', answer: 'some' }, 'answer'],
      [{ to: 'ivanov', method: 'm', more: 1 }, 'more'],
      [{ to: '../etc', method: 'm' }, 'to'],
      [{ to: '*', method: 'm' }, 'to'],
    ] as const) {
      const problem = await problemOf(caller.call('call', wrong as unknown as { to: string; method: string }));
      const http = await stage.place.api('POST', '/calls', wrong);
      const what = JSON.stringify(wrong);
      expect(problem.slug, what).toMatch(/^(request|address)-invalid$/);
      expect(problem.errors[0]?.path, what).toBe(path);
      expect({ status: http.status, errors: http.body.errors }, what).toEqual({ status: 400, errors: problem.errors });
    }
    const mute = await stage.connect(ivanov, { token: await stage.place.token(ivanov, { scope: ['receive', 'send'] }) });
    expect((await problemOf(mute.call('call', { to: ivanov.name, method: 'm' }))).slug).toBe('scope-missing');
  });
}
