// The channel in the middle.

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
    this.actor = new Actor(channel.id, { note: (content, about) => { this.blank(false); return this.log.note(content, about); } });
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
    this.log.hold();
    try {
      const found = await api.messages(this.channel.id, { newest: "true" });
      if (found.length === PAGE) {
        this.log.from = Number(found[0].id);
        this.offerEarlier(found[0].id);
      }
      this.log.fill(found);
      this.blank(!found.length && !this.log.list.children.length);
    } catch (error) { toast(error.message); }
    wait.remove();
    this.log.release();
  }

  blank(yes) { this.empty.hidden = !yes; }

  offerEarlier(first) {
    const more = el("button", { class: "quiet", type: "button", onclick: async () => {
      const found = await api.messages(this.channel.id, { newest: "true", before: first }).catch(() => []);
      line.remove();
      if (found.length < PAGE) this.log.from = 0;
      this.log.prepend(found);
      if (found.length === PAGE) this.offerEarlier(found[0].id);
    } }, "Show earlier messages");
    const line = el("p", { class: "divider" }, more);
    this.log.node.prepend(line);
  }

  put(message) {
    this.log.arrive(() => { this.blank(false); this.log.put(message); });
  }

  // A reply arrived in a thread of this channel: the message at its head counts it once.
  replied(reply) {
    this.log.arrive(() => {
      const head = this.log.said.get(reply.thread);
      if (!head || Number(head.last_reply ?? 0) >= Number(reply.id)) return;
      this.log.put({ ...head, replies: head.replies + 1, last_reply: reply.id });
    });
  }
}

export const title = (channel) => (channel.kind === "dm" ? channel.name : `#${channel.name}`);
const about = (channel) => ({ help: "Ask here", team: channel.client ? `The team's room for ${channel.client_name}` : "The team's room for every client", dm: "Only you and the desk", other: "Everybody" })[channel.kind];
