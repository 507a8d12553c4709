// The calls of the API, all in the name of one person.

export const me = { id: new URLSearchParams(location.search).get("as") ?? "" };

export class Refused extends Error {
  constructor(status, body) {
    super(body.error ?? "Deskbell does not answer. It may be restarting; try again shortly.");
    this.status = status;
    this.body = body;
  }
}

// What is read from the server, and where live updates go on from there.
async function read(path, options) {
  let answer;
  try {
    answer = await fetch(path, options);
  } catch {
    throw new Refused(0, {});
  }
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(answer.status, body);
  return { body, seq: answer.headers.get("X-Deskbell-Seq") };
}

const call = async (path, options) => (await read(path, options)).body;

const named = (query = {}) => new URLSearchParams({ as: me.id, ...query });

// An id makes it safe to ask again when no answer came: it is done once, and the answer is the first one's.
async function post(what, body) {
  const options = {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ as: me.id, id: crypto.randomUUID(), ...body }),
  };
  try {
    return await call(`/api/${what}`, options);
  } catch (error) {
    if (error.status) throw error;
    await new Promise((wait) => setTimeout(wait, 1000));
    return call(`/api/${what}`, options);
  }
}

export const people = () => call("/api/people");
export const channels = () => read(`/api/channels?${named()}`);
export const messages = (channel, query) => call(`/api/channels/${encodeURIComponent(channel)}/messages?${named(query)}`);
export const say = (channel, text, thread) => post("say", { channel, text, ...(thread ? { thread } : {}) });
export const press = (message, command) => post("press", {
  channel: message.channel, message: message.id, version: message.version, command,
});
export const submit = (channel, form, values) => post("submit", { channel, form, values });

// Live updates after `last`, the place that came with what was read first, so that nothing falls between the two. A
// browser comes back by itself; when it gives up, we do. `onstate(true)` means that we are live.
export function listen(last, { onmessage, onstate, onreturn }) {
  let lost = false;
  let source;
  const open = () => {
    source = new EventSource(`/api/events?${named({ after: last })}`);
    source.addEventListener("message", (event) => { last = event.lastEventId; onmessage(JSON.parse(event.data)); });
    source.addEventListener("restart", () => location.reload()); // another store: what we show is not in it
    source.onopen = () => { onstate(true); if (lost) onreturn(); lost = false; };
    source.onerror = () => {
      lost = true;
      onstate(false);
      if (source.readyState === EventSource.CLOSED) setTimeout(open, 2000);
    };
  };
  open();
  addEventListener("pagehide", () => source.close());
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
}
