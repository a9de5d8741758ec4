// Corrections of text: another wording, two sentences for one, one for two, the Chinese moved to another English.

let rewrites = []; // {sentence, count, text, to}: so many sentences from there on, of one language, and what they become
let pairs = []; // {sentence, with}: a Chinese sentence, and the English one that it translates
const wording = { texts: true, get edit() { return { rewrites, pairs }; } }; // what a step of history is about
const wordings = () => rewrites.length + pairs.length;
let editing = null; // {s, en: [sentences], zh: [sentences]}

const joined = (some) => some.map((s) => s.text).join(some[0]?.zh ? "" : " ");
const tidy = (text) => text.replace(/\s+/g, " ").trim();
const sentencesOf = (r) => {
  const zh = sentences[r.sentence].zh;
  return sentences.slice(r.sentence).filter((s) => s.zh === zh).slice(0, r.count);
};

function setWording(value) {
  rewrites.flatMap(sentencesOf).forEach((s) => { s.rewritten = null; s.node.firstChild.data = s.text; s.node.hidden = false; paint(s); });
  const homes = new Set([...pairs, ...value.pairs].flatMap((p) => sentences[p.sentence].row.block.rows));
  ({ rewrites, pairs } = value);
  for (const r of rewrites) {
    const [first, ...others] = sentencesOf(r);
    [first, ...others].forEach((s) => { s.rewritten = r; paint(s); });
    first.node.firstChild.data = r.to;
    others.forEach((s) => { s.node.hidden = true; });
  }
  homes.forEach(placeChinese);
  showCount();
  later();
}

/** Put into a row the Chinese that belongs to it now. */
function placeChinese(row) {
  const all = row.block.rows.flatMap((other) => other.zh);
  const moved = new Map(pairs.map((p) => [p.sentence, sentences[p.with].row]));
  const mine = all.filter((z) => (moved.get(z.index) ?? z.row) === row).sort((a, b) => a.index - b.index);
  let side = row.node.querySelector("p:not([lang=en])");
  if (!side && mine.length) { side = make("p", { lang: data.zh }); row.node.querySelector("p").after(side); }
  side?.append(...mine.map((z) => z.node));
}

function rewriting(some, to) {
  const text = joined(some);
  const rest = rewrites.filter((r) => !sentencesOf(r).some((s) => some.includes(s)));
  return tidy(to) === text ? rest : [...rest, { sentence: some[0].index, count: some.length, text, to: tidy(to) }].sort((a, b) => a.sentence - b.sentence);
}

function openEditor() {
  const s = subject();
  if (!s) return;
  const now_ = (some) => some.flatMap((o) => (o.rewritten ? (o.rewritten.sentence === o.index ? [o.rewritten.to] : []) : [o.text])).join(some[0]?.zh ? "" : " ");
  const own_ = (some) => [...new Set(some.flatMap((o) => (o.rewritten ? sentencesOf(o.rewritten) : [o])))].sort((a, b) => a.index - b.index);
  editing = { s, en: own_([s]), zh: own_(s.row.zh) };
  $("en-text").value = now_(editing.en);
  $("zh-text").value = now_(editing.zh);
  $("zh-text").lang = data.zh;
  $("zh-text").disabled = !editing.zh.length;
  $("editor").hidden = false;
  bring(s); // the panel is higher now
  $("en-text").focus({ preventScroll: true });
}

function closeEditor() {
  editing = null;
  $("editor").hidden = true;
}

function saveText() {
  if (!editing) return;
  const before = { rewrites, pairs };
  let after = rewrites;
  for (const [some, field] of [[editing.en, $("en-text")], [editing.zh, $("zh-text")]]) {
    if (!some.length) continue;
    if (!tidy(field.value)) { say(t("text empty")); field.focus(); return; }
    const old = rewrites;
    rewrites = after;
    after = rewriting(some, field.value);
    rewrites = old;
  }
  const { s } = editing;
  closeEditor();
  s.node.focus({ preventScroll: true });
  if (JSON.stringify(after) === JSON.stringify(before.rewrites)) return;
  commit([[wording, { rewrites: after, pairs }]]);
  say(t("text corrected"));
}

/** A full stop where the cursor is, and a capital behind it: that makes two sentences of one. */
function splitText() {
  const field = document.activeElement === $("zh-text") || splitText.last === $("zh-text") ? $("zh-text") : $("en-text");
  const [before, after] = [field.value.slice(0, field.selectionStart).trimEnd(), field.value.slice(field.selectionStart).trimStart()];
  if (!before || !after) { say(t("cursor inside")); field.focus(); return; }
  if (field === $("zh-text")) field.value = `${before.replace(/[，、；：,;:]$/, "").replace(/(?<![。！？!?])$/, "。")}${after}`;
  else field.value = `${before.replace(/[,;:–—-]\s*$/, "").trimEnd().replace(/(?<![.!?])$/, ".")} ${after[0].toUpperCase()}${after.slice(1)}`;
  field.focus();
}

/** The next sentence of the paragraph too, with a comma between the two. */
function joinText() {
  if (!editing) return;
  const all = editing.s.row.block.rows.flatMap((row) => row.en);
  const next = all[all.indexOf(editing.en.at(-1)) + 1];
  if (!next) { say(t("no next here")); return; }
  const more = next.rewritten ? sentencesOf(next.rewritten) : [next];
  const text = next.rewritten ? next.rewritten.to : next.text;
  const small = /^(I\b|[A-Z]{2})/.test(text) ? text : text[0].toLowerCase() + text.slice(1);
  editing.en.push(...more);
  $("en-text").value = `${$("en-text").value.trimEnd().replace(/[.!?]+$/, ",")} ${small}`;
  $("en-text").focus();
}

/** The Chinese at the edge of this row goes to the row above or below: order is kept, so only the edge can go. */
function moveChinese(by) {
  const s = subject();
  if (!s) return;
  const { block } = s.row;
  const moved = new Map(pairs.map((p) => [p.sentence, sentences[p.with].row]));
  const mine = block.rows.flatMap((row) => row.zh).filter((z) => (moved.get(z.index) ?? z.row) === s.row).sort((a, b) => a.index - b.index);
  const z = by < 0 ? mine[0] : mine.at(-1);
  const next = block.rows[block.rows.indexOf(s.row) + by];
  if (!z || !next?.en.length) { say(t("nowhere to move")); return; }
  const rest = pairs.filter((p) => p.sentence !== z.index);
  const before = data.edits.some((e) => e.action === "pair" && e.sentence === z.index);
  const after = next === z.row && !before ? rest : [...rest, { sentence: z.index, with: (by < 0 ? next.en.at(-1) : next.en[0]).index }];
  commit([[wording, { rewrites, pairs: after }]]);
  say(t("chinese moved"));
}

// --- kept, exported, applied ------------------------------------------------------------------------------------------

const BASE = JSON.stringify([data.note.sha256, data.edits]);

function keepDraft({ done }) {
  const edits = english.filter((s) => s.edit).map((s) => [s.index, s.text, s.edit]);
  const fits = kept.write(own("draft"), { base: BASE, done, edits, rewrites, pairs });
  if (!fits && !done) say(t("not kept"));
}

/** What was corrected before this page was opened: in the result itself, and in this browser since. */
function loadDraft() {
  const settled = [];
  const known = []; // the rows show them already; they are exported again with the rest
  for (const { sentence, ...change } of data.edits) {
    if (!sentences[sentence]) continue;
    if (change.action === "pair") { known.push({ sentence, with: change.with }); continue; }
    sentences[sentence].edit = change;
    settled.push(sentences[sentence]);
  }
  setWording({ rewrites: [], pairs: known });
  const draft = kept.read(own("draft"), null);
  if (draft && (draft.base === BASE || !draft.done)) {
    if (draft.base === BASE) settled.forEach((s) => { s.edit = null; }); // the draft has them too, or took them back
    let lost = 0;
    for (const [index, text, change] of draft.edits) {
      const s = sentences[index]?.text === text ? sentences[index] : english.find((o) => o.text === text);
      if (!s) { lost += 1; continue; }
      s.edit = change;
      settled.push(s);
    }
    const fits = (r) => sentences[r.sentence] && joined(sentencesOf(r)) === r.text;
    const wordsKept = draft.rewrites.filter(fits);
    lost += draft.rewrites.length - wordsKept.length;
    setWording({ rewrites: wordsKept, pairs: draft.base === BASE ? draft.pairs : known });
    if (lost) say(t("draft lost", lost));
    else if (draft.edits.length + wordsKept.length && !draft.done) say(t("draft there", draft.edits.length + wordsKept.length));
  }
  settleAll([...new Set(settled)]);
}

function editsText() {
  const times = english.filter((s) => s.edit).map((s) => {
    const { right, ...change } = s.edit;
    return { sentence: s.index, text: s.text, ...change };
  });
  const texts = rewrites.map((r) => ({ sentence: r.sentence, count: r.count, action: "text", text: r.text, to: r.to }));
  const moves = pairs.map((p) => ({ sentence: p.sentence, action: "pair", text: sentences[p.sentence].text, with: p.with, with_text: sentences[p.with].text }));
  const edits = [...times, ...texts, ...moves].sort((a, b) => a.sentence - b.sentence);
  return JSON.stringify({ schema_version: 1, note: data.note, edits }, null, 1) + "\n";
}

const quoted = (name) => (/^[\w./@%+=:,-]+$/.test(name) && !name.startsWith("-") ? name : `'${name.replace(/'/g, "'\\''")}'`);

function exportEdits() {
  const name = `${data.stem}.edits.json`;
  save(name, "application/json", editsText());
  keepDraft({ done: true });
  const line = `subsync apply ${quoted(data.note.path)} ${quoted(name)}${wordings() ? " --write" : ""}`;
  const copying = make("button", { type: "button", textContent: t("copy"), onclick: () => copy(line, t("copied")) });
  const closing = make("button", { type: "button", textContent: "×", ariaLabel: t("close"), onclick: () => notice("") });
  notice(t("exported", name), make("code", { textContent: line }), copying, closing);
}

/** Where our own server serves the page it can be told at once; then the page is another one. */
async function applyNow() {
  $("applying").disabled = true;
  say(t("applying"));
  try {
    const answer = await fetch("apply", { method: "POST", headers: { "Content-Type": "application/json" }, body: editsText() });
    const told = await answer.json();
    if (!answer.ok) throw new Error([told.error, told.remedy].filter(Boolean).join(" "));
    keepDraft({ done: true });
    kept.drop(own("draft"));
    if (told.refused?.length) kept.write(own("told"), told.refused);
    location.reload();
  } catch (error) {
    $("applying").disabled = false;
    notice(t("not applied", error.message));
  }
}
