// What the page does beyond Gradio: links open beside the answer, the address names the
// conversation, the keyboard finds its way back. One listener for each kind of event.
(() => {
  const dateline = (window.dateline ??= {});
  const LEADS = /^\/(answers|articles)\//;
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  let opener = null; // the link in the answer whose source is open
  let fetching = null;

  const one = (selector, within = document) => within.querySelector(selector);
  const scroll = (element, block) =>
    element.scrollIntoView({ block, behavior: still.matches ? "instant" : "smooth" });

  // What is asked while a conversation opens waits for it, or it would be overwritten.
  const LONGEST_MS = 10000;
  const hold = () => {
    dateline.whenOpen = new Promise((done) => {
      dateline.isOpen = done;
      setTimeout(done, LONGEST_MS);
    });
  };
  if (dateline.wasOpen) dateline.whenOpen = Promise.resolve();
  else hold();

  // The conversation that is open is the one in the address.
  dateline.conversation = () => new URLSearchParams(location.search).get("c") ?? "";
  dateline.opened = (id) => {
    if (id === dateline.conversation()) return;
    const address = new URL(location.href);
    if (id) address.searchParams.set("c", id);
    else address.searchParams.delete("c");
    address.hash = "";
    history.pushState(null, "", address);
  };
  const reopen = (id) => {
    dateline.opened(id);
    clear();
    hold();
    dateline.open(id);
  };
  window.addEventListener("popstate", () => {
    clear();
    hold();
    dateline.open(dateline.conversation());
  });

  // The source pane.
  const pane = () => document.getElementById("source");
  const clear = () => {
    opener = null;
    const words = Object.assign(document.createElement("p"), {
      className: "quiet",
      textContent: "Open a citation to read its paragraph here.",
    });
    pane()?.replaceChildren(words);
  };
  const mark = (address) => {
    document.querySelectorAll("#chat .is-open").forEach((a) => a.classList.remove("is-open"));
    document
      .querySelectorAll(`#chat a.cite[href="${CSS.escape(address)}"]`)
      .forEach((a) => a.classList.add("is-open"));
  };

  const show = async (link) => {
    const address = link.getAttribute("href");
    const inside = pane().contains(link);
    if (!inside) opener = link;
    fetching?.abort();
    const mine = (fetching = new AbortController());
    pane().setAttribute("aria-busy", "true");
    let parts;
    try {
      const answer = await fetch(address, { signal: mine.signal });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      parts = [...(one("main", page) ?? page.body).childNodes];
    } catch (error) {
      if (error.name === "AbortError") return;
      const words = document.createElement("p");
      words.className = "notice";
      words.textContent = "The source could not be read: the server does not answer. Try again.";
      parts = [words];
    }
    pane().removeAttribute("aria-busy");
    pane().replaceChildren(back(), ...parts);
    mark(address);
    settle(inside ? link : null);
  };
  const back = () => {
    const link = Object.assign(document.createElement("a"), {
      href: "#chat",
      className: "back",
      textContent: "Back to the answer",
    });
    return link;
  };
  // Focus stays on "previous" or "next" while a reader walks with it, else goes to the paragraph.
  const settle = (walked) => {
    const framed = one(".framed", pane());
    const turn = ["previous", "next"].find((name) => walked?.classList.contains(name));
    const same = turn && one(`a.${turn}`, pane());
    const target = same || framed || one("h1, h2, h3", pane()) || pane();
    pane().scrollIntoView({ block: "start", behavior: "instant" });
    if (framed && !isSeen(framed)) scroll(framed, "center");
    if (target !== same) target.tabIndex = -1;
    target.focus({ preventScroll: true });
  };
  const isSeen = (element) => {
    const place = element.getBoundingClientRect();
    const frame = document.getElementById("beside").getBoundingClientRect();
    return place.top >= 0 && place.bottom <= Math.min(window.innerHeight, frame.bottom);
  };
  const home = () => {
    if (!opener) return;
    const again = opener.isConnected
      ? opener
      : one(`#chat a[href="${CSS.escape(opener.getAttribute("href"))}"]`);
    const target = again ?? box();
    target.focus({ preventScroll: true });
    scroll(target, "nearest");
  };

  // The box.
  const box = () => one("#question textarea");
  const put = (question) => {
    box().value = question;
    box().dispatchEvent(new Event("input", { bubbles: true }));
    box().focus();
  };
  const ask = (question) => {
    put(question);
    setTimeout(() => one("#send")?.click());
  };

  // Without this the summary opens, and the text can be copied by hand.
  const copy = async (summary) => {
    const field = one("textarea", summary.parentElement);
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      summary.parentElement.open = true; // a hidden text cannot be selected
      field.select();
      document.execCommand("copy");
      summary.focus();
    }
    const label = (summary.dataset.label ??= summary.textContent);
    summary.textContent = "Copied";
    setTimeout(() => (summary.textContent = label), 2000);
  };

  const within = {
    "#ask": (link) => ask(link.textContent.trim()),
    "#edit": (link) => put(one("bdi", link.closest(".understood")).textContent.trim()),
    "#library": () => one("#tabs [role=tab]:nth-of-type(2)")?.click(),
    "#chat": home,
    "#question": () => box()?.focus(),
  };

  // The drawer of conversations.
  const drawer = () => document.getElementById("past");
  const slide = () => {
    one(".toggle-button", drawer()).click();
    setTimeout(() => {
      const open = drawer().classList.contains("open");
      one(open ? "input, textarea" : ".open-past", open ? drawer() : document).focus();
    });
  };

  document.addEventListener("click", (event) => {
    if (event.target.closest?.(".open-past")) return void slide();
    const summary = event.target.closest?.("#source summary.copy");
    if (summary) {
      event.preventDefault();
      copy(summary);
      return;
    }
    const link = event.target.closest?.("a[href]");
    if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
      return;
    const address = link.getAttribute("href");
    const does = link.matches("#source .whole-answer")
      ? home
      : LEADS.test(address) && pane() && !link.matches(".permalink")
        ? show
        : link.matches("#past a[href^='/?c='], #past a.new")
        ? () => reopen(new URL(link.href).searchParams.get("c") ?? "")
        : within[address];
    if (!does || link.hasAttribute("download")) return;
    event.preventDefault();
    does(link);
  });

  const STEPS = { ArrowLeft: -1, ArrowRight: 1 };
  document.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    if (!step || !event.target.matches?.("[role=tab]")) return;
    const row = event.target.closest("[role=tablist]") ?? event.target.parentElement;
    const tabs = [...row.querySelectorAll("[role=tab]")].filter((tab) => tab.offsetParent);
    const next = tabs.indexOf(event.target) + step + tabs.length;
    tabs[next % tabs.length].focus();
    event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    if (pane()?.contains(document.activeElement)) home();
    else if (drawer()?.contains(document.activeElement)) slide();
  });

  // Gradio names each message by its source, which a screen reader would spell out; and a new
  // question is brought to the top, so that its answer is read from the beginning.
  let questions = 0;
  const tidy = () => {
    const chat = one("#chat");
    chat?.querySelectorAll("[data-testid=bot], [data-testid=user]").forEach((message) => {
      message.removeAttribute("aria-label");
    });
    const asked = chat?.querySelectorAll(".user-row") ?? [];
    if (asked.length > questions) scroll(asked[asked.length - 1], "start");
    questions = asked.length;
  };
  new MutationObserver(tidy).observe(document.documentElement, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: ["aria-label"],
  });
})();
