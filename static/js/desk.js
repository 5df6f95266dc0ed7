/* Detainer Desk: what the page does by itself. Everything works without it.
   The data- attributes it answers to are listed in templates/README.md. */
(function () {
  "use strict";

  const ZONE = "America/New_York";
  const body = document.body;

  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  function element(tag, attributes = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value === true) made.setAttribute(name, "");
      else if (value !== false) made.setAttribute(name, value);
    }
    made.append(...children);
    return made;
  }

  function csrfToken() {
    const meta = document.querySelector('meta[name="csrf-token"]');
    return meta ? meta.content : "";
  }

  function post(url, data) {
    return fetch(url, {
      method: "POST",
      body: data,
      credentials: "same-origin",
      redirect: "manual",
      keepalive: true,
      headers: { "X-CSRFToken": csrfToken() },
    });
  }

  /* The date and the hour in Connecticut, whatever the zone of this computer. */
  function connecticutParts(moment = new Date()) {
    const format = new Intl.DateTimeFormat("en-CA", {
      timeZone: ZONE,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      timeZoneName: "short",
    });
    return Object.fromEntries(
      format.formatToParts(moment).map((part) => [part.type, part.value]),
    );
  }

  function clockText() {
    const p = connecticutParts();
    return `${p.hour}:${p.minute}:${p.second}`;
  }

  /* Error summary ------------------------------------------------------- */

  function focusErrorSummary(root) {
    const summary = root.querySelector("[data-error-summary]");
    if (!summary) return;
    if (!document.title.startsWith("Error: ")) {
      document.title = `Error: ${document.title}`;
    }
    summary.focus();
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-error-summary] a[href^='#']");
    if (!link) return;
    const target = document.getElementById(link.getAttribute("href").slice(1));
    if (!target) return;
    event.preventDefault();
    reveal(target);
    target.focus();
    target.scrollIntoView({ block: "center" });
  });

  function reveal(target) {
    for (let box = target.parentElement; box; box = box.parentElement) {
      if (box.tagName === "DETAILS") box.open = true;
      if (box.hasAttribute("data-shown-when")) box.hidden = false;
    }
  }

  /* Conditional fields -------------------------------------------------- */

  function chosenValues(scope, name) {
    return all("input, select, textarea", scope)
      .filter((input) => input.name === name || input.name.endsWith(`-${name}`))
      .filter((input) => !["radio", "checkbox"].includes(input.type) || input.checked)
      .flatMap((input) =>
        input.multiple ? [...input.selectedOptions].map((o) => o.value) : [input.value],
      );
  }

  function showConditional(root) {
    for (const box of all("[data-shown-when]", root)) {
      const [name, values] = box.dataset.shownWhen.split("=");
      const scope = box.closest("[data-row]") || box.closest("form");
      if (!scope) continue;
      const wanted = values.split("|");
      const hidden = !chosenValues(scope, name).some((value) => wanted.includes(value));
      box.hidden = hidden && !box.querySelector(".usa-form-group--error");
    }
  }

  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (form) showConditional(form);
  });

  /* "Now" --------------------------------------------------------------- */

  function nowValue(type) {
    const p = connecticutParts();
    const date = `${p.year}-${p.month}-${p.day}`;
    const time = `${p.hour}:${p.minute}`;
    return { date, time, "datetime-local": `${date}T${time}` }[type] || "";
  }

  function addNowButtons(root) {
    for (const input of all("input[data-now]", root)) {
      if (input.dataset.nowReady) continue;
      input.dataset.nowReady = "yes";
      const label = input.labels.length ? input.labels[0].textContent.trim() : "";
      const word = input.type === "date" ? "Today" : "Now";
      const button = element(
        "button",
        { type: "button", class: "usa-button usa-button--outline desk-now" },
        word,
        element("span", { class: "usa-sr-only" }, ` (${label.replace(/\s*\*$/, "")})`),
      );
      button.addEventListener("click", () => {
        input.value = nowValue(input.type);
        input.dispatchEvent(new Event("input", { bubbles: true }));
        input.dispatchEvent(new Event("change", { bubbles: true }));
        input.focus();
      });
      const holder = element("div", { class: "desk-with-now" });
      input.replaceWith(holder);
      holder.append(input, button);
    }
  }

  /* Repeating rows ------------------------------------------------------ */

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-add-row]");
    if (!button) return;
    const prefix = button.dataset.addRow;
    const form = button.form;
    const blank = form.querySelector(`template[data-row-blank="${prefix}"]`);
    const total = form.querySelector(`input[name="${prefix}-TOTAL_FORMS"]`);
    if (!blank || !total) return;
    event.preventDefault();
    const index = Number(total.value);
    const markup = blank.innerHTML.replaceAll("__prefix__", String(index));
    const parsed = new DOMParser().parseFromString(markup, "text/html");
    const row = document.importNode(parsed.body.firstElementChild, true);
    row.querySelector("[data-row-number]").textContent = String(index + 1);
    form.querySelector(`[data-rows="${prefix}"]`).append(row);
    total.value = String(index + 1);
    button.firstChild.textContent = button.textContent.replace(/^Add a /, "Add another ");
    button.hidden = index + 1 >= Number(button.dataset.maxRows);
    prepare(row);
    showConditional(form);
    const first = row.querySelector("input:not([type=hidden]), select, textarea");
    if (first) first.focus();
    form.dispatchEvent(new Event("input", { bubbles: true }));
  });

  document.addEventListener("change", (event) => {
    const box = event.target;
    if (!box.matches("[data-row-remove] input[type=checkbox]")) return;
    box.closest("[data-row]").classList.toggle("desk-row--removed", box.checked);
  });

  /* Autosave ------------------------------------------------------------ */

  const AUTOSAVE_EVERY = 20_000;

  class Autosave {
    constructor(form) {
      this.form = form;
      this.isDirty = false;
      this.isSaving = false;
      this.hasFailed = false;
      this.status = form.querySelector("[data-autosave-status]");
      if (!this.status) {
        this.status = element("p", { class: "desk-autosave", role: "status" });
        form.append(this.status);
      }
      form.addEventListener("input", () => (this.isDirty = true));
      form.addEventListener("change", () => {
        this.isDirty = true;
        this.save();
      });
      form.addEventListener("focusout", () => this.save());
      form.addEventListener("submit", () => (this.isDirty = false));
      document.addEventListener("visibilitychange", () => {
        if (document.visibilityState === "hidden") this.save();
      });
      setInterval(() => this.save(), AUTOSAVE_EVERY);
      setInterval(() => this.hasFailed && this.save(), 5_000);
    }

    say(text, isProblem) {
      this.status.textContent = text;
      this.status.classList.toggle("desk-autosave--problem", isProblem);
    }

    async save() {
      if (!this.isDirty || this.isSaving || this.form.dataset.sent) return;
      this.isSaving = true;
      this.isDirty = false;
      const problem = await this.attempt();
      this.isSaving = false;
      this.hasFailed = Boolean(problem);
      if (problem) {
        this.isDirty = true;
        this.say(`Not saved: ${problem}`, true);
        return;
      }
      this.say(`Saved ${clockText()}`, false);
      this.form.dispatchEvent(new CustomEvent("desk:saved", { bubbles: true }));
    }

    async attempt() {
      let response;
      try {
        response = await post(this.form.dataset.autosaveUrl, new FormData(this.form));
      } catch {
        return "the portal cannot be reached. What you typed stays here; trying again.";
      }
      if (response.ok) {
        session.renew();
        return "";
      }
      if (response.type === "opaqueredirect" || response.status === 403) {
        return (
          "your session has ended. Sign in again in another tab; " +
          "what you typed stays here."
        );
      }
      const kind = response.headers.get("Content-Type") || "";
      if (kind.startsWith("text/plain")) return response.text();
      return `the portal answered ${response.status}. Trying again.`;
    }
  }

  /* Session ------------------------------------------------------------- */

  const WARN_BEFORE = 120_000;

  const session = {
    length: 0,
    endsAt: 0,
    dialog: null,

    start() {
      const { sessionEnds, sessionNow } = body.dataset;
      if (!sessionEnds) return;
      this.length = new Date(sessionEnds) - (sessionNow ? new Date(sessionNow) : Date.now());
      this.renew();
      setInterval(() => this.look(), 1_000);
    },

    renew() {
      if (!this.length) return;
      this.endsAt = Date.now() + this.length;
      if (this.dialog && this.dialog.open) this.dialog.close();
    },

    look() {
      const left = this.endsAt - Date.now();
      if (left > WARN_BEFORE) return;
      if (!this.dialog) this.build();
      if (!this.dialog.open) this.dialog.showModal();
      if (left <= 0) this.end();
    },

    build() {
      this.text = element(
        "p",
        {},
        "Your session ends in less than two minutes. Drafts are kept.",
      );
      this.problem = element("p", { role: "alert", class: "usa-error-message" });
      this.extend = element("button", { type: "button", class: "usa-button" }, "Stay signed in");
      this.extend.addEventListener("click", () => this.askForMore());
      this.dialog = element(
        "dialog",
        { class: "desk-dialog", "aria-labelledby": "session-title" },
        element("h2", { id: "session-title" }, "Do you need more time?"),
        this.text,
        this.problem,
        this.extend,
      );
      body.append(this.dialog);
    },

    async askForMore() {
      this.problem.textContent = "";
      try {
        const response = await post(body.dataset.sessionExtendUrl);
        if (response.ok) return this.renew();
        this.end();
      } catch {
        this.problem.textContent = "The portal cannot be reached. Try again.";
      }
    },

    end() {
      this.text.textContent =
        "Your session has ended. Sign in again to go on from this page; drafts are kept.";
      if (this.extend.isConnected) {
        const link = element(
          "a",
          { class: "usa-button", href: window.location.pathname },
          "Sign in again",
        );
        this.extend.replaceWith(link);
        link.focus();
      }
    },
  };

  /* One submission ------------------------------------------------------ */

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    for (const button of all("button[type=submit], input[type=submit]", form)) {
      button.setAttribute("aria-disabled", "true");
    }
  });

  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const form of all("form[data-sent]")) {
      delete form.dataset.sent;
      for (const button of all("[aria-disabled]", form)) {
        button.removeAttribute("aria-disabled");
      }
    }
  });

  /* Texts of reasons ---------------------------------------------------- */

  /* Puts in the agency's text of the reason chosen, while nobody has typed: what stands
     there is empty, or the text of the reason chosen before. */
  let putIn = "";

  document.addEventListener("change", (event) => {
    if (event.target.name !== "reason_code" || !event.target.form) return;
    const field = event.target.form.elements.reason;
    if (!field || (field.value.trim() !== "" && field.value !== putIn)) return;
    const code = CSS.escape(event.target.value);
    const text = event.target.form.querySelector(`template[data-text-of="${code}"]`);
    putIn = text ? text.content.textContent.trim() : "";
    if (field.value === putIn) return;
    field.value = putIn;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    document.getElementById("desk-status").textContent = putIn
      ? "The agency's text of this reason was put in. Change it as you need."
      : "";
  });

  /* Shortcuts ----------------------------------------------------------- */

  const KEYS = [
    ["?", "This list"],
    ["g then w", "Worklist"],
    ["n", "New request"],
    ["/", "Search"],
    ["j and k", "Next and previous row"],
    ["o", "Open the row"],
  ];

  const shortcuts = {
    waitsForPlace: 0,
    dialog: null,

    get areOn() {
      return localStorage.getItem("desk-shortcuts") !== "off";
    },

    open() {
      if (!this.dialog) this.build();
      if (!this.dialog.open) this.dialog.showModal();
    },

    build() {
      const list = element("dl", { class: "desk-keys" });
      for (const [key, meaning] of KEYS) {
        list.append(
          element(
            "div",
            {},
            element("dt", {}, element("kbd", {}, key)),
            element("dd", {}, meaning),
          ),
        );
      }
      const box = element("input", {
        type: "checkbox",
        id: "shortcuts-on",
        class: "usa-checkbox__input",
      });
      box.checked = this.areOn;
      box.addEventListener("change", () =>
        localStorage.setItem("desk-shortcuts", box.checked ? "on" : "off"),
      );
      const close = element("button", { type: "button", class: "usa-button" }, "Close");
      close.addEventListener("click", () => this.dialog.close());
      this.dialog = element(
        "dialog",
        { class: "desk-dialog", "aria-labelledby": "keys-title" },
        element("h2", { id: "keys-title" }, "Keyboard shortcuts"),
        list,
        element(
          "div",
          { class: "usa-checkbox" },
          box,
          element(
            "label",
            { class: "usa-checkbox__label", for: "shortcuts-on" },
            "Use single-key shortcuts on this computer",
          ),
        ),
        close,
      );
      body.append(this.dialog);
    },

    /* Only where the navigation leads: a page closed to the reader has no key. */
    go(name) {
      const link = document.querySelector(`[data-nav] a[data-page="${name}"]`);
      if (link) window.location.assign(link.href);
    },

    press(event) {
      const isTyping =
        event.target.isContentEditable ||
        event.target.closest("input, textarea, select, dialog[open]");
      if (!this.areOn || isTyping) return;
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      if (event.key === "w" && Date.now() - this.waitsForPlace < 1_500) {
        this.go("worklist");
        return;
      }
      this.waitsForPlace = event.key === "g" ? Date.now() : 0;
      const act = {
        "?": () => this.open(),
        n: () => this.go("request_new"),
        "/": () => this.search(),
        j: () => this.moveRow(1),
        k: () => this.moveRow(-1),
        o: () => this.openRow(),
      }[event.key];
      if (!act) return;
      event.preventDefault();
      act();
    },

    search() {
      const field = document.querySelector("[data-search], input[type=search]");
      if (field) field.focus();
    },

    moveRow(step) {
      const rows = all("table[data-keys] tbody tr");
      if (!rows.length) return;
      const at = rows.findIndex((row) => row.classList.contains("desk-at"));
      const next = rows[Math.min(Math.max(at + step, 0), rows.length - 1)];
      rows.forEach((row) => row.classList.remove("desk-at"));
      next.classList.add("desk-at");
      next.scrollIntoView({ block: "nearest" });
      const link = next.querySelector("a[href]");
      if (link) link.focus({ preventScroll: true });
    },

    openRow() {
      const link = document.querySelector("tr.desk-at a[href]");
      if (link) link.click();
    },
  };

  document.addEventListener("keydown", (event) => shortcuts.press(event));

  /* Many at once -------------------------------------------------------- */

  /* Shift and a click set all boxes from the last one touched to this one. */
  let lastChosen = null;

  function choose(box, isRange) {
    const boxes = all("input[type=checkbox]", box.closest("table"));
    const from = boxes.indexOf(lastChosen);
    if (isRange && from >= 0) {
      const ends = [from, boxes.indexOf(box)].sort((a, b) => a - b);
      boxes.slice(ends[0], ends[1] + 1).forEach((one) => (one.checked = box.checked));
    }
    lastChosen = box;
    sayChosen(box.form, boxes);
  }

  document.addEventListener("click", (event) => {
    const label = event.target.closest("table[data-chooses] label");
    const box = event.target.closest("table[data-chooses] input[type=checkbox]");
    if (box) choose(box, event.shiftKey);
    else if (label && event.shiftKey) {
      // A browser may take it for the selecting of text and leave the box as it was.
      event.preventDefault();
      label.control.checked = !label.control.checked;
      choose(label.control, true);
    }
  });

  function sayChosen(form, boxes) {
    const place = form.querySelector("[data-chosen-count]");
    const number = boxes.filter((one) => one.checked).length;
    if (place) place.textContent = `${number} ticked of ${boxes.length} on this page.`;
  }

  /* Header -------------------------------------------------------------- */

  function foldNavigation() {
    const nav = document.querySelector("[data-nav]");
    if (!nav) return;
    const list = nav.querySelector("ul");
    list.id = list.id || "main-pages";
    const here = list.querySelector("[aria-current]");
    const button = element(
      "button",
      {
        type: "button",
        class: "desk-nav__toggle",
        "aria-expanded": "false",
        "aria-controls": list.id,
      },
      here ? `Menu: ${here.textContent.trim()}` : "Menu",
    );
    button.addEventListener("click", () => {
      const isOpen = button.getAttribute("aria-expanded") === "true";
      button.setAttribute("aria-expanded", String(!isOpen));
      nav.classList.toggle("desk-nav--folded", isOpen);
    });
    nav.prepend(button);
    nav.classList.add("desk-nav--folded");
  }

  /* A menu that would reach past the window's right edge opens towards the left. */
  for (const group of all(".desk-nav__group")) {
    group.addEventListener("toggle", () => {
      const menu = group.querySelector("ul");
      menu.classList.remove("desk-nav__menu--from-the-right");
      const { right } = menu.getBoundingClientRect();
      const reachesPast = right > document.documentElement.clientWidth;
      menu.classList.toggle("desk-nav__menu--from-the-right", reachesPast);
    });
  }

  function closeMenus(except) {
    for (const menu of all("details[data-closes][open]")) {
      if (menu !== except) menu.open = false;
    }
  }

  document.addEventListener("click", (event) =>
    closeMenus(event.target.closest("details[data-closes]")),
  );
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = event.target.closest("details[data-closes][open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  /* The law's panel stays in view while one types: a short one at the top of the
     window, a tall one shows its end before it stays. Facts of record just flow. */
  function placePanels() {
    for (const panel of all(".desk-columns__aside:has(.desk-panel--law)")) {
      const isTall = panel.offsetHeight > window.innerHeight - 32;
      panel.classList.toggle("desk-columns__aside--tall", isTall);
      panel.classList.toggle("desk-columns__aside--short", !isTall);
    }
  }
  window.addEventListener("resize", placePanels);
  body.addEventListener("htmx:afterSettle", placePanels);

  /* Paper --------------------------------------------------------------- */

  const pageMarks = new CSSStyleSheet();

  /* The first page bears the line itself; every further one repeats it in its margin,
     where the browser can write there. */
  function markPages() {
    const line = document.querySelector(".desk-paper-line");
    if (!line) return;
    const text = JSON.stringify(line.textContent.trim().replace(/\s+/g, " "));
    pageMarks.replaceSync(
      `@page { @top-left { content: ${text}; font-size: 9pt; white-space: nowrap } }
       @page :first { @top-left { content: none } }`,
    );
    if (!document.adoptedStyleSheets.includes(pageMarks)) {
      document.adoptedStyleSheets.push(pageMarks);
    }
  }

  /* A page that shows personal data bears a mark; its printing enters the history.
     Sent again by each printing: every copy is one. */
  function enterPrinting() {
    const { printedUrl, printMark } = body.dataset;
    if (!printMark) return;
    const mark = new FormData();
    mark.append("mark", printMark);
    post(printedUrl, mark).catch(() => {});
  }

  for (const button of all("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }

  window.addEventListener("beforeprint", () => {
    const p = connecticutParts();
    const text = `${p.year}-${p.month}-${p.day} ${p.hour}:${p.minute} ${p.timeZoneName}`;
    all("[data-printed-at]").forEach((place) => (place.textContent = text));
    markPages();
    enterPrinting();
    all("details:not([open])").forEach((box) => {
      if (box.hasAttribute("data-closes")) return;
      box.open = true;
      box.dataset.openedForPaper = "yes";
    });
  });
  window.addEventListener("afterprint", () => {
    all("details[data-opened-for-paper]").forEach((box) => {
      box.open = false;
      delete box.dataset.openedForPaper;
    });
  });

  /* What a page asks for while it stays open ----------------------------- */

  /* Fills a place with the server's fragment, again and again while the page is looked
     at. Any other answer, a sign-in page too, ends the asking. It is no work of the
     reader's: the session is not renewed by it. */
  class Asking {
    constructor(place) {
      this.place = place;
      this.every = Number(place.dataset.asksEvery) * 1000;
      const soon = place.hasAttribute("data-asks-soon") || place.dataset.asksBy;
      setTimeout(() => this.ask(), soon ? 1000 : this.every);
    }

    async ask() {
      const { asksUrl, asksBy } = this.place.dataset;
      try {
        if (!document.hidden) {
          const answer = await (asksBy === "post"
            ? post(asksUrl, new FormData())
            : fetch(asksUrl, { credentials: "same-origin", redirect: "manual" }));
          if (!answer.ok) return;
          this.show(await answer.text());
        }
      } catch {
        /* The network is away: the next asking finds it back. */
      }
      setTimeout(() => this.ask(), this.every);
    }

    /* The same words again are not announced again. */
    show(text) {
      if (text.trim() === this.shown) return;
      this.shown = text.trim();
      this.place.innerHTML = this.shown;
    }
  }

  /* Start --------------------------------------------------------------- */

  function prepare(root) {
    addNowButtons(root);
    showConditional(root);
  }

  body.addEventListener("htmx:configRequest", (event) => {
    event.detail.headers["X-CSRFToken"] = csrfToken();
  });
  body.addEventListener("htmx:afterSwap", (event) => prepare(event.detail.target));
  body.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful) session.renew();
  });

  for (const button of all("[data-open-keys]")) {
    button.hidden = false;
    button.addEventListener("click", () => shortcuts.open());
  }
  foldNavigation();
  prepare(document);
  placePanels();
  all("form[data-autosave-url]").forEach((form) => new Autosave(form));
  all("[data-asks-url]").forEach((place) => new Asking(place));
  session.start();
  focusErrorSummary(document);
})();
