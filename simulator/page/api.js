/** The simulator's control API, the only thing this page talks to. */

const BASE = "/_ctl";
const KINDS = ["message", "edited", "deleted", "toast", "action", "keyboard", "commands", "status", "reset"];

async function request(method, path, body) {
  const form = body instanceof FormData;
  const response = await fetch(`${BASE}${path}`, {
    method,
    headers: body && !form ? { "Content-Type": "application/json" } : {},
    body: body && !form ? JSON.stringify(body) : body,
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) {
    const error = new Error(answer.error ?? answer.description ?? `${response.status} ${response.statusText}`);
    error.status = response.status;
    throw error;
  }
  return answer;
}

const get = (path) => request("GET", path);
const post = (path, body = {}) => request("POST", path, body);
const account = (id, what) => `/accounts/${encodeURIComponent(id)}/${what}`;

export const api = {
  accounts: () => get("/accounts"),
  addAccount: (card) => post("/accounts", card),
  chat: (id) => get(account(id, "chat")),
  read: (id) => post(account(id, "read")),
  send: (id, text, replyTo) => post(account(id, "send"), { text, reply_to: replyTo }),
  edit: (id, messageId, changed) => post(account(id, "edit"), { message_id: messageId, ...changed }),
  click: (id, messageId, row, column) => post(account(id, "click"), { message_id: messageId, row, column }),
  press: (id, text) => post(account(id, "press"), { text }),
  start: (id, payload) => post(account(id, "start"), { payload }),
  block: (id) => post(account(id, "block")),
  unblock: (id) => post(account(id, "unblock")),
  contact: (id, card) => post(account(id, "contact"), card),
  location: (id, latitude, longitude) => post(account(id, "location"), { latitude, longitude }),
  forward: (id, text, origin) => post(account(id, "forward"), { text, origin }),
  upload(id, kind, file, caption, replyTo) {
    const form = new FormData();
    if (caption) form.append("caption", caption);
    if (replyTo) form.append("reply_to", String(replyTo));
    form.append("file", file, file.name);
    return post(account(id, kind), form);
  },
  fileUrl: (fileId) => `${BASE}/files/${encodeURIComponent(fileId)}`,

  bots: () => get("/bots"),
  groups: () => get("/groups"),
  groupChat: (id) => get(`/groups/${id}/chat`),
  addGroup: (group) => post("/groups", group),
  addBot: (group, bot, by) => post(`/groups/${group}/add`, { bot_id: bot, by, administrator: true }),
  sendInGroup: (group, id, text, { thread, replyTo }) => post(`/groups/${group}/members/${id}/send`, { text, thread_id: thread, reply_to: replyTo }),
  reactInGroup: (group, id, messageId, emoji) => post(`/groups/${group}/members/${id}/react`, { message_id: messageId, emoji }),

  /** Who has a mailbox; null where the demo has no mail. */
  async mailboxes() {
    try {
      return await get("/mail");
    } catch (error) {
      if (error.status === 404) return null;
      throw error;
    }
  },
  letters: (address) => get(`/mail/${encodeURIComponent(address)}`).then((answer) => answer.letters),
  writeLetter: (letter) => post("/mail", letter),

  /**
   * Listen to an account's chat until the returned function is called.
   * @param {number} id
   * @param {number} after number of the last event already known
   * @param {{happened: function(Object), connected: function(), lost: function()}} listener `lost` ends the listening
   */
  listen(id, after, listener) {
    const source = new EventSource(`${BASE}${account(id, "events")}?after=${after}`);
    source.addEventListener("open", () => listener.connected());
    source.addEventListener("error", () => {
      source.close();
      listener.lost();
    });
    for (const kind of KINDS) source.addEventListener(kind, (event) => listener.happened(eventOf(kind, event.data)));
    return () => source.close();
  },
};

function eventOf(kind, data) {
  const body = JSON.parse(data);
  return { kind: body.kind ?? kind, message: body.message, messageId: body.message_id, body };
}
