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

function pathChooser(model, name) {
  const words = model.get("words");
  const select = make(
    "select",
    { id: `${name}-path` },
    make("option", { value: "" }, words["whole"]),
    ...model
      .get("paths")
      .map((group) =>
        make(
          "optgroup",
          { label: group.label },
          ...group.paths.map((path) => make("option", { value: path.id }, path.title)),
        ),
      ),
  );
  const about = make("p", { class: "soft" });
  const status = make("p", { class: "status", role: "status" });
  const box = make(
    "div",
    { class: "path" },
    make("label", { for: `${name}-path` }, words["choose-path"]),
    select,
    about,
    status,
  );
  return { box, select, about, status };
}

function render({ model, el }) {
  const words = model.get("words");
  const name = uniqueName("start");
  const first = make("p", {});
  const overall = make("p", { class: "soft" });
  const lessons = make("ol", {});
  const chooser = pathChooser(model, name);
  const { ask, stop } = courier(model);

  const refresh = () => {
    const state = model.get("state");
    chooser.select.value = state.path;
    chooser.about.textContent = state.about;
    first.replaceChildren(
      state.first.href ? notebookLink(state.first.href, state.first.text) : state.first.text,
    );
    overall.textContent = state.overall;
    lessons.replaceChildren(
      ...state.lessons.map((lesson, place) => lessonCard(lesson, words, `${name}-${place}`)),
    );
  };
  chooser.select.addEventListener("change", () => {
    chooser.status.textContent = "";
    ask({ path: chooser.select.value }, (answer) => {
      if (answer.ok) return;
      report(chooser.status, answer);
      chooser.select.value = model.get("state").path;
    });
  });
  model.on("change:state", refresh);
  keepKeys(el);
  refresh();
  el.append(
    make(
      "div",
      { class: "stemcell-start" },
      make("h2", {}, model.get("title")),
      chooser.box,
      make("div", { class: "first" }, make("p", { class: "eyebrow" }, words.first), first, overall),
      lessons,
    ),
  );
  return () => {
    stop();
    model.off("change:state", refresh);
  };
}

export default { render };
