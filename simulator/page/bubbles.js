/**
 * One message as a bubble. A bubble knows how a message looks; what its buttons do comes in as `acts`.
 */

import { api } from "./api.js";
import { append, el, icon } from "./dom.js";
import { richText } from "./entities.js";
import { clockTime, fileSize, t } from "./i18n.js";
import { inlineKeyboard } from "./inline_keyboard.js";

/**
 * @typedef {Object} Acts
 * @property {function(string)} command send a tapped command
 * @property {function(string, string)} deepLink open a link that starts a bot
 * @property {function(Object, HTMLElement)} menu open the message's menu beside that element
 * @property {function(Object, number, number, HTMLElement)} press press an inline button
 * @property {function(number)} jump show the message with that id
 * @property {function(number): Object|undefined} find the message with that id
 */

/** Whether the person of this tab sent it. */
export function isOwn(message, accountId) {
  return message.from?.id === accountId;
}

/** A short line that stands for the message in replies, tabs and the head of the composer. */
export function summary(message) {
  const text = message.text ?? message.caption;
  if (text) return text.replace(/\s+/gu, " ").slice(0, 120);
  const kind = ["photo", "voice", "audio", "video", "video_note", "location", "contact", "document", "sticker"].find((name) => message[name]);
  return kind ? t(`kind_${kind}`) : t("kind_other");
}

/** Build the list item of a message. */
export function bubble(message, accountId, acts) {
  const own = isOwn(message, accountId);
  const service = serviceText(message);
  if (service) return el("li", { class: "service", "data-id": message.message_id, text: service });
  const bare = !(message.text ?? message.caption) && (message.document ?? message.contact);
  const body = el("div", { class: `bubble${bare ? " bare" : ""}`, id: `message-${message.message_id}` });
  append(body, [
    message.forward_origin && origin(message.forward_origin),
    message.reply_to_message && replied(message.reply_to_message, acts),
    media(message),
    textOf(message, acts),
    message.reactions?.length > 0 && reactions(message.reactions),
    meta(message, own),
    menuButton(message, acts),
  ]);
  const keyboard = message.reply_markup?.inline_keyboard;
  return el(
    "li",
    { class: `message ${own ? "own" : "theirs"}${keyboard ? " with-keyboard" : ""}`, "data-id": message.message_id },
    el("div", { class: "stack" }, body, keyboard && inlineKeyboard(message, keyboard, acts.press)),
  );
}

function serviceText(message) {
  if (message.pinned_message) return t("pinned", { what: summary(message.pinned_message) });
  if (message.new_chat_title) return message.new_chat_title;
  return null;
}

function origin(from) {
  const name =
    from.sender_user_name ??
    from.sender_chat?.title ??
    from.chat?.title ??
    [from.sender_user?.first_name, from.sender_user?.last_name].filter(Boolean).join(" ");
  return el("p", { class: "origin" }, icon("forward"), el("span", { text: t("forwardedFrom", { name }), dir: "auto" }));
}

function replied(message, acts) {
  const who = message.from?.is_bot ? message.from.first_name : (message.from?.first_name ?? "");
  return el(
    "button",
    { type: "button", class: "replied", on: { click: () => acts.jump(message.message_id) } },
    el("strong", { text: who, dir: "auto" }),
    el("span", { text: summary(message), dir: "auto" }),
  );
}

function textOf(message, acts) {
  const text = message.text ?? message.caption;
  if (!text) return null;
  const entities = message.entities ?? message.caption_entities;
  const node = el("div", { class: "text", dir: "auto" }, richText(text, entities, acts));
  if (!entities?.length && /^\p{Extended_Pictographic}{1,3}$/u.test(text)) node.classList.add("jumbo");
  return node;
}

function reactions(list) {
  return el("span", { class: "reactions" }, list.map((reaction) => el("span", { class: "reaction", text: reaction.emoji ?? "★" })));
}

function menuButton(message, acts) {
  const more = el("button", { type: "button", class: "more", "aria-label": t("messageMenu"), title: t("messageMenu"), "aria-haspopup": "menu" }, icon("menu"));
  more.addEventListener("click", () => acts.menu(message, more));
  return more;
}

function meta(message, own) {
  const edited = message.edit_date && (own || !message.reply_markup);
  return el(
    "span",
    { class: "meta" },
    edited && el("span", { class: "edited", text: t("edited") }),
    el("time", { dateTime: new Date(message.date * 1000).toISOString(), text: clockTime(message.date) }),
  );
}

function media(message) {
  if (message.photo) return photo(message);
  if (message.voice) return sound(message.voice, t("kind_voice"));
  if (message.audio) return sound(message.audio, message.audio.title ?? message.audio.file_name ?? t("kind_audio"));
  if (message.video ?? message.video_note ?? message.animation) return video(message.video ?? message.video_note ?? message.animation);
  if (message.document) return file(message.document);
  if (message.contact) return contact(message.contact);
  if (message.venue) return place(message.venue.location, message.venue.title, message.venue.address);
  if (message.location) return place(message.location);
  if (message.sticker) return el("span", { class: "jumbo", text: message.sticker.emoji ?? "🖼" });
  return null;
}

function photo(message) {
  const largest = message.photo[message.photo.length - 1];
  const image = el("img", { src: api.fileUrl(largest.file_id), alt: message.caption ?? t("kind_photo"), loading: "lazy" });
  if (largest.width > 1 && largest.height > 1) {
    image.width = largest.width;
    image.height = largest.height;
  }
  return el("a", { class: "photo", href: api.fileUrl(largest.file_id), target: "_blank", rel: "noopener", title: t("open") }, image);
}

function sound(content, title) {
  const link = el("a", { class: "download", href: api.fileUrl(content.file_id), download: content.file_name ?? title, text: t("download") });
  return [
    el(
      "div",
      { class: "sound" },
      el("div", { class: "sound-title" }, icon("voice"), el("span", { text: title, dir: "auto" }), el("span", { class: "faint", text: duration(content.duration) })),
      el("audio", { controls: true, preload: "none", src: api.fileUrl(content.file_id) }),
    ),
    link,
  ];
}

function duration(seconds) {
  const whole = Math.max(0, Math.round(seconds ?? 0));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

function video(content) {
  return el("video", { class: "video", controls: true, preload: "metadata", src: api.fileUrl(content.file_id) });
}

function file(content) {
  const name = content.file_name ?? t("kind_document");
  return el(
    "a",
    { class: "file", href: api.fileUrl(content.file_id), download: name, title: t("download") },
    el("span", { class: "file-mark" }, icon("file")),
    el("span", { class: "file-name" }, el("strong", { text: name, dir: "auto" }), el("span", { class: "faint", text: fileSize(content.file_size) })),
  );
}

function contact(card) {
  const name = [card.first_name, card.last_name].filter(Boolean).join(" ");
  return el(
    "div",
    { class: "card" },
    el("span", { class: "file-mark" }, icon("person")),
    el("span", { class: "file-name" }, el("strong", { text: name, dir: "auto" }), el("a", { href: `tel:${card.phone_number}`, text: card.phone_number, dir: "ltr" })),
  );
}

function place(location, title, address) {
  const { latitude, longitude } = location;
  const at = `${latitude.toFixed(4)}, ${longitude.toFixed(4)}`;
  const href = `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=13/${latitude}/${longitude}`;
  return el(
    "a",
    { class: "place", href, target: "_blank", rel: "noopener noreferrer", title: t("openMap") },
    el("span", { class: "map" }, el("span", { class: "pin" }, icon("place"))),
    el("span", { class: "file-name" }, el("strong", { text: title ?? t("kind_location"), dir: "auto" }), el("span", { class: "faint", text: address ?? at })),
  );
}
