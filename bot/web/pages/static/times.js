// Times in the reader's zone, which tick. The words are those of the server's own plain text.

let zone = "UTC";
export const setZone = (name) => { zone = name; };

const part = (at, options) => new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...options }).format(at);

// Days since 1970 on the reader's calendar.
function day(at) {
  const [d, m, y] = part(at, { year: "numeric", month: "2-digit", day: "2-digit" }).split("/").map(Number);
  return Date.UTC(y, m - 1, d) / 86400e3;
}

export function spanOf(seconds) {
  const whole = Math.round(Math.abs(seconds));
  if (whole < 100) return `${whole} s`;
  let minutes = Math.round(whole / 60);
  if (minutes < 60) return `${minutes} min`;
  let hours = Math.floor(minutes / 60);
  minutes %= 60;
  if (hours < 48) return minutes ? `${hours} h ${minutes} min` : `${hours} h`;
  const days = Math.floor(hours / 24);
  hours %= 24;
  return hours ? `${days} d ${hours} h` : `${days} d`;
}

export function clock(at, now = new Date()) {
  const time = part(at, { hour: "2-digit", minute: "2-digit" });
  if (day(at) === day(now)) return time;
  if (Math.abs(day(at) - day(now)) < 7) return `${part(at, { weekday: "short" })} ${time}`;
  return `${part(at, { day: "2-digit", month: "short", year: "numeric" })} ${time}`;
}

function words(at, style, now) {
  const seconds = (at - now) / 1000;
  if (style === "lasted") return spanOf(seconds);
  if (style === "left") return `${spanOf(seconds)} ${seconds >= 0 ? "left" : "ago"}`;
  return clock(at, now);
}

export function timeElement(iso, style = "clock") {
  const at = new Date(iso);
  const node = document.createElement("time");
  node.dateTime = iso;
  node.dataset.style = style;
  node.title = part(at, { dateStyle: "full", timeStyle: "medium" });
  node.textContent = words(at, style, new Date());
  return node;
}

setInterval(() => {
  const now = new Date();
  for (const node of document.querySelectorAll("time[data-style]")) {
    const text = words(new Date(node.dateTime), node.dataset.style, now);
    if (node.textContent !== text) node.textContent = text;
  }
}, 1000);
