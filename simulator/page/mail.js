/** The mail pane: write to the team as a client, see what clients received, answer it. */

import { api } from "./api.js";
import { append, el, icon } from "./dom.js";
import { clockTime, dayName, fileSize, onLanguage, t } from "./i18n.js";
import { complain, toast } from "./toasts.js";

const LOOK_EVERY_MS = 3_000;
const MAX_ATTACHMENT = 10 * 1024 * 1024;

/** The pane beside the chat. */
export class MailPane {
  /**
   * @param {HTMLElement} root the pane
   * @param {HTMLButtonElement} toggle shows and hides it; carries the number of new letters
   * @param {function(): void} opening called before the pane opens, so that another one makes room
   */
  constructor(root, toggle, opening) {
    this.root = root;
    this.opening = opening;
    this.toggle = toggle;
    this.known = { accounts: [], clients: [] };
    this.letters = [];
    this.client = "";
    this.answered = null;
    this.seen = new Map();
    toggle.addEventListener("click", () => this.setOpen(root.hidden));
    root.addEventListener("keydown", (event) => event.key === "Escape" && (this.setOpen(false), toggle.focus()));
    onLanguage(() => {
      this.#build();
      this.#renderLetters();
    });
  }

  /** Show the pane's button if the demo has mail, and begin to look for letters. */
  async start() {
    const known = await api.mailboxes();
    if (!known) return;
    this.toggle.hidden = false;
    this.known = known;
    for (const client of known.clients) this.seen.set(client.address, client.letters);
    this.client = known.clients[0]?.address ?? "";
    this.#build();
    this.#writeAs(known.clients[0]);
    await this.#load();
    this.setOpen(matchMedia("(min-width: 1100px)").matches);
    setInterval(() => document.hidden || this.#look().catch(() => undefined), LOOK_EVERY_MS);
  }

  /** Show or hide the pane. */
  setOpen(open) {
    if (open) this.opening();
    this.root.hidden = !open;
    document.getElementById("desk").classList.toggle("with-mail", open);
    this.toggle.setAttribute("aria-expanded", String(open));
    if (open) this.#markSeen();
    this.#badge();
  }

  #build() {
    const kept = this.form ? new FormData(this.form) : null;
    this.form = el("form", { class: "form mail-form" });
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    this.answerHead = el("p", { class: "mail-answer", hidden: true });
    append(this.form, [
      el("h3", { text: t("writeAsClient") }),
      this.answerHead,
      el("div", { class: "pair" }, this.#field("from_name", t("clientName"), { maxLength: 120, placeholder: "Mary Jones" }), this.#field("from", t("clientAddress"), { type: "email", required: true, list: "mail-clients", placeholder: "mary@acme.example" })),
      el("datalist", { id: "mail-clients" }),
      el("label", { class: "field" }, el("span", { text: t("toMailbox") }), el("select", { name: "to", required: true })),
      this.#field("subject", t("subject"), { maxLength: 400 }),
      el("label", { class: "field" }, el("span", { text: t("text") }), el("textarea", { name: "text", rows: 5, required: true, dir: "auto" })),
      el("div", { class: "mail-actions" }, el("label", { class: "attach-label" }, icon("attach"), el("span", { text: t("attachFile") }), el("input", { type: "file", name: "file", multiple: true, class: "visually-hidden" })), el("button", { type: "submit", class: "primary", text: t("send") })),
      el("p", { class: "faint file-names" }),
    ]);
    this.form.elements.file.addEventListener("change", () => this.#showFiles());
    this.form.elements.from.addEventListener("change", () => this.#fillName());
    this.chooser = el("select", { "aria-label": t("clientOf") });
    this.chooser.addEventListener("change", () => this.#choose(this.chooser.value));
    this.list = el("ol", { class: "letters" });
    const close = el("button", { type: "button", class: "icon-button", "aria-label": t("close"), title: t("close"), on: { click: () => this.setOpen(false) } }, icon("close"));
    this.root.replaceChildren(
      el("header", { class: "mail-head" }, icon("mail"), el("h2", { text: t("mail") }), close),
      el("div", { class: "mail-scroll" }, this.form, el("div", { class: "mail-box" }, el("div", { class: "mail-box-head" }, el("h3", { text: t("lettersOf") }), this.chooser), this.list)),
    );
    if (kept) for (const [name, value] of kept) if (typeof value === "string") this.form.elements[name].value = value;
    this.#renderKnown();
    this.#renderAnswer();
  }

  #field(name, label, props) {
    return el("label", { class: "field" }, el("span", { text: label }), el("input", { name, dir: "auto", autocomplete: "off", ...props }));
  }

  #renderKnown() {
    const { to } = this.form.elements;
    const chosen = to.value;
    to.replaceChildren(...this.known.accounts.map((account) => el("option", { value: account.address, text: `${account.name} · ${account.address}` })));
    if (chosen) to.value = chosen;
    this.form.querySelector("datalist").replaceChildren(...this.known.clients.map((client) => el("option", { value: client.address, text: client.name })));
    const options = this.known.clients.map((client) => el("option", { value: client.address, text: client.name ? `${client.name} · ${client.address}` : client.address }));
    this.chooser.replaceChildren(...options);
    this.chooser.hidden = options.length === 0;
    this.chooser.value = this.client;
  }

  async #look() {
    const known = await api.mailboxes();
    if (!known) return;
    const before = JSON.stringify(this.known);
    this.known = known;
    if (JSON.stringify(known) === before) return;
    this.client ||= known.clients[0]?.address ?? "";
    this.#renderKnown();
    await this.#load();
    if (!this.root.hidden) this.#markSeen();
    this.#badge();
  }

  async #load() {
    this.letters = this.client ? await api.letters(this.client) : [];
    this.#renderLetters();
  }

  async #choose(address) {
    this.client = address;
    await this.#load().catch(complain);
    this.#markSeen();
  }

  #markSeen() {
    for (const client of this.known.clients) this.seen.set(client.address, client.letters);
  }

  #badge() {
    const count = this.known.clients.reduce((sum, client) => sum + Math.max(0, client.letters - (this.seen.get(client.address) ?? 0)), 0);
    this.toggle.replaceChildren(icon("mail"), ...(count ? [el("span", { class: "badge", text: String(count) })] : []));
  }

  #renderLetters() {
    if (!this.list) return;
    const opened = new Map([...this.list.querySelectorAll("details")].map((node) => [node.dataset.id, node.open]));
    const items = [...this.letters].reverse().map((letter, index) => this.#letter(letter, opened.get(letter.message_id) ?? index === 0));
    this.list.replaceChildren(...(items.length ? items : [el("li", { class: "faint empty", text: t("noLetters") })]));
  }

  #letter(letter, isOpen) {
    const sent = letter.folder === "Sent";
    const seconds = Date.parse(letter.received_at) / 1000;
    const who = sent ? t("letterTo", { name: letter.to.join(", ") }) : letter.from_name || letter.from;
    const answer = el("button", { type: "button", class: "quiet", on: { click: () => this.#answer(letter) } }, icon("reply"), t("reply"));
    return el(
      "li",
      { class: `letter ${sent ? "sent" : "received"}` },
      el(
        "details",
        { open: isOpen, "data-id": letter.message_id },
        el("summary", {}, el("span", { class: "letter-who", text: who, dir: "auto" }), el("time", { text: `${dayName(seconds)}, ${clockTime(seconds)}` }), el("strong", { class: "letter-subject", text: letter.subject || t("noSubject"), dir: "auto" })),
        el("div", { class: "letter-text", text: letter.text, dir: "auto" }),
        letter.attachments.length > 0 && el("ul", { class: "letter-files" }, letter.attachments.map((file) => el("li", {}, icon("attach"), `${file.name} · ${fileSize(file.size)}`))),
        !sent && answer,
      ),
    );
  }

  #answer(letter) {
    this.answered = letter;
    const { elements } = this.form;
    this.#writeAs(this.known.clients.find((known) => known.address === this.client));
    if (this.known.accounts.some((account) => account.address === letter.from)) elements.to.value = letter.from;
    elements.subject.value = /^re:/iu.test(letter.subject) ? letter.subject : `Re: ${letter.subject}`;
    this.#renderAnswer();
    this.root.querySelector(".mail-scroll").scrollTo({ top: 0, behavior: "smooth" });
    elements.text.focus({ preventScroll: true });
  }

  #renderAnswer() {
    this.answerHead.hidden = !this.answered;
    if (!this.answered) return;
    const drop = () => {
      this.answered = null;
      this.form.elements.subject.value = "";
      this.#renderAnswer();
    };
    this.answerHead.replaceChildren(icon("reply"), el("span", { text: t("answers", { subject: this.answered.subject || t("noSubject") }), dir: "auto" }), el("button", { type: "button", class: "icon-button small", "aria-label": t("cancel"), title: t("cancel"), on: { click: drop } }, icon("close")));
  }

  #writeAs(client) {
    if (!client) return;
    this.form.elements.from.value = client.address;
    this.form.elements.from_name.value = client.name;
  }

  #fillName() {
    const { from, from_name: name } = this.form.elements;
    const client = this.known.clients.find((known) => known.address === from.value.trim().toLowerCase());
    if (client && !name.value) name.value = client.name;
  }

  #showFiles() {
    const names = [...this.form.elements.file.files].map((file) => `${file.name} · ${fileSize(file.size)}`);
    this.form.querySelector(".file-names").textContent = names.join(", ");
  }

  async #send() {
    const { elements } = this.form;
    const submit = this.form.querySelector("[type=submit]");
    submit.disabled = true;
    try {
      await api.writeLetter({
        from_name: elements.from_name.value.trim(),
        from: elements.from.value.trim(),
        to: elements.to.value,
        subject: elements.subject.value.trim(),
        text: elements.text.value,
        in_reply_to: this.answered?.message_id,
        attachments: await Promise.all([...elements.file.files].map(encoded)),
      });
      this.client = elements.from.value.trim().toLowerCase();
      this.answered = null;
      for (const name of ["subject", "text", "file"]) elements[name].value = "";
      this.#showFiles();
      this.#renderAnswer();
      toast(t("letterSent"));
      this.known = await api.mailboxes();
      this.#renderKnown();
      this.#markSeen();
      await this.#load();
    } catch (error) {
      complain(error);
    } finally {
      submit.disabled = false;
    }
  }
}

async function encoded(file) {
  if (file.size > MAX_ATTACHMENT) throw new Error(t("tooBig", { name: file.name }));
  const bytes = new Uint8Array(await file.arrayBuffer());
  let binary = "";
  for (let at = 0; at < bytes.length; at += 0x8000) binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return { name: file.name, content_type: file.type || "application/octet-stream", base64: btoa(binary) };
}
