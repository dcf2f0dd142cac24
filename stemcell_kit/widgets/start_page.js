// The course map: links that open in JupyterLab, progress, the learner id.

const PATIENCE_MS = 8000;
let pages = 0;

function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

// JupyterLab's single-key commands would otherwise take the arrow keys away from the radios and
// Enter from the buttons. It looks for this mark on the focused element itself.
function keepKeys(node) {
  node.addEventListener("focusin", ({ target }) => {
    if (!target.matches("input[type=text], textarea")) {
      target.setAttribute("data-lm-suppress-shortcuts", "true");
    }
  });
}

// JupyterLab opens a notebook in a tab when a clicked link carries this command. Elsewhere, and
// with a modifier key, the plain relative link does its work.
function notebookLink(href, label) {
  const link = make("a", { href }, label);
  link.addEventListener("click", (event) => {
    const folder = currentNotebook();
    link.removeAttribute("data-commandlinker-command");
    if (!folder || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const path = decodeURIComponent(new URL(href, `http://here/${folder}`).pathname.slice(1));
    link.setAttribute("data-commandlinker-command", "docmanager:open");
    link.setAttribute("data-commandlinker-args", JSON.stringify({ path }));
  });
  return link;
}

function currentNotebook() {
  const asked = new URLSearchParams(location.search).get("path");
  const inLab = /\/(?:lab|doc)(?:\/workspaces\/[^/]+)?\/tree\/(.+)$/.exec(location.pathname);
  return inLab?.[1] ?? (/\/lab\b/.test(location.pathname) && asked);
}

function lessonCard(lesson, words, id) {
  return make(
    "li",
    { class: "lesson" },
    make("p", { class: "soft" }, `${lesson.number} · ${lesson.minutes}`),
    make("h3", { id }, notebookLink(lesson.href, lesson.title)),
    make("p", { class: "summary" }, lesson.summary),
    make("progress", { max: "100", value: String(lesson.percent), "aria-label": lesson.progress }),
    make("p", { class: "soft" }, [lesson.progress, ...lesson.facts].join(" · ")),
    make(
      "p",
      { class: "links" },
      linkTo(lesson.href, words["open-lesson"], id),
      lesson.exercise ? linkTo(lesson.exercise, words["open-exercise"], id) : "",
    ),
  );
}

function linkTo(href, label, about) {
  const link = notebookLink(href, label);
  link.setAttribute("aria-describedby", about);
  return link;
}

function learnerForm(model, name) {
  const words = model.get("words");
  const status = make("p", { class: "status", role: "status" });
  const input = make("input", {
    id: `${name}-learner`,
    type: "text",
    autocomplete: "off",
    "aria-describedby": `${name}-hint`,
  });
  input.value = model.get("state").learner;
  const form = make(
    "form",
    {},
    make("label", { for: input.id }, words.learner),
    make("div", { class: "row" }, input, make("button", { type: "submit" }, words.save)),
    make("p", { class: "soft", id: `${name}-hint` }, words["learner-hint"]),
    status,
  );
  let silence;
  const report = ({ ok, message }) => {
    clearTimeout(silence);
    status.textContent = message;
    status.classList.toggle("refused", !ok);
    if (ok) input.removeAttribute("aria-invalid");
    else input.setAttribute("aria-invalid", "true");
  };
  const lost = () => report({ ok: false, message: words["no-kernel"] });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    silence = setTimeout(lost, PATIENCE_MS);
    try {
      model.send({ learner: input.value });
    } catch {
      lost();
    }
  });
  // a notebook keeps Enter for itself, so the form is sent from here
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  model.on("msg:custom", report);
  return { form, stop: () => model.off("msg:custom", report) };
}

function render({ model, el }) {
  const words = model.get("words");
  pages += 1;
  const name = `stemcell-start-${pages}`;
  const first = make("p", {});
  const overall = make("p", { class: "soft" });
  const lessons = make("ol", {});
  const { form, stop } = learnerForm(model, name);

  const refresh = () => {
    const state = model.get("state");
    first.replaceChildren(
      state.first.href ? notebookLink(state.first.href, state.first.text) : state.first.text,
    );
    overall.textContent = state.overall;
    lessons.replaceChildren(
      ...state.lessons.map((lesson, place) => lessonCard(lesson, words, `${name}-${place}`)),
    );
  };
  model.on("change:state", refresh);
  refresh();
  keepKeys(el);
  el.append(
    make(
      "div",
      { class: "stemcell-start" },
      make("h2", {}, model.get("title")),
      make(
        "div",
        { class: "top" },
        make("div", { class: "first" }, make("p", { class: "eyebrow" }, words.first), first, overall),
        form,
      ),
      lessons,
    ),
  );
  return () => {
    model.off("change:state", refresh);
    stop();
  };
}

export default { render };
