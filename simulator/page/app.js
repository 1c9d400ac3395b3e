/** The page as a whole: tabs, the chat shown, the composer, the panes of mail and of the group. */

import { api } from "./api.js";
import { acceptDrops, askForward } from "./attach.js";
import { isOwn } from "./bubbles.js";
import { Chat } from "./chat.js";
import { Composer } from "./composer.js";
import { ask, menu } from "./dialogs.js";
import { el, initials, setIcon } from "./dom.js";
import { safeUrl, startOf } from "./entities.js";
import { Feed } from "./feed.js";
import { GroupPane } from "./group.js";
import { current, onLanguage, switchLanguage, t, translate } from "./i18n.js";
import { copy } from "./inline_keyboard.js";
import { MailPane } from "./mail.js";
import { askAccount, fullName, Tabs } from "./tabs.js";
import { complain } from "./toasts.js";

const LOOK_EVERY_MS = 1_500;
const STORED = "zveno.page.account";

const part = (id) => document.getElementById(id);
const chats = new Map();
const composer = new Composer(part("composer"));
const feed = new Feed(part("feed"), part("feed-down"));
const tabs = new Tabs(part("accounts"), (account) => choose(account).catch(complain));
const mail = new MailPane(part("mail"), part("mail-toggle"), () => group.root.hidden || group.setOpen(false));
const group = new GroupPane(part("group"), part("group-toggle"), {
  who: () => shown?.account ?? null,
  everybody: () => accounts,
  opening: () => part("mail").hidden || mail.setOpen(false),
});
let accounts = [];
let shown = null;

const acts = {
  command: (text) => api.send(shown.account.id, text).then(() => feed.toEnd()).catch(complain),
  deepLink: (bot, payload) => askWhoStarts(bot, payload),
  menu: (message, anchor) => messageMenu(message, anchor),
  jump: (id) => feed.jump(id),
  openUrl,
};

function openUrl(url) {
  const start = startOf(url);
  if (start) {
    askWhoStarts(...start);
    return;
  }
  const href = safeUrl(url);
  if (href) window.open(href, "_blank", "noopener,noreferrer");
}

function chatOf(account) {
  let chat = chats.get(account.id);
  if (!chat) {
    chat = new Chat(account, acts, changed);
    chats.set(account.id, chat);
  }
  chat.account = account;
  return chat;
}

function changed(chat, what) {
  if (chat !== shown) return;
  if (what === "messages") read(chat);
  else composer.render();
  renderHead();
}

function read(chat) {
  if (document.hidden) return;
  api.read(chat.account.id).catch(() => undefined);
}

/** Show an account's chat. */
async function choose(account) {
  const chat = chatOf(account);
  if (shown === chat) return;
  shown?.close();
  shown = chat;
  sessionStorage.setItem(STORED, String(account.id));
  feed.show(chat);
  composer.show(chat);
  renderTabs();
  renderHead();
  await chat.open();
  if (shown === chat && chat.scrollTop === null) feed.toEnd();
  composer.render();
  renderHead();
}

function actionWords(action) {
  const key = `action_${action}`;
  const words = t(key);
  return words === key ? t("action_typing") : words;
}

function renderTabs() {
  tabs.render(accounts, shown?.account.id);
  part("chat").setAttribute("aria-labelledby", shown ? `tab-${shown.account.id}` : "");
}

function renderHead() {
  const name = shown?.botName || t("noBot");
  part("bot-title").textContent = name;
  part("bot-avatar").textContent = initials(name);
  const status = part("bot-status");
  status.classList.toggle("typing", Boolean(shown?.action));
  if (!shown) status.textContent = t("noAccounts");
  else if (!shown.connected) status.textContent = t("connecting");
  else if (shown.action) status.textContent = actionWords(shown.action);
  else if (shown.blocked) status.textContent = t("blocked");
  else status.textContent = t("botOf", { name: fullName(shown.account) });
}

async function lookAtAccounts() {
  const before = JSON.stringify(accounts);
  accounts = await api.accounts();
  if (JSON.stringify(accounts) === before) return;
  for (const account of accounts) if (chats.has(account.id)) chats.get(account.id).account = account;
  if (!shown && accounts.length > 0) {
    const kept = accounts.find((account) => String(account.id) === sessionStorage.getItem(STORED));
    await choose(kept ?? accounts[0]);
  }
  renderTabs();
}

function messageMenu(message, anchor) {
  const own = isOwn(message, shown.account.id);
  const text = message.text ?? message.caption;
  menu(anchor, [
    { icon: "reply", label: t("reply"), act: () => composer.reply(message) },
    ...(own && text && !message.forward_origin ? [{ icon: "edit", label: t("edit"), act: () => composer.edit(message) }] : []),
    ...(text ? [{ icon: "copy", label: t("copyText"), act: () => copy(text) }] : []),
    ...(text ? [{ icon: "forward", label: t("attachForward"), act: () => askForward(shown, text) }] : []),
  ]);
}

function chatMenu() {
  if (!shown) return;
  const { account } = shown;
  const after = (done) => done.then(() => shown.refresh()).catch(complain);
  menu(part("chat-menu"), [
    { icon: "link", label: t("startWithPayload"), act: () => askPayload(account) },
    shown.blocked
      ? { icon: "person", label: t("unblock"), act: () => after(api.unblock(account.id)) }
      : { icon: "close", label: t("block"), act: () => after(api.block(account.id)) },
  ]);
}

function askPayload(account) {
  ask({
    title: t("startWithPayload"),
    hint: t("startHint"),
    fields: [{ name: "payload", label: t("payload"), maxLength: 512, required: true }],
    action: t("start"),
    send: async (answers) => {
      const typed = answers.get("payload").trim();
      await api.start(account.id, startOf(typed)?.[1] ?? typed);
    },
  });
}

/** A link that starts the bot was tapped: who of the demo opens it? */
function askWhoStarts(bot, payload) {
  const options = accounts.map((account) => [String(account.id), fullName(account)]);
  ask({
    title: t("openLinkAs"),
    hint: `@${bot} · ${payload}`,
    fields: [
      { name: "account", label: t("account"), options: [...options, ["new", t("newPerson")]], value: "new" },
      { name: "first_name", label: t("firstNameOfNew"), maxLength: 64 },
    ],
    action: t("open"),
    send: async (answers) => {
      const name = answers.get("first_name").trim() || t("newcomer");
      const id = answers.get("account");
      const account = id === "new" ? await api.addAccount({ first_name: name, language_code: current() }) : accounts.find((known) => String(known.id) === id);
      await api.start(account.id, payload);
      await lookAtAccounts();
      await choose(accounts.find((known) => known.id === account.id) ?? account);
    },
  });
}

function renderLanguage() {
  part("language").replaceChildren(el("span", { text: "RU", class: current() === "ru" ? "on" : "" }), el("span", { text: "EN", class: current() === "en" ? "on" : "" }));
}

function begin() {
  document.documentElement.lang = current();
  translate();
  renderLanguage();
  setIcon(part("account-add"), "plus");
  setIcon(part("chat-menu"), "menu");
  setIcon(part("mail-toggle"), "mail");
  setIcon(part("group-toggle"), "group");
  part("language").addEventListener("click", switchLanguage);
  part("account-add").addEventListener("click", () => askAccount(async (account) => (await lookAtAccounts(), choose(account))));
  part("chat-menu").addEventListener("click", chatMenu);
  acceptDrops(part("chat"), () => shown);
  onLanguage(() => {
    for (const chat of chats.values()) chat.redraw();
    renderLanguage();
    renderTabs();
    renderHead();
  });
  document.addEventListener("visibilitychange", () => !document.hidden && shown && read(shown));
  renderHead();
  lookAtAccounts().catch(complain);
  setInterval(() => document.hidden || lookAtAccounts().catch(() => undefined), LOOK_EVERY_MS);
  group.start();
  mail.start().catch(complain);
}

begin();
