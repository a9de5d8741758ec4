// Dictation: what was typed beside what was said, word by word.

const FILLERS = new Set(["um", "uh", "er", "erm", "ah", "eh", "hm", "hmm", "mm", "mhm", "uhm", "uh-huh"]);
let dictating = false;
let asked = null; // the sentence

/** Words as they are compared: without case, punctuation and fillers. "well-known" is two. */
function spokenWords(text) {
  return text.normalize("NFKC").replace(/[\u2018\u2019]/g, "'").split(/[\s\u2010-\u2015/-]+/)
    .map((shown) => ({ shown, word: shown.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "") }))
    .filter(({ word }) => word && !FILLERS.has(word));
}

/** How many letters to change, put in or leave out (Levenshtein). */
function distance(one, other) {
  let row = Array.from({ length: other.length + 1 }, (_, k) => k);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (one[i - 1] !== other[j - 1]));
    row = next;
  }
  return row[other.length];
}

const MOST_TYPED = 600; // words; a sentence of two minutes has 300

/** The cheapest way from what was said to what was typed: [kind, said, typed] with kind "same", "wrong", "missing", "extra". */
function compare(said, typed) {
  const [a, b] = [spokenWords(said), spokenWords(typed).slice(0, MOST_TYPED)];
  const price = (i, j) => {
    if (a[i].word === b[j].word) return 0;
    const [x, y] = [a[i].word.slice(0, 40), b[j].word.slice(0, 40)];
    return distance(x, y) * 2 <= Math.max(x.length, y.length) ? 0.9 : 1.5; // a slip of the pen goes with its word
  };
  const cost = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    cost.push([i]);
    for (let j = 1; j <= b.length; j++) cost[i][j] = Math.min(cost[i - 1][j] + 1, cost[i][j - 1] + 1, cost[i - 1][j - 1] + price(i - 1, j - 1));
  }
  const steps = [];
  let [i, j] = [a.length, b.length];
  while (i || j) {
    if (i && j && cost[i][j] === cost[i - 1][j - 1] + price(i - 1, j - 1)) {
      i -= 1; j -= 1;
      steps.unshift([a[i].word === b[j].word ? "same" : "wrong", a[i].shown, b[j].shown]);
    } else if (i && cost[i][j] === cost[i - 1][j] + 1) { i -= 1; steps.unshift(["missing", a[i].shown, null]); }
    else { j -= 1; steps.unshift(["extra", null, b[j].shown]); }
  }
  return steps;
}

function dictate(on) {
  dictating = on;
  $("dictation").hidden = !on;
  document.body.classList.toggle("dictating", on);
  veil();
  if (!on) {
    release();
    [unit, waiting, asked] = [null, false, null];
    state("");
    $("transcript").focus({ preventScroll: true });
    return;
  }
  ask(hand && hand.start !== null ? hand : unitAt(now())?.sentences[0] ?? timed[0]);
}

/** Let a sentence be heard, once, and wait for what is typed. */
function ask(s) {
  if (!s) return;
  asked = s;
  $("typed").value = "";
  $("differences").replaceChildren();
  veil();
  hearAsked();
  $("typed").focus({ preventScroll: true });
}
function hearAsked() { if (asked) hear(asked, { remembering: false }); }

const MARKS_OF = { same: "span", wrong: "mark", missing: "ins", extra: "del" };

function check() {
  if (!asked || !$("typed").value.trim()) { say(t("nothing typed")); return; }
  const steps = compare(asked.text, $("typed").value);
  const nodes = steps.flatMap(([kind, said, typed]) => {
    const node = make(MARKS_OF[kind], { className: kind, textContent: said ?? typed });
    if (kind === "wrong") node.append(" ", make("del", { textContent: typed }));
    if (kind !== "same") node.prepend(make("span", { className: "unseen", textContent: `${t(kind)}: `, lang: document.documentElement.lang }));
    return [node, " "];
  });
  const slips = steps.filter(([kind]) => kind !== "same").length;
  const verdict = make("strong", { className: "verdict", textContent: slips ? t("slips", slips) : t("all right") });
  verdict.lang = document.documentElement.lang;
  $("differences").replaceChildren(verdict, " ", make("span", { lang: "en" }, ...nodes));
  asked.row.node.classList.add("open"); // it may be read now
  if (slips) $("typed").focus({ preventScroll: true });
  else $("onward").focus({ preventScroll: true });
}

function onward() {
  const k = timed.indexOf(asked);
  if (timed[k + 1]) ask(timed[k + 1]);
  else say(t("last sentence"));
}
