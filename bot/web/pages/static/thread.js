// The thread at the side. A ticket has two: the team's, and the one in which its requester reads along.

import * as api from "./api.js";
import { Actor } from "./acting.js";
import { composer } from "./composer.js";
import { el, toast } from "./dom.js";
import { Log } from "./log.js";
import { title } from "./rooms.js";

export class Thread {
  // `theirs`: the requester's; `link(theirs)` is the way to either.
  constructor(channel, id, { theirs = false, close, link }) {
    Object.assign(this, { channel, id, theirs, link });
    this.top = new Log("The message above");
    this.top.node = el("ol", {});
    this.top.list = this.top.node;
    this.log = new Log("Thread");
    this.actor = new Actor(channel.id, { thread: id, note: (content, about) => this.log.note(content, about), after: () => theirs && this.load() });
    this.top.bind(this.actor);
    this.log.bind(this.actor);
    this.ways = el("nav", { class: "ways", "aria-label": "The ticket's two threads", hidden: true });
    this.log.node.prepend(this.top.node, el("p", { class: "divider" }, "Thread"));
    this.composer = composer(theirs ? "Write to the requester" : "Write in this thread", (text) => this.say(text));
    this.node = [
      el("div", { class: "head" }, el("h1", {}, "Thread"), el("span", { class: "about" }, title(channel)),
        el("button", { class: "icon", type: "button", "aria-label": "Close the thread", title: "Close (Escape)", onclick: close }, "×")),
      el("div", { class: "with-ways" }, this.ways, this.log.node), this.composer.node,
    ];
  }

  // What is written before the thread is read waits for it: until then it is not known where the requester's thread is.
  async say(text) {
    await this.reading;
    if (this.theirs && this.actor.thread === this.id) { toast("The requester's thread could not be read. Open it again."); return false; }
    return this.actor.say(text, { inline: !text.trim().startsWith("/") });
  }

  load(head) { return this.reading = this.readAll(head); }

  async readAll(head) {
    if (head && !this.theirs) this.head(head);
    this.log.hold();
    try {
      const [above, ...said] = await this.read(this.channel.id, this.id);
      this.ways.replaceChildren(...this.waysOf(above.their_thread));
      this.ways.hidden = !above.their_thread;
      if (this.theirs && above.their_thread) await this.loadTheirs(above.their_thread);
      else { this.head(above); this.log.fill(said); }
    } catch (error) { toast(error.message); }
    this.log.release();
  }

  async loadTheirs({ channel, thread }) {
    Object.assign(this.actor, { channel, thread });
    const [above, ...said] = await this.read(channel, thread);
    this.head(above);
    this.log.fill(said);
  }

  read(channel, thread) { return api.messages(channel, { thread, newest: "true", head: "true" }); }

  waysOf(their) {
    if (!their) return [];
    const way = (theirs, words) => el("a", { href: this.link(theirs).href, onclick: this.link(theirs).follow, "aria-current": theirs === this.theirs ? "page" : null }, words);
    return [way(false, "Team's thread"), way(true, `Their thread: ${their.name}`)];
  }

  head(message) {
    const old = this.top.said.get(message.id);
    if (old && old.version > message.version) return;
    this.top.said.set(message.id, message);
    this.top.list.replaceChildren(this.top.draw(message, null));
    if (message.card) this.log.drop(message.card.key);
  }

  // The message above was edited; the requester's copy of it then was, too.
  edited(message) {
    if (this.theirs) this.again();
    else this.log.arrive(() => this.head(message));
  }

  // What is said to the requester and by them stands in the team's thread, too: that is how this page hears of it.
  put(message) {
    if (this.theirs) this.again();
    else this.log.arrive(() => this.log.put(message));
  }

  again() {
    clearTimeout(this.later);
    this.later = setTimeout(() => { this.load(); setTimeout(() => this.load(), 1500); }, 200);
  }
}
