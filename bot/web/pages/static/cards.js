// Cards and messages as elements.

import { me } from "./api.js";
import { el, linked } from "./dom.js";
import { timeElement } from "./times.js";

export const spans = (list) => list.flatMap((span) => (typeof span === "string" ? linked(span) : [timeElement(span.at, span.style)]));

// `press(button, element)` is called for each button.
export function card(picture, buttons, press) {
  return el("article", { class: `card ${picture.tone}`, "aria-label": picture.title, "data-key": picture.key },
    el("header", {},
      picture.number === null ? null : el("span", { class: "number" }, String(picture.number)),
      el("h3", {}, picture.title),
      picture.state ? el("span", { class: "state" }, picture.state) : null),
    picture.lines.map((line) => el("p", { class: "line" }, spans(line))),
    picture.fields.length ? el("dl", {}, picture.fields.map((f) => [el("dt", {}, f.name), el("dd", {}, spans(f.spans))])) : null,
    picture.picture ? chart(picture.picture) : null,
    picture.table.length ? table(picture, press) : null,
    row(buttons, press),
    picture.pages.length ? el("p", { class: "pages" }, picture.pages.map((page) => el("a", { href: `${page.address}?as=${encodeURIComponent(me.id)}` }, page.label))) : null);
}

// Drawn for the ground it stands on; its words say all that it shows.
const chart = ({ alt, looks }) => el("picture", {},
  el("source", { media: "(prefers-color-scheme: dark) and (max-width: 620px)", srcset: looks["dark-narrow"] }),
  el("source", { media: "(max-width: 620px)", srcset: looks["light-narrow"] }),
  el("source", { media: "(prefers-color-scheme: dark)", srcset: looks.dark }),
  el("img", { src: looks.light, alt }));

// A command in the help can be pressed: without its arguments, so that a form asks for them.
function cellOf(cell, picture, press) {
  const [line] = cell;
  if (picture.key !== "help" || cell.length !== 1 || !String(line).startsWith("/")) return spans(cell);
  const button = { label: line, command: line.split(" ")[0], confirm: "" };
  return el("button", { class: "quiet try", type: "button", onclick: (event) => press(button, event.currentTarget) }, line);
}

const short = (cell) => cell.map((span) => (typeof span === "string" ? span : "12:00")).join("").length <= 13;

const table = (picture, press) => el("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": `${picture.title}: table` },
  el("table", {}, el("tbody", {}, picture.table.map((cells) => el("tr", {}, cells.map((cell) => el("td", { class: short(cell) ? "short" : null }, cellOf(cell, picture, press))))))));

export const row = (buttons, press) => (buttons.length ? el("div", { class: "row" }, buttons.map((button) => el("button", {
  class: button.primary ? "button primary" : "button", type: "button", "data-command": button.command,
  onclick: (event) => press(button, event.currentTarget),
}, button.label))) : null);

export const initials = (name) => name.split(/\s+/).slice(0, 2).map((word) => [...word][0] ?? "").join("").toUpperCase();

// `before` is the message above it: the same author within five minutes needs no second name.
export function message(said, before, { press, thread }) {
  const same = before && before.author === said.author && !before.card && !said.card && new Date(said.at) - new Date(before.at) < 300e3;
  const desk = said.author === "deskbell";
  return el("li", { class: same ? "message same" : "message", "data-id": said.id, "data-version": String(said.version) },
    el("div", { class: desk ? "face desk" : "face", "aria-hidden": "true" },
      desk ? el("img", { src: "/static/bell.svg", alt: "", width: "20", height: "20" }) : initials(said.author_name)),
    el("div", { class: "body" },
      el("div", { class: "by" }, el("b", {}, said.author_name), timeElement(said.at)),
      said.spans.length ? el("p", { class: "words" }, spans(said.spans)) : null,
      said.card ? card(said.card, said.buttons, press) : row(said.buttons, press),
      thread ? el("div", { class: "foot-line" }, threadButton(said, thread, same)) : null));
}

// In a group of lines there is room for a sign only, in the margin.
function threadButton(said, open, same) {
  const label = said.replies ? `${said.replies} ${said.replies === 1 ? "reply" : "replies"}` : "Reply in thread";
  const sign = same && !said.replies;
  return el("button", {
    class: said.replies ? "quiet some" : "quiet start", type: "button", "data-thread": said.id, onclick: () => open(said.id),
    "aria-label": sign ? label : null, title: sign ? label : null,
  }, sign ? "↳" : label);
}
