// Links to moments of a recording, as a player that stays in view. Without this script they are plain links.
// Nothing is asked of another site, and no cookie set, before the reader presses one of them.
(() => {
  const GONE = ["The recording cannot be played here:", "这里无法播放录音：", "這裡無法播放錄音："];
  for (const nav of document.querySelectorAll("nav.subsync[data-kind]:not([data-on])")) {
    nav.dataset.on = ""; // a page with several notes has this script several times
    start(nav);
  }

  /** Headings and paragraphs of a list's own note: in the largest part of the page that has no other list. */
  function around(nav) {
    const texts = (part) => [...part.querySelectorAll("h1,h2,h3,h4,h5,h6,p,li,td")].filter((e) => !e.closest("nav.subsync"));
    const lists = (part) => [...part.querySelectorAll("nav.subsync")];
    let part = nav;
    while (part.parentElement && lists(part.parentElement).length === 1) part = part.parentElement;
    const own = texts(part);
    if (own.length) return own;
    // Notes with nothing around each: what stands between its list and the next one.
    const next = lists(document)[lists(document).indexOf(nav) + 1];
    const behind = (e, other) => other.compareDocumentPosition(e) & Node.DOCUMENT_POSITION_FOLLOWING;
    return texts(document).filter((e) => behind(e, nav) && !(next && behind(e, next)));
  }

  function start(nav) {
    const { kind, media } = nav.dataset;
    const plain = (s) => s.normalize("NFKC").replace(/[^\p{L}\p{N}]+/gu, "").toLowerCase();
    // A paragraph's text with what may be its speaker's name, and without.
    const all = around(nav).map((e, at) => ({
      e, at, kind: /^H/.test(e.tagName) ? "h" : "p", said: [e.textContent, e.textContent.replace(/^[^:：]{1,40}[:：]/, "")].map(plain),
    }));
    let last = -1; // where the moment before stands: the next one is further on
    const moments = [...nav.querySelectorAll("a[data-t]")].map((link) => ({
      link, start: Number(link.dataset.t), end: Number(link.dataset.e), found: placeOf(link.dataset),
    }));
    moments.forEach((moment, k) => { moment.places = [moment.found?.e, translationOf(k)?.e].filter(Boolean); });
    let player = null;
    let pressed = null;
    for (const moment of moments) {
      if (moment.found) attach(moment);
      moment.link.addEventListener("click", (event) => press(event, moment));
    }

    /** Where a heading or a paragraph stands in the page that the site made of the note. */
    function placeOf({ kind, text }) {
      const wanted = plain(text);
      if (!wanted) return undefined;
      const own = all.filter((one) => one.kind === kind);
      const ahead = own.filter((one) => one.at > last);
      const with_ = (some, test) => some.filter(({ said }) => said.some(test));
      const only = (some) => (some.length === 1 ? some[0] : undefined);
      const is = (s) => s === wanted;
      const begins = (s) => s.startsWith(wanted);
      const has = (s) => s.includes(wanted);
      let found = with_(ahead, is)[0];
      if (!found && kind === "p") {
        // A site may show what we do not read (a footnote's mark): then the first words, where only one place has them.
        found = with_(ahead, begins)[0] ?? with_(ahead, has)[0] ?? only(with_(ahead, (s) => s.includes(wanted.slice(0, 12))));
      }
      if (!found) return only(with_(own, kind === "h" ? is : has)); // the site has put it elsewhere
      last = found.at;
      return found;
    }

    /** Where its translation stands: between the moments before and behind it, and nowhere else, for many read alike. */
    function translationOf(k) {
      const { found, link } = moments[k];
      const wanted = plain(link.dataset.zh ?? "");
      if (!found || !wanted || found.said[0].includes(wanted)) return undefined;
      const before = moments.slice(0, k).reverse().find((m) => m.found)?.found.at ?? -1;
      const behind = moments.slice(k + 1).find((m) => m.found)?.found.at ?? all.length;
      return [...all.slice(found.at + 1, behind), ...all.slice(before + 1, found.at)].find(({ said }) => said.some((s) => s.includes(wanted)));
    }

    /** A button in front of it, for fingers, keys and screen readers. */
    function attach(moment) {
      const button = document.createElement("a");
      button.className = "subsync-at";
      button.href = moment.link.href;
      button.textContent = moment.link.dataset.time;
      button.setAttribute("aria-label", `${moment.link.dataset.time} ▶ ${moment.link.dataset.text.slice(0, 60)}`);
      button.addEventListener("click", (event) => press(event, moment));
      moment.found.e.prepend(button, " ");
    }

    function press(event, moment) {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return; // a new tab is the reader's wish
      event.preventDefault();
      pressed = event.currentTarget;
      if (!player) {
        document.querySelector(".subsync-player")?.dispatchEvent(new Event("subsync-shut")); // another note's
        player = make();
      }
      player.seek(moment.start / 1000);
      mark(moment.start);
    }

    function make() {
      const box = document.createElement("aside");
      box.className = "subsync-player";
      box.setAttribute("aria-label", "Player");
      const close = document.createElement("button");
      close.type = "button";
      close.textContent = "×";
      close.setAttribute("aria-label", "Close");
      // What it covers at the end of the page can be scrolled up from under it.
      const room = new ResizeObserver(() => document.body.style.setProperty("--subsync-room", `${box.offsetHeight + 32}px`));
      const shut = () => {
        room.disconnect();
        document.body.style.removeProperty("--subsync-room");
        box.remove();
        player = null;
        mark(-1);
      };
      box.addEventListener("subsync-shut", shut);
      close.addEventListener("click", () => { shut(); pressed?.focus(); });
      const made = kind === "audio" ? audio() : frame();
      box.append(close, made.element);
      document.body.append(box);
      room.observe(box);
      return made;
    }

    function audio() {
      const element = document.createElement("audio");
      element.controls = true;
      element.setAttribute("aria-label", "Recording");
      element.preload = "metadata";
      element.src = media;
      element.addEventListener("timeupdate", () => mark(element.currentTime * 1000));
      element.addEventListener("error", () => {
        const link = Object.assign(document.createElement("a"), { href: pressed.href, textContent: media });
        const note = Object.assign(document.createElement("p"), { className: "subsync-gone" });
        note.setAttribute("role", "alert");
        note.append(GONE[/^zh/i.test(document.documentElement.lang) ? (/hant|tw|hk|mo/i.test(document.documentElement.lang) ? 2 : 1) : 0], " ", link);
        element.parentNode.querySelector(".subsync-gone")?.remove();
        element.before(note);
      });
      const seek = (seconds) => {
        if (element.error) element.load(); // perhaps it can be had by now
        element.currentTime = seconds;
        element.play().then(() => element.parentNode?.querySelector(".subsync-gone")?.remove(), () => {});
      };
      return { element, seek };
    }

    /** YouTube tells its time to who asks; Bilibili does not, and is loaded anew for each moment. */
    function frame() {
      const element = document.createElement("iframe");
      element.title = kind;
      element.allow = "autoplay; fullscreen; picture-in-picture";
      element.referrerPolicy = "strict-origin-when-cross-origin"; // YouTube's error 153 without it
      if (kind !== "youtube") {
        const seek = (s) => { element.src = `https://player.bilibili.com/player.html?bvid=${media}&autoplay=1&t=${Math.floor(s)}`; };
        return { element, seek };
      }
      const origin = "https://www.youtube-nocookie.com";
      const tell = (message) => element.contentWindow?.postMessage(JSON.stringify(message), origin);
      element.addEventListener("load", () => tell({ event: "listening", id: 1 }));
      window.addEventListener("message", (event) => {
        if (event.source !== element.contentWindow || event.origin !== origin) return;
        let info;
        try { info = JSON.parse(event.data).info; } catch { return; }
        if (typeof info?.currentTime === "number") mark(info.currentTime * 1000);
      });
      const seek = (seconds) => {
        if (element.src) {
          tell({ event: "command", func: "seekTo", args: [seconds, true] });
          tell({ event: "command", func: "playVideo", args: [] });
        } else {
          element.src = `${origin}/embed/${media}?enablejsapi=1&autoplay=1&start=${Math.floor(seconds)}&origin=${encodeURIComponent(location.origin)}`;
        }
      };
      return { element, seek };
    }

    function mark(time) {
      for (const moment of moments) {
        const on = moment.start <= time && time < moment.end;
        moment.places.forEach((place) => place.classList.toggle("subsync-said", on));
        if (on) moment.link.setAttribute("aria-current", "true");
        else moment.link.removeAttribute("aria-current");
      }
    }
  }
})();
