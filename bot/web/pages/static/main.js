// The page: who acts, the channels at the side, and what is open. The address says which.

import * as api from "./api.js";
import { initials } from "./cards.js";
import { setCommands } from "./composer.js";
import { dialog, el, toast } from "./dom.js";
import { Home } from "./home.js";
import { Room, title } from "./rooms.js";
import { Thread } from "./thread.js";
import { setZone } from "./times.js";

const NAME = document.body.dataset.name;
const $ = (id) => document.getElementById(id);
const page = { people: [], channels: [], person: null, room: null, thread: null, home: null, live: false };
const GROUPS = [["team", "Team"], ["help", "Help"], ["other", "Everybody"], ["dm", "Direct"]];

// ---- who acts

const roleWords = (person) => (person.roles.filter((role) => person.roles.length === 1 || role !== "requester").join(", ") || "requester") + (person.client ? ` at ${person.client_name}` : "");

function faces() {
  const groups = new Map();
  for (const person of page.people) {
    const group = person.client ? `At ${person.client_name}` : "At the desk";
    groups.set(group, [...(groups.get(group) ?? []), person]);
  }
  return el("div", { class: "people" }, [...groups].map(([group, members]) => el("section", {}, el("h2", {}, group),
    el("ul", {}, members.map((person) => el("li", {}, el("a", { href: `/home?as=${encodeURIComponent(person.id)}`, "aria-current": person.id === api.me.id ? "true" : null },
      el("span", { class: "face", "aria-hidden": "true" }, initials(person.name)),
      el("span", {}, person.name, el("small", {}, roleWords(person)))))))))); // one link each: another browser can be another person
}

function acting() {
  $("acting").replaceChildren(
    el("span", { class: "who" }, el("span", { class: "label" }, "You act as "), el("b", {}, page.person.name), el("span", { class: "label" }, `, ${roleWords(page.person)}`)),
    el("button", { class: "button", type: "button", onclick: () => dialog("Act as somebody else").body.append(faces()) }, "Switch"));
}

function choosePerson() {
  document.title = `Who are you? · ${NAME}`;
  $("app").classList.add("alone");
  $("main").replaceChildren(el("div", { class: "home" }, el("div", { class: "people" }, el("h1", {}, "Who do you want to be?"),
    el("p", { class: "lead" }, "Nobody signs in here: everything you do is recorded as done by whoever acts as this person.")), faces()));
}

// ---- the channels at the side

const seenKey = () => `deskbell/seen/${api.me.id}`;
const seen = JSON.parse(localStorage.getItem(seenKey()) ?? "{}");
const unread = (channel) => Number(channel.last ?? 0) > Number(seen[channel.id] ?? 0);

function markSeen(channel) {
  seen[channel.id] = channel.last ?? "0";
  localStorage.setItem(seenKey(), JSON.stringify(seen));
}

const address = (channel, thread, theirs) => `/?${new URLSearchParams({ as: api.me.id, channel, ...(thread ? { thread } : {}), ...(theirs ? { theirs: "1" } : {}) })}`;

function side() {
  const here = page.room?.channel.id;
  const link = (href, sign, name, current, news) => el("a", { href, "aria-current": current ? "page" : null, class: news ? "unread" : null, onclick: follow },
    el("span", { class: "sign", "aria-hidden": "true" }, sign), el("span", { class: "name" }, name),
    news ? [el("span", { class: "dot", "aria-hidden": "true" }), el("span", { class: "unseen" }, "(something new)")] : []);
  const nodes = GROUPS.map(([kind, label]) => {
    const inside = page.channels.filter((channel) => channel.kind === kind);
    return inside.length ? el("section", {}, el("h2", {}, label), inside.map((channel) => link(address(channel.id), kind === "dm" ? "@" : "#", channel.name, channel.id === here, unread(channel)))) : null;
  });
  const numbers = page.person.roles.some((role) => role !== "requester");
  const reports = el("a", { href: `/reports?as=${encodeURIComponent(api.me.id)}` }, el("span", { class: "sign", "aria-hidden": "true" }, "▤"), el("span", { class: "name" }, "Reports"));
  const onCall = el("a", { href: `/schedules?as=${encodeURIComponent(api.me.id)}` }, el("span", { class: "sign", "aria-hidden": "true" }, "☎"), el("span", { class: "name" }, "On call"));
  $("side").replaceChildren(
    el("section", {}, link(`/home?as=${encodeURIComponent(api.me.id)}`, "⌂", "Home", Boolean(page.home), false), numbers ? [reports, onCall] : []),
    ...nodes.filter(Boolean),
    el("div", { class: "foot" }, el("span", { class: page.live ? "live" : "live away", role: "status" }, page.live ? "Live" : "Reconnecting…"),
      el("button", { class: "quiet", type: "button", onclick: keys }, "Keys (?)"), el("a", { class: "quiet", href: "/docs" }, "API")));
  const news = page.channels.some(unread) ? "• " : "";
  document.title = `${news}${page.room ? title(page.room.channel) : "Home"} · ${NAME}`;
}

function follow(event) {
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
  event.preventDefault();
  history.pushState(null, "", event.currentTarget.href);
  drawer(false);
  show();
}

function drawer(open) {
  $("side").classList.toggle("open", open);
  $("menu").setAttribute("aria-expanded", String(open));
  if (open) $("side").querySelector("a")?.focus();
}

// ---- what is open

function show() {
  const query = new URLSearchParams(location.search);
  const channel = page.channels.find((c) => c.id === query.get("channel"));
  if (location.pathname === "/home" || !channel) {
    const desk = page.channels.find((c) => c.kind === "dm") ?? page.channels[0];
    closeThread({ keep: true });
    page.room = null;
    page.home = new Home(page.person, desk);
    $("main").replaceChildren(...page.home.node);
    page.home.load();
  } else if (page.room?.channel.id !== channel.id) {
    closeThread({ keep: true });
    page.home = null;
    page.room = new Room(channel, { thread: openThread });
    $("main").replaceChildren(...page.room.node);
    const loaded = page.room.load();
    if (query.get("thread")) loaded.then(() => openThread(query.get("thread"), query.has("theirs")));
    else if (matchMedia("(min-width: 821px)").matches) page.room.composer.focus();
  } else if (query.get("thread")) openThread(query.get("thread"), query.has("theirs"));
  else closeThread({ keep: true });
  if (page.room) markSeen(channel);
  side();
}

function openThread(id, theirs = false) {
  if (!page.room) return;
  const channel = page.room.channel;
  if (page.thread?.id !== id || page.thread.theirs !== theirs) {
    const link = (other) => ({ href: address(channel.id, id, other), follow });
    page.thread = new Thread(channel, id, { theirs, close: () => closeThread(), link });
    $("thread").replaceChildren(...page.thread.node);
    $("thread").hidden = false;
    $("app").classList.add("with-thread");
    page.thread.load(page.room.log.said.get(id));
    if (new URLSearchParams(location.search).get("thread") !== id) history.pushState(null, "", address(channel.id, id, theirs));
  }
  page.thread.composer.focus();
}

function closeThread({ keep = false } = {}) {
  if (!page.thread) return;
  const { id } = page.thread;
  page.thread = null;
  $("thread").hidden = true;
  $("thread").replaceChildren();
  $("app").classList.remove("with-thread");
  if (keep) return;
  history.pushState(null, "", address(page.room.channel.id));
  document.querySelector(`#main [data-thread="${CSS.escape(id)}"]`)?.focus();
}

// ---- what arrives

function arrived(message) {
  page.home?.moved();
  const here = page.room?.channel.id === message.channel;
  if (message.thread) {
    if (here) page.room.replied(message);
    if (page.thread?.id === message.thread) page.thread.put(message);
    return;
  }
  if (here) page.room.put(message);
  if (page.thread?.id === message.id) page.thread.edited(message);
  const channel = page.channels.find((c) => c.id === message.channel);
  if (!channel || Number(channel.last ?? 0) >= Number(message.id)) return;
  channel.last = message.id;
  if (here && !document.hidden) markSeen(channel);
  side();
}

// ---- keys

function keys() {
  const list = [["/", "Start a command"], ["?", "Show these keys"], ["Esc", "Close what is open"], ["Enter", "Send"], ["Shift Enter", "New line"], ["Alt ↑ ↓", "The channel above or below"]];
  dialog("Keys").body.append(el("dl", { class: "keys" }, list.map(([key, what]) => [el("dt", {}, el("kbd", {}, key)), el("dd", {}, what)])));
}

function step(by) {
  const links = [...$("side").querySelectorAll("a[href]:not(.quiet)")];
  const at = links.findIndex((link) => link.getAttribute("aria-current"));
  links[(at + by + links.length) % links.length]?.click();
}

addEventListener("keydown", (event) => {
  if (!page.person || document.querySelector("dialog[open]")) return;
  const writing = event.target.closest("input, textarea, select");
  if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) { event.preventDefault(); step(event.key === "ArrowUp" ? -1 : 1); }
  else if (event.key === "Escape") { if ($("side").classList.contains("open")) drawer(false); else closeThread(); }
  else if (writing || event.metaKey || event.ctrlKey || event.altKey) return;
  else if (event.key === "?") { event.preventDefault(); keys(); }
  else if (event.key === "/") { event.preventDefault(); (page.thread ?? page.room)?.composer.begin("/"); }
});

// ---- begin

async function commands() {
  const desk = page.channels.find((c) => c.kind === "dm");
  const said = desk ? await api.say(desk.id, "/help").catch(() => null) : null;
  const word = (cell) => (cell ?? []).filter((span) => typeof span === "string").join("");
  setCommands((said?.reply?.table ?? []).map((cells) => ({ example: word(cells[1]), about: word(cells[2]) })).filter((c) => c.example.startsWith("/")));
}

async function begin() {
  page.people = await api.people();
  page.person = page.people.find((person) => person.id === api.me.id) ?? null;
  if (!page.person) return choosePerson();
  setZone(page.person.zone);
  acting();
  const found = await api.channels();
  page.channels = found.body;
  $("side").hidden = false;
  $("menu").hidden = false;
  $("menu").addEventListener("click", () => drawer(!$("side").classList.contains("open")));
  $("main").addEventListener("click", () => drawer(false));
  document.querySelector(".brand").href = `/home?as=${encodeURIComponent(api.me.id)}`;
  api.listen(found.seq, { onmessage: arrived, onstate: (live) => { page.live = live; side(); }, onreturn: () => page.home?.load() });
  addEventListener("popstate", show);
  show();
  return commands();
}

begin().catch((error) => toast(error.message));
