"use strict";
// What all pages stand on: the data, and small tools. Text of the note goes in through textContent only.

const data = JSON.parse(document.getElementById("data").textContent);
const $ = (id) => document.getElementById(id);
function clock(ms, digits = 0) {
  const whole = Math.floor(ms / 1000);
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (n) => String(n).padStart(2, "0");
  const rest = digits ? "." + String(ms % 1000).padStart(3, "0") : "";
  return (h ? `${h}:${two(m)}` : m) + ":" + two(s) + rest;
}

/** Milliseconds of "1:02:03.5", "62:03" or "3723.5"; null for anything else. */
function fromClock(text) {
  if (!/^(\d+:){0,2}\d+(\.\d+)?s?$/.test(text)) return null;
  return Math.round(1000 * text.replace("s", "").split(":").reduce((sum, part) => 60 * sum + Number(part), 0));
}

function make(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(properties)) {
    if (key in node) node[key] = value;
    else node.setAttribute(key, value);
  }
  node.append(...children);
  return node;
}

const isChinese = (text) => /\p{Script=Han}/u.test(text);
const langOf = (text) => (isChinese(text) ? data.zh : "en");

/** Tell the reader: seen, and read aloud. */
function say(text) {
  clearTimeout(say.waiting);
  const below = document.querySelector(".below:not([hidden])");
  document.documentElement.style.setProperty("--below", `${below ? below.offsetHeight : 0}px`);
  $("say").textContent = text;
  say.waiting = setTimeout(() => { $("say").textContent = ""; }, Math.max(4000, 70 * text.length));
}

// What the browser keeps. A browser that keeps nothing (private, full, forbidden) is no reason to fail.
const kept = {
  read(key, otherwise) {
    try { return JSON.parse(localStorage.getItem(`subsync:${key}`)) ?? otherwise; } catch { return otherwise; }
  },
  write(key, value) {
    try { localStorage.setItem(`subsync:${key}`, JSON.stringify(value)); return true; } catch { return false; }
  },
  drop(key) {
    try { localStorage.removeItem(`subsync:${key}`); } catch { /* it was not kept */ }
  },
};
const own = (name) => `${data.key}:${name}`; // kept for this note alone

function save(name, kind, text) {
  const address = URL.createObjectURL(new Blob([text], { type: kind }));
  make("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}

/** Text of both languages with the space between words or lines that a plain copy leaves out. */
function copy(text, done) {
  const old = () => { // where the page came over plain HTTP there is no clipboard but this one
    const field = make("textarea", { value: text });
    (document.querySelector("dialog[open]") ?? document.body).append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
    say(done);
  };
  if (navigator.clipboard) navigator.clipboard.writeText(text).then(() => say(done), old);
  else old();
}

const SIZES = [0.85, 1, 1.15, 1.3, 1.5, 1.75, 2];

/** Make text larger or smaller by a step; kept for all notes. */
function resize(by) {
  const at = Math.max(0, Math.min(SIZES.length - 1, kept.read("size", 1) + by));
  kept.write("size", at);
  document.documentElement.style.setProperty("--size", SIZES[at]);
  if ($("smaller")) [$("smaller").disabled, $("larger").disabled] = [at === 0, at === SIZES.length - 1];
}
