// Sentences that the reader wants to keep, and the forms in which they leave the page.

const stars = new Set(); // indices of English sentences

/** Stars are kept with their text: a note that has changed elsewhere keeps them. */
function loadStars() {
  const known = kept.read(own("stars"), null);
  if (!known) return; // nothing is kept: those of this page stay
  stars.clear();
  for (const [index, text] of known) {
    const same = nearest(english, text, index);
    if (same) stars.add(same.index);
  }
}
addEventListener("storage", (event) => { // another tab has starred
  if (event.key !== `subsync:${own("stars")}` || event.newValue === null) return;
  loadStars();
  rows.forEach(paintStar);
  countStars();
});

function keepStars() {
  const done = kept.write(own("stars"), [...stars].sort((a, b) => a - b).map((k) => [k, sentences[k].text]));
  if (!done) tell("not kept", [t("not kept")]);
}

function starRow(row) {
  if (!row.en.length) return;
  row.star = make("button", { type: "button", className: "star", textContent: "☆", tabIndex: -1 });
  row.star.onclick = () => toggleStar(row.en);
  row.node.append(row.star);
  paintStar(row);
}

function paintStar(row) {
  if (!row.star) return;
  const on = row.en.some((s) => stars.has(s.index));
  row.star.textContent = on ? "★" : "☆";
  row.star.ariaPressed = String(on);
  row.star.ariaLabel = t("star this", row.en[0].text.slice(0, 60));
}

function toggleStar(some) {
  loadStars(); // a tab that sleeps has heard of no other
  const on = some.some((s) => stars.has(s.index));
  some.forEach((s) => (on ? stars.delete(s.index) : stars.add(s.index)));
  rows.forEach(paintStar);
  keepStars();
  countStars();
  say(t(on ? "unstarred" : "starred"));
}

function countStars() {
  $("starred").textContent = String(stars.size);
  for (const id of ["anki", "markdown", "list"]) $(id).disabled = !stars.size;
}

/** Where a sentence can be heard by others: at its source, else in this page. */
function linkTo(s) {
  const seconds = Math.floor((s.start ?? placeOf(s)) / 1000);
  if (data.youtube) return `https://www.youtube.com/watch?v=${data.youtube}&t=${seconds}s`;
  if (data.source) return `${data.source}#t=${seconds}`;
  return `${data.stem}.study.html#s=${s.index}`;
}

const chineseOf = (s) => s.row.zh.map((o) => o.text).join("");
const sectionOf = (s) => { const k = data.paragraphs[s.row.paragraph][0]; return k === null ? "" : data.sections[k][0]; };
const inOrder = () => [...stars].sort((a, b) => a - b).map((k) => sentences[k]);

/** Anki's text import, with its file headers: no field is taken for HTML, none can break the line it stands on. */
function ankiList(some) {
  const field = (text) => `"${text.replace(/[\t\r\n]+/g, " ").replace(/"/g, '""')}"`;
  const head = ["#separator:tab", "#html:false", `#deck:${data.title.replace(/[\t\r\n]+|::/g, " ")}`, "#columns:English\tChinese\tSpeaker\tSection\tTime\tLink"];
  const rowOf = (s) => [s.text, chineseOf(s), data.paragraphs[s.row.paragraph][1] ?? "", sectionOf(s), s.start === null ? "" : clock(s.start), linkTo(s)].map(field).join("\t");
  return [...head, ...some.map(rowOf)].join("\n") + "\n";
}

/** What Markdown would take for markup, taken for text. */
const plain = (text) => text.replace(/[\r\n]+/g, " ").replace(/[\\`*_{}[\]<>#|~!]/g, "\\$&").replace(/^([-+]|\d+[.)])/, "\\$1");

function markdownList(some) {
  let section = null;
  const lines = [`# ${plain(data.title)}`, ""];
  for (const s of some) {
    if (sectionOf(s) !== section) { section = sectionOf(s); if (section) lines.push(`## ${plain(section)}`, ""); }
    const when = s.start === null ? "" : ` ([${clock(s.start)}](<${linkTo(s).replace(/[<>\s]/g, encodeURIComponent)}>))`;
    lines.push(`- ${plain(s.text)}${when}`);
    if (chineseOf(s)) lines.push(`  ${plain(chineseOf(s))}`);
    lines.push("");
  }
  return lines.join("\n");
}

/** For `subsync sync --cards starred`: indices into the sentences of sync.json. */
const starList = (some) => JSON.stringify({ schema_version: 1, note: data.note, stars: some.map((s) => s.index), texts: some.map((s) => s.text) }, null, 1) + "\n";

function exportStars(kind) {
  const some = inOrder();
  const [name, type, write] = {
    anki: [`${data.stem}.anki.txt`, "text/plain", ankiList],
    markdown: [`${data.stem}.stars.md`, "text/markdown", markdownList],
    list: [`${data.stem}.stars.json`, "application/json", starList],
  }[kind];
  save(name, type, write(some));
  say(t("saved", name));
}
