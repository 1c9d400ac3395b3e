/** The group pane: the team's group with its topics, written in by whoever's tab is chosen. */

import { api } from "./api.js";
import { append, avatar, el, icon } from "./dom.js";
import { clockTime, onLanguage, t } from "./i18n.js";
import { complain } from "./toasts.js";

const LOOK_EVERY_MS = 1_000;
const GENERAL = "";
const LIKED = "👍";

/** The pane beside the chat. */
export class GroupPane {
  /**
   * @param {HTMLElement} root the pane
   * @param {HTMLButtonElement} toggle shows and hides it
   * @param {function(): (Object|null)} who the account that is chosen now
   * @param {function(): Array<Object>} everybody all accounts, who become members of a new group
   * @param {function(): void} opening called before the pane opens, so that another one makes room
   */
  constructor(root, toggle, { who, everybody, opening }) {
    Object.assign(this, { root, toggle, who, everybody, opening });
    this.group = null;
    this.view = null;
    this.topic = GENERAL;
    this.answered = null;
    toggle.addEventListener("click", () => this.setOpen(root.hidden));
    root.addEventListener("keydown", (event) => event.key === "Escape" && (this.setOpen(false), toggle.focus()));
    onLanguage(() => this.#build());
  }

  /** Begin to look at the group while the pane is open. */
  start() {
    this.#build();
    setInterval(() => this.root.hidden || document.hidden || this.#look().catch(() => undefined), LOOK_EVERY_MS);
  }

  /** Show or hide the pane. */
  setOpen(open) {
    if (open) this.opening();
    this.root.hidden = !open;
    document.getElementById("desk").classList.toggle("with-mail", open);
    this.toggle.setAttribute("aria-expanded", String(open));
    if (open) this.#look().catch(complain);
  }

  #build() {
    const close = el("button", { type: "button", class: "icon-button", "aria-label": t("close"), title: t("close"), on: { click: () => this.setOpen(false) } }, icon("close"));
    this.topics = el("select", { "aria-label": t("topic") });
    this.topics.addEventListener("change", () => this.#turnTo(this.topics.value));
    this.list = el("ol", { class: "letters group-messages" });
    this.input = el("input", { name: "text", "aria-label": t("groupText"), placeholder: t("groupText"), autocomplete: "off", dir: "auto", required: true });
    this.answer = el("p", { class: "faint", hidden: true });
    const form = el("form", { class: "group-form" }, this.input, el("button", { type: "submit", class: "primary", text: t("send") }));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send().catch(complain);
    });
    this.create = el("button", { type: "button", class: "primary", text: t("newGroup"), on: { click: () => this.#make().catch(complain) } });
    this.empty = el("div", { class: "form mail-form" }, el("p", { class: "faint", text: t("groupHint") }), this.create);
    this.full = el("div", { class: "group-full" }, el("div", { class: "mail-box-head" }, el("h3", { text: t("topic") }), this.topics), this.list, this.answer, form);
    this.root.replaceChildren(el("header", { class: "mail-head" }, icon("group"), el("h2", { text: t("group") }), close), this.empty, this.full);
    this.#render();
  }

  async #look() {
    const groups = await api.groups();
    this.group = groups.at(-1)?.id ?? null;
    const view = this.group === null ? null : await api.groupChat(this.group);
    if (JSON.stringify(view) === JSON.stringify(this.view)) return;
    this.view = view;
    this.#render();
  }

  /** A forum of everybody, the bot its administrator: what /room needs. */
  async #make() {
    const creator = this.who();
    const [bot] = await api.bots();
    if (!creator || !bot) return;
    const members = this.everybody().map((account) => account.id).filter((id) => id !== creator.id);
    const { chat } = await api.addGroup({ title: t("groupTitle"), creator: creator.id, members, forum: true, with_bot: false });
    await api.addBot(chat.id, bot.id, creator.id);
    await this.#look();
  }

  #turnTo(topic) {
    this.topic = topic;
    this.#answer(null);
    this.#render();
  }

  #answer(message) {
    this.answered = message;
    this.answer.hidden = !message;
    this.answer.textContent = message ? t("answers", { subject: wordsOf(message) }) : "";
    if (message) this.input.focus();
  }

  async #send() {
    const writer = this.who();
    const text = this.input.value;
    if (!writer || !text.trim()) return;
    await api.sendInGroup(this.group, writer.id, text, { thread: Number(this.topic) || undefined, replyTo: this.answered?.message_id });
    this.input.value = "";
    this.#answer(null);
    await this.#look();
  }

  async #react(message) {
    const writer = this.who();
    if (writer) await api.reactInGroup(this.group, writer.id, message.message_id, [LIKED]);
    await this.#look();
  }

  #render() {
    this.empty.hidden = Boolean(this.view);
    this.full.hidden = !this.view;
    if (!this.view) return;
    const topics = Object.entries(this.view.topics);
    if (!topics.some(([number]) => number === this.topic)) this.topic = GENERAL;
    this.topics.replaceChildren(
      el("option", { value: GENERAL, text: t("generalTopic") }),
      ...topics.map(([number, topic]) => el("option", { value: number, text: topic.is_closed ? `🔒 ${topic.name}` : topic.name })),
    );
    this.topics.value = this.topic;
    const shown = this.view.messages.filter((message) => String(message.message_thread_id ?? GENERAL) === this.topic && wordsOf(message));
    this.list.replaceChildren(...shown.map((message) => this.#message(message)));
    this.list.scrollTop = this.list.scrollHeight;
  }

  #message(message) {
    const name = [message.from.first_name, message.from.last_name].filter(Boolean).join(" ");
    const reactions = message.reactions.map((reaction) => reaction.emoji).join(" ");
    const item = el("li", { class: "letter group-message" });
    return append(item, [
      el("div", { class: "group-who" }, avatar(name, message.from.id), el("strong", { text: name, dir: "auto" }), el("time", { class: "faint", text: clockTime(message.edit_date ?? message.date) })),
      el("p", { text: wordsOf(message), dir: "auto" }),
      reactions && el("p", { class: "group-reactions", text: reactions }),
      !message.from_bot && el("button", { type: "button", class: "icon-button", "aria-label": t("react"), title: t("react"), text: LIKED, on: { click: () => this.#react(message).catch(complain) } }),
      el("button", { type: "button", class: "icon-button", "aria-label": t("reply"), title: t("reply"), on: { click: () => this.#answer(message) } }, icon("reply")),
    ]);
  }
}

function wordsOf(message) {
  return message.text ?? message.caption ?? (message.files.length > 0 ? t("kind_document") : "");
}
