// WebVTT files named as arguments -> JSON: what webvtt-parser, the validator of the W3C's editors, says and reads.
const fs = require("fs");
const { WebVTTParser } = require("webvtt-parser");
const entities = require("webvtt-parser/html-entities.json"); // without them it leaves the semicolon

const words = (node) => (node.type === "text" ? node.value : (node.children ?? []).map(words).join(""));
const ms = (seconds) => Math.round(seconds * 1000);

console.log(JSON.stringify(process.argv.slice(2).map((path) => {
  const mode = path.includes(".chapters.") ? "chapters" : "subtitles";
  const { cues, errors } = new WebVTTParser(entities).parse(fs.readFileSync(path, "utf8"), mode);
  return {
    errors: errors.map(({ line, message }) => `${line}: ${message}`),
    cues: cues.map((cue) => [ms(cue.startTime), ms(cue.endTime), words(cue.tree)]),
  };
})));
