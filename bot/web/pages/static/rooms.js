// The channel in the middle and the thread at its side.

import * as api from "./api.js";
import { Actor } from "./acting.js";
import { composer } from "./composer.js";
import { el, linked, toast } from "./dom.js";
import { Log } from "./log.js";

const EMPTY = {
  help: ["Nothing here yet", "Write below what you need, in your own words. A form opens, filled in; nothing is sent before you say so."],
  team: ["All quiet", "Alerts and tickets appear here as cards. `/status` says how things stand, `/list` what waits."],
  dm: ["This is between you and the desk", "Write what you need, or `/help`. Your tickets appear here, and answers come into their threads."],
  other: ["Nothing here yet", "What is written here is seen by everybody."],
};
const PAGE = 200;
const bones = () => el("div", { class: "bones", "aria-hidden": "true" }, [0, 1, 2].map(() => el("div", { class: "bone" })));

export class Room {
  constructor(channel, { thread, menu }) {
    this.channel = channel;
    this.log = new Log(`Messages in ${channel.name}`, { thread });
    this.actor = new Actor(channel.id, { note: (content) => { this.blank(false); return this.log.note(content); } });
    this.log.bind(this.actor);
    this.composer = composer(channel.kind === "help" || channel.kind === "dm" ? "What do you need? Or / to command" : `Write to ${title(channel)}`,
      (text) => this.actor.say(text, { inline: !text.trim().startsWith("/") }));
    this.empty = el("div", { class: "empty", hidden: true }, el("h2", {}, EMPTY[channel.kind][0]), el("p", {}, linked(EMPTY[channel.kind][1])));
    this.log.node.prepend(this.empty);
    this.node = [el("div", { class: "head" }, el("h1", {}, title(channel)), el("span", { class: "about" }, about(channel)), menu ?? null), this.log.node, this.composer.node];
  }

  async load() {
    const wait = bones();
    this.log.node.append(wait);
    try {
      const found = await api.messages(this.channel.id, { newest: "true" });
      this.log.fill(found);
      this.blank(!found.length);
      if (found.length === PAGE) this.offerEarlier(found[0].id);
    } catch (error) { toast(error.message); }
    wait.remove();
  }

  blank(yes) { this.empty.hidden = !yes; }

  offerEarlier(first) {
    const more = el("button", { class: "quiet", type: "button", onclick: async () => {
      const found = await api.messages(this.channel.id, { newest: "true", before: first }).catch(() => []);
      line.remove();
      this.log.prepend(found);
      if (found.length === PAGE) this.offerEarlier(found[0].id);
    } }, "Show earlier messages");
    const line = el("p", { class: "divider" }, more);
    this.log.node.prepend(line);
  }

  put(message) {
    this.blank(false);
    const old = this.log.said.get(message.id);
    this.log.put(old ? { ...message, replies: Math.max(message.replies, old.replies) } : message);
  }

  // A reply arrived in a thread of this channel: the message at its head counts it once.
  replied(reply) {
    const head = this.log.said.get(reply.thread);
    if (!head || Number(head.last_reply ?? 0) >= Number(reply.id)) return;
    this.log.put({ ...head, replies: head.replies + 1, last_reply: reply.id });
  }
}

export class Thread {
  constructor(channel, id, { close }) {
    Object.assign(this, { channel, id });
    this.top = new Log("The message above");
    this.top.node = el("ol", {});
    this.top.list = this.top.node;
    this.log = new Log("Thread");
    const note = (content) => this.log.note(content);
    this.actor = new Actor(channel.id, { thread: id, note });
    this.top.bind(this.actor);
    this.log.bind(this.actor);
    this.log.node.prepend(this.top.node, el("p", { class: "divider" }, "Thread"));
    this.composer = composer("Write in this thread", (text) => this.actor.say(text, { inline: !text.trim().startsWith("/") }));
    this.node = [
      el("div", { class: "head" }, el("h1", {}, "Thread"), el("span", { class: "about" }, title(channel)),
        el("button", { class: "icon", type: "button", "aria-label": "Close the thread", title: "Close (Escape)", onclick: close }, "×")),
      this.log.node, this.composer.node,
    ];
  }

  async load(head) {
    if (head) this.head(head);
    try {
      this.log.fill(await api.messages(this.channel.id, { thread: this.id, newest: "true" }));
    } catch (error) { toast(error.message); }
  }

  head(message) {
    this.top.said.set(message.id, message);
    this.top.list.replaceChildren(this.top.draw(message, null));
  }

  put(message) { this.log.put(message); }
}

export const title = (channel) => (channel.kind === "dm" ? channel.name : `#${channel.name}`);
const about = (channel) => ({ help: "Ask here", team: channel.client ? `The team's room for ${channel.client}` : "The team's room for every client", dm: "Only you and the desk", other: "Everybody" })[channel.kind];
