// The sentences, and which of them is said when.

const STATUS = ["aligned", "interpolated", "absent"];
const DOUBT = 50; // per cent; the threshold of `subsync sync`'s summary

const sentences = data.sentences.map(([zh, text, start, end, status, confidence], index) => ({
  index, zh: Boolean(zh), text, start, end, status: STATUS[status], confidence, edit: null, given: null, row: null, node: null, mark: null,
  found: { start, end, status: STATUS[status] },
}));
const english = sentences.filter((s) => !s.zh);
/** Of the sentences that say a text the one nearest to where it stood; a note may have changed since. */
const nearest = (some, text, index) => some.filter((s) => s.text === text).sort((a, b) => Math.abs(a.index - index) - Math.abs(b.index - index))[0] ?? null;
let timed = []; // English sentences that have a time, ascending

function sortTimed() {
  timed = english.filter((s) => s.start !== null).sort((a, b) => a.start - b.start);
}

/** Index of the last entry that starts at or before a time, by bisection. */
function lastBefore(entries, startOf, ms) {
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (startOf(entries[middle]) <= ms) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The one that was said last at a time; the first one before anything is said. */
const saidLast = (ms) => timed[lastBefore(timed, (s) => s.start, ms)] ?? timed[0];

/** The English sentence that is said at a time, or null. */
function saidAt(ms) {
  const k = lastBefore(timed, (s) => s.start, ms);
  return k >= 0 && ms < Math.max(timed[k].end, timed[k].start + 1) ? timed[k] : null;
}
