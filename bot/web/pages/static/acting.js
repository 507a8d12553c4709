// Doing things: a button or a line becomes a call, and its answer a card that only this person sees, or a form.

import * as api from "./api.js";
import { card } from "./cards.js";
import { dialog, el, toast } from "./dom.js";
import { firstField, form } from "./forms.js";

function confirmed(button) {
  if (!button.confirm) return Promise.resolve(true);
  return new Promise((resolve) => {
    let yes = false;
    const { box, body } = dialog(button.confirm, { onclose: () => resolve(yes) });
    body.append(el("div", { class: "row end" },
      el("button", { class: "button", type: "button", onclick: () => box.close() }, "Leave it"),
      el("button", { class: "button primary", type: "button", onclick: () => { yes = true; box.close(); } }, button.label.replace(/…$/, ""))));
    body.querySelector(".primary").focus();
  });
}

// A place to act from: its channel, its thread, and `note(element)`, which shows what only this person sees.
export class Actor {
  constructor(channel, { thread = null, note = null, after = null } = {}) {
    Object.assign(this, { channel, thread, after });
    this.note = note ?? ((content) => { const { body } = dialog("Only you see this"); body.append(content); });
  }

  // True when it went well; what was refused is said.
  async say(text, { inline = false } = {}) {
    return this.settle(() => api.say(this.channel, text, this.thread), inline);
  }

  press(message) {
    return async (button, element) => {
      if (!(await confirmed(button))) return;
      element.disabled = true;
      element.textContent = `${button.label.replace(/…$/, "")} …`;
      await this.settle(() => (message ? api.press(message, button.command) : api.say(this.channel, button.command, this.thread)));
      element.disabled = false;
      element.textContent = button.label;
    };
  }

  async settle(call, inline = false) {
    try {
      this.answer(await call(), inline);
      return true;
    } catch (error) {
      if (!(error instanceof api.Refused)) throw error;
      if (error.body.form) this.ask(error.body.form, { inline });
      if (error.body.reply) this.show(error.body.reply);
      toast(error.message);
      return false;
    }
  }

  answer(said, inline) {
    if (said.reply && !(said.form && inline)) this.show(said.reply, said.message);
    if (said.form) this.ask(said.form, { inline, reply: said.reply, after: said.message });
    this.after?.();
  }

  // A card with a table tells more than the one that others see: the story, or a script.
  show(picture, after = null) {
    this.note(card(picture, picture.buttons, this.press(null)), { after, key: picture.table.length ? null : picture.key });
  }

  // A form in a dialog; or in its place, below the line that was said and the card that came with it.
  ask(asked, { inline = false, reply = null, after = null } = {}) {
    let close;
    const send = async (values) => {
      try {
        const said = await api.submit(this.channel, asked.id, values);
        close();
        this.answer(said);
        return null;
      } catch (error) {
        if (!(error instanceof api.Refused)) throw error;
        return { form: error.body.form, error: error.message };
      }
    };
    const node = form(asked, send, () => close());
    if (inline) {
      const first = reply ? card(reply, reply.buttons, this.press(null)) : null;
      close = this.note(el("div", { class: "asked" }, first, el("h2", {}, asked.title), node), { after });
      return;
    }
    const { box, body } = dialog(asked.title);
    close = () => box.close();
    body.append(node);
    firstField(node)?.focus();
  }
}
