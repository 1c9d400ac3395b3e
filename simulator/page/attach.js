/** What can be sent besides text: files, places, people, forwarded messages. */

import { api } from "./api.js";
import { el } from "./dom.js";
import { ask, menu } from "./dialogs.js";
import { t } from "./i18n.js";
import { complain } from "./toasts.js";

const CITIES = [
  ["moscow", 55.7558, 37.6173],
  ["petersburg", 59.9386, 30.3141],
  ["kaliningrad", 54.7104, 20.4522],
  ["yekaterinburg", 56.8389, 60.6057],
  ["novosibirsk", 55.0302, 82.9204],
  ["vladivostok", 43.1155, 131.8855],
  ["almaty", 43.2389, 76.8897],
  ["london", 51.5072, -0.1276],
  ["berlin", 52.52, 13.405],
  ["newYork", 40.7128, -74.006],
];

/** Open the attach menu for a chat. */
export function attachMenu(anchor, chat) {
  menu(anchor, [
    { icon: "image", label: t("attachPhoto"), act: () => pickFile(chat, "photo", "image/*") },
    { icon: "file", label: t("attachFile"), act: () => pickFile(chat, "document", "") },
    { icon: "voice", label: t("attachVoice"), act: () => pickFile(chat, "voice", "audio/*") },
    { icon: "place", label: t("attachPlace"), act: () => askPlace(chat) },
    { icon: "person", label: t("attachContact"), act: () => askContact(chat, false) },
    { icon: "forward", label: t("attachForward"), act: () => askForward(chat) },
  ]);
}

function pickFile(chat, kind, accept) {
  const input = el("input", { type: "file", accept, hidden: true, id: "file-picker" });
  document.getElementById("file-picker")?.remove();
  document.body.append(input);
  input.addEventListener("change", () => {
    const [file] = input.files;
    input.remove();
    if (file) confirmFile(chat, kind, file);
  });
  input.click();
}

/** Ask for a caption and send the file; pictures may also go as files. */
export function confirmFile(chat, kind, file) {
  const fields = [{ name: "caption", label: t("caption"), type: "textarea", maxLength: 1024 }];
  if (kind === "photo") fields.push({ name: "as_file", label: t("withoutCompression"), type: "checkbox" });
  ask({
    title: t(`send_${kind}`),
    hint: file.name,
    fields,
    action: t("send"),
    send: async (answers) => {
      const sent = answers.get("as_file") ? "document" : kind;
      await api.upload(chat.account.id, sent, file, answers.get("caption"), chat.takeReply());
    },
  });
}

/** Ask which place to send. */
export function askPlace(chat) {
  const [first] = CITIES;
  const form = ask({
    title: t("attachPlace"),
    fields: [
      { name: "city", label: t("city"), options: [...CITIES.map(([key]) => [key, t(`city_${key}`)]), ["own", t("ownPlace")]] },
      { name: "latitude", label: t("latitude"), type: "number", step: "any", min: -90, max: 90, required: true, value: first[1] },
      { name: "longitude", label: t("longitude"), type: "number", step: "any", min: -180, max: 180, required: true, value: first[2] },
    ],
    action: t("send"),
    send: (answers) => api.location(chat.account.id, Number(answers.get("latitude")), Number(answers.get("longitude"))),
  });
  const { city, latitude, longitude } = form.elements;
  city.addEventListener("change", () => {
    const chosen = CITIES.find(([key]) => key === city.value);
    if (chosen) [, latitude.value, longitude.value] = chosen;
  });
  for (const input of [latitude, longitude]) input.addEventListener("input", () => (city.value = "own"));
}

/** Ask for a person's card; `own` shares the number of the account itself. */
export function askContact(chat, own) {
  const { account } = chat;
  ask({
    title: own ? t("shareNumber") : t("attachContact"),
    hint: own ? t("shareNumberHint", { name: chat.botName }) : undefined,
    fields: [
      !own && { name: "first_name", label: t("firstName"), required: true, maxLength: 64 },
      !own && { name: "last_name", label: t("lastName"), maxLength: 64 },
      { name: "phone_number", label: t("phone"), type: "tel", required: true, value: own ? (account.phone_number ?? "+79001234567") : "", placeholder: "+79001234567" },
    ].filter(Boolean),
    action: own ? t("share") : t("send"),
    send: (answers) =>
      api.contact(account.id, {
        phone_number: answers.get("phone_number"),
        first_name: own ? account.first_name : answers.get("first_name"),
        last_name: (own ? account.last_name : answers.get("last_name")) || undefined,
        own,
      }),
  });
}

/** Ask from whom a message is forwarded and what it says. */
export function askForward(chat, text = "") {
  const now = new Date(Date.now() - new Date().getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
  ask({
    title: t("attachForward"),
    hint: t("forwardHint"),
    fields: [
      { name: "kind", label: t("forwardKind"), options: ["hidden_user", "user", "chat", "channel"].map((kind) => [kind, t(`forward_${kind}`)]) },
      { name: "name", label: t("forwardName"), required: true, maxLength: 64 },
      { name: "date", label: t("forwardDate"), type: "datetime-local", value: now, required: true },
      { name: "text", label: t("text"), type: "textarea", required: true, maxLength: 4096, value: text },
    ],
    action: t("send"),
    send: (answers) =>
      api.forward(chat.account.id, answers.get("text"), {
        type: answers.get("kind"),
        name: answers.get("name"),
        date: new Date(answers.get("date")).toISOString(),
      }),
  });
}

/** Let files be dropped on or pasted into the chat. */
export function acceptDrops(area, currentChat) {
  const take = (files) => {
    const [file] = files ?? [];
    const chat = currentChat();
    if (!file || !chat) return false;
    try {
      confirmFile(chat, file.type.startsWith("image/") ? "photo" : "document", file);
    } catch (error) {
      complain(error);
    }
    return true;
  };
  area.addEventListener("dragover", (event) => event.preventDefault());
  area.addEventListener("drop", (event) => {
    event.preventDefault();
    take(event.dataTransfer.files);
  });
  area.addEventListener("paste", (event) => take(event.clipboardData?.files) && event.preventDefault());
}
