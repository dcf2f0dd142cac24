// The course map: links that open in JupyterLab, and progress.

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

function render({ model, el }) {
  const words = model.get("words");
  const name = uniqueName("start");
  const first = make("p", {});
  const overall = make("p", { class: "soft" });
  const lessons = make("ol", {});

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
  el.append(
    make(
      "div",
      { class: "stemcell-start" },
      make("h2", {}, model.get("title")),
      make("div", { class: "first" }, make("p", { class: "eyebrow" }, words.first), first, overall),
      lessons,
    ),
  );
  return () => model.off("change:state", refresh);
}

export default { render };
