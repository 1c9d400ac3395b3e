/** One account's chat with the bot: its messages and state, kept live, and the feed that shows it. */

import { api } from "./api.js";
import { bubble, isOwn } from "./bubbles.js";
import { markDay } from "./days.js";
import { el } from "./dom.js";
import { dayName, t } from "./i18n.js";
import { alertBox, complain, toast } from "./toasts.js";

const JOINED_WITHIN_S = 300;
const ACTION_SHOWN_MS = 5_500;
const RETRY_MS = 2_000;

/** The chat of one account. It owns its list element, so that switching tabs rebuilds nothing. */
export class Chat {
  /**
   * @param {Object} account
   * @param {import("./bubbles.js").Acts} acts
   * @param {function(Chat, string)} changed called when "messages", "state" or "status" changed
   */
  constructor(account, acts, changed) {
    this.account = account;
    this.acts = { ...acts, find: (id) => this.messages.get(id), press: (...what) => this.#press(...what) };
    this.changed = changed;
    this.list = el("ol", { class: "feed-list" });
    this.messages = new Map();
    this.commands = [];
    this.keyboard = null;
    this.keyboardShown = true;
    this.bot = null;
    this.started = true;
    this.blocked = false;
    this.draft = "";
    this.replyTo = null;
    this.editing = null;
    this.scrollTop = null;
    this.action = null;
    this.waiting = new Map();
    this.stop = null;
    this.lastEvent = 0;
    this.connected = false;
  }

  get botName() {
    return this.bot?.first_name ?? "";
  }

  /** The newest text of this person, for the arrow-up key. */
  lastOwnText() {
    return [...this.messages.values()].filter((message) => isOwn(message, this.account.id) && message.text && !message.forward_origin).pop();
  }

  /** The message id that is answered, which is then no longer so. */
  takeReply() {
    const id = this.replyTo?.message_id;
    this.replyTo = null;
    this.changed(this, "state");
    return id;
  }

  /** Load the chat and keep it live until `close`; what fails is tried again. */
  async open() {
    this.alive = true;
    this.lastEvent = 0;
    clearTimeout(this.retry);
    try {
      const after = await this.refresh();
      if (!this.alive) return;
      this.stop?.();
      this.stop = api.listen(this.account.id, after, {
        happened: (event) => this.#happened(event),
        connected: () => this.#setConnected(true),
        lost: () => this.#later(),
      });
    } catch {
      this.#later();
    }
  }

  #later() {
    this.#setConnected(false);
    clearTimeout(this.retry);
    if (this.alive) this.retry = setTimeout(() => this.open(), RETRY_MS);
  }

  #setConnected(connected) {
    this.connected = connected;
    this.changed(this, "status");
  }

  /** Stop listening; what is known stays. */
  close() {
    this.alive = false;
    this.connected = false;
    clearTimeout(this.retry);
    this.stop?.();
    this.stop = null;
  }

  /** Load the chat anew; returns the number of the last event that is known by it. */
  async refresh() {
    const state = await api.chat(this.account.id);
    if (state.last_event < this.lastEvent) return this.refresh(); // events have overtaken this answer
    const ids = new Set(state.messages.map((message) => message.message_id));
    for (const known of [...this.messages.keys()]) if (!ids.has(known)) this.#remove(known);
    const same = this.messages.size === 0;
    for (const message of state.messages) {
      if (same || JSON.stringify(this.messages.get(message.message_id)) !== JSON.stringify(message)) this.#put(message);
    }
    this.bot = state.bot;
    this.commands = state.commands;
    this.#setKeyboard(state.keyboard);
    this.started = state.started;
    this.blocked = state.blocked;
    this.#group();
    this.changed(this, "messages");
    this.changed(this, "state");
    return state.last_event;
  }

  /** Build every bubble anew, in the language now in force. */
  redraw() {
    this.list.replaceChildren();
    for (const message of this.messages.values()) this.list.append(bubble(message, this.account.id, this.acts));
    this.#group();
  }

  #happened({ kind, message, messageId, body }) {
    this.lastEvent = body.number ?? this.lastEvent;
    if (kind === "message" || kind === "edited") {
      if (!message) return; // it is gone already, and the event that says so follows
      this.#put(message);
      this.#group();
      if (!isOwn(message, this.account.id)) this.#setAction(null);
      else if (!this.started) this.started = true;
      this.changed(this, "messages");
    } else if (kind === "deleted") {
      this.#remove(messageId);
      this.#group();
      this.changed(this, "messages");
    } else if (kind === "toast") {
      this.#answered(body);
    } else if (kind === "action") {
      this.#setAction(body.action);
    } else if (kind === "commands") {
      this.commands = body.commands;
      this.changed(this, "state");
    } else if (kind === "keyboard") {
      this.#setKeyboard(body.keyboard);
      this.keyboardShown = true;
      this.changed(this, "state");
    } else {
      this.refresh().catch(complain);
    }
  }

  #put(message) {
    const id = message.message_id;
    const item = bubble(message, this.account.id, this.acts);
    const known = this.messages.has(id) && this.list.querySelector(`:scope > [data-id="${id}"]`);
    this.messages.set(id, message);
    if (known) known.replaceWith(item);
    else this.#insert(item, id);
  }

  #insert(item, id) {
    let before = this.list.lastElementChild;
    while (before && !(Number(before.dataset.id) < id)) before = before.previousElementSibling;
    if (before) before.after(item);
    else this.list.prepend(item);
  }

  #remove(id) {
    this.messages.delete(id);
    this.list.querySelector(`:scope > [data-id="${id}"]`)?.remove();
  }

  #group() {
    let previous = null;
    let day = null;
    for (const item of [...this.list.children]) {
      const message = this.messages.get(Number(item.dataset.id));
      if (!message) continue;
      const today = dayName(message.date);
      markDay(item, today === day ? null : today);
      const joined = today === day && previous && previous.from?.id === message.from?.id && message.date - previous.date < JOINED_WITHIN_S;
      item.classList.toggle("joined", Boolean(joined));
      day = today;
      previous = message;
    }
    while (this.list.lastElementChild?.classList.contains("day")) this.list.lastElementChild.remove();
    this.#describe();
  }

  /** What the bot says of itself stands where no message is yet. */
  #describe() {
    this.list.querySelector(":scope > .description")?.remove();
    const words = this.bot?.description;
    if (this.messages.size > 0 || !words) return;
    this.list.append(el("li", { class: "description" }, el("strong", { text: t("whatCanBot") }), el("span", { text: words, dir: "auto" })));
  }

  /** A forced reply begins an answer to the bot's newest message. */
  #setKeyboard(markup) {
    const forced = markup?.force_reply && JSON.stringify(markup) !== JSON.stringify(this.keyboard);
    this.keyboard = markup ?? null;
    if (forced) this.replyTo = [...this.messages.values()].findLast((known) => known.from_bot) ?? null;
  }

  #setAction(action) {
    clearTimeout(this.actionTimer);
    this.action = action;
    if (action) this.actionTimer = setTimeout(() => this.#setAction(null), ACTION_SHOWN_MS);
    this.changed(this, "status");
  }

  async #press(message, row, column) {
    const button = message.reply_markup.inline_keyboard[row][column];
    if (button.url) {
      this.acts.openUrl(button.url);
      return;
    }
    try {
      const { callback_id: id } = await api.click(this.account.id, message.message_id, row, column);
      await new Promise((resolve) => {
        if (this.answeredEarly?.delete(id)) resolve();
        else this.waiting.set(id, resolve);
      });
    } catch (error) {
      complain(error);
    }
  }

  #answered(answer) {
    const waiting = this.waiting.get(answer.callback_id);
    this.waiting.delete(answer.callback_id);
    if (waiting) waiting();
    else (this.answeredEarly ??= new Set()).add(answer.callback_id);
    if (answer.url) this.acts.openUrl(answer.url);
    if (!answer.text) return;
    if (answer.show_alert) alertBox(answer.text);
    else toast(answer.text);
  }
}
