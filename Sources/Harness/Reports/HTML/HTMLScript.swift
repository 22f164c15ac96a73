// What the HTML report can do beyond being read: search, filter, sort, and an address for what is shown.

enum HTMLScript {
  /// The page's script. What is shown stands behind `#` in the address and can be passed on:
  /// `#status=failed,error&q=format&sort=-instructions&case=strings/format`.
  static let text = #"""

    (() => {
      "use strict";
      const byId = (id) => document.getElementById(id);
      const list = byId("cases");
      const search = byId("search");
      const tools = byId("tools");

      // A page with very many rows has them as data (`HTMLRowData`), and shows a part of them at a time.
      const data = byId("data") && JSON.parse(byId("data").textContent);
      const shownRows = data ? data.shown : Infinity;
      const none = -Infinity;
      const number = (text) => (text === undefined ? none : Number(text));
      const plain = (markup) => {
        if (!/[<&]/.test(markup)) return markup;
        const box = document.createElement("template");
        box.innerHTML = markup;
        return box.content.textContent;
      };

      const writtenRow = (element, position) => {
        const data = element.dataset;
        return {
          element, position, anchor: element.id, status: data.s, cause: data.g,
          id: element.querySelector("bdi").textContent, time: number(data.t), instructions: number(data.i),
          memory: number(data.m), change: number(data.c),
        };
      };

      const growth = (old, now) => (old === null || now === null ? none : old > 0 ? now / old - 1 : now > 0 ? Infinity : 0);
      const rowOf = ([number, markup, message, status, cause, time, instructions, memory, earlier, earlierMemory,
        template], position, part, place) => ({
        position, part, place, template, markup, message, earlier, earlierMemory, anchor: "c" + number,
        status: data.statuses[status][0], label: data.statuses[status], cause: data.causes[cause],
        id: plain(markup), time: time ?? none, instructions: instructions ?? none, memory: memory ?? none,
        change: growth(earlier, instructions),
      });
      const details = [...document.querySelectorAll("script.details")];
      const detailsOf = (row) => (row.template === null ? JSON.parse(details[row.part].textContent)[row.place]
        : data.templates[row.template].replaceAll("\u0001", row.markup));

      const grouped = new Intl.NumberFormat("en").format;
      const duration = (time) => (time < 1e3 ? `${time} µs` : time < 1e6 ? `${(time / 1e3).toFixed(1)} ms`
        : `${(time / 1e6).toFixed(2)} s`);
      const size = (pages) => (pages < 16 ? `${pages * 64} KiB` : `${(pages / 16).toFixed(1)} MiB`);
      const cell = (value, largest, format) => (value === none ? '<span class="n">–<\/span> '
        : `<span class="n"${largest > 0 ? ` style="--w:${(value / largest * 100).toFixed(1)}%"` : ""}>${format(value)}<\/span> `);
      const changeCell = (row) => {
        if (row.change === none) return '<span class="n">–<\/span> ';
        const tone = row.change > 0 ? " up" : row.change < 0 ? " down" : "";
        const before = `${grouped(row.earlier)} instructions before`
          + (row.earlierMemory === null ? "" : `, ${size(row.earlierMemory)}`);
        const text = row.change === Infinity ? "from nothing"
          : `${row.change < 0 ? "" : "+"}${(row.change * 100).toFixed(1)} %`;
        return `<span class="n${tone}" title="${before}">${text}<\/span> `;
      };

      // A row as the page's writer would have written it, but for what it opens to.
      const markupOf = (row) => {
        const [key, word, tone] = row.label;
        return `<details id="${row.anchor}" data-s="${key}"><summary class="row"><b class="${tone}">${word}<\/b> `
          + `<span><bdi>${row.markup}<\/bdi>` + (row.message ? ` <small>${row.message}<\/small>` : "") + "<\/span> "
          + cell(row.time, data.time, duration) + cell(row.instructions, data.instructions, grouped)
          + (list.classList.contains("two") ? changeCell(row) : "") + cell(row.memory, 0, size)
          + "<\/summary><\/details>";
      };
      const fill = (row) => {
        if (!data || row.element.childElementCount > 1) return;
        row.element.insertAdjacentHTML("beforeend", detailsOf(row));
      };

      let position = 0;
      const all = data
        ? [...document.querySelectorAll("script.rows")].flatMap((script, part) => {
          const rows = JSON.parse(script.textContent);
          script.remove();
          return rows.map((row, place) => rowOf(row, position++, part, place));
        })
        : Array.from(list.children, writtenRow);
      let rows = all;
      const columns = ["status", "id", "time", "instructions", "change", "memory"];
      const isText = (column) => column === "status" || column === "id";
      const state = { words: "", statuses: new Set(), sort: "status", descending: false, chosen: "" };
      let sortedBy = "status";
      // The rows that match, the first of those on the page, and what is on it.
      let shown = rows;
      let first = 0;
      let rendered = rows;

      // Text of a row with all it opens to, read only when something is searched for.
      let searchedPart = -1;
      let searchedTexts;
      const characters = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'" };
      const ownText = (row) => {
        if (row.part !== searchedPart) {
          searchedPart = row.part;
          searchedTexts = JSON.parse(details[row.part].textContent)
            .map((text) => text && text.replace(/<[^>]*>/g, "").replace(/&[a-z#0-9]+;/g, (name) => characters[name] ?? name));
        }
        return searchedTexts[row.place];
      };
      const templateTexts = data?.templates.map(plain);
      const textOf = (row) => (data
        ? (row.label[1] + " " + row.id + " " + plain(row.message) + "\n" + (row.template === null ? ownText(row)
          : templateTexts[row.template].replaceAll("\u0001", row.id))).toLowerCase()
        : row.text ??= row.element.textContent.toLowerCase());

      const render = () => {
        rendered = shown.slice(first, first + shownRows);
        if (data) {
          list.innerHTML = rendered.map(markupOf).join("");
          for (const [place, row] of rendered.entries()) row.element = list.children[place];
        } else if (rendered.length !== list.children.length
          || rendered.some((row, place) => row.element !== list.children[place])) {
          list.replaceChildren(...rendered.map((row) => row.element));
        }
        byId("nothing").hidden = shown.length > 0;
        const isWhole = shown.length === rows.length;
        const range = data && shown.length > 0 ? `${grouped(first + 1)}–${grouped(first + rendered.length)} of ` : "";
        byId("shown").textContent = (isWhole && !data ? "" : range + grouped(shown.length))
          + (isWhole ? "" : `${data ? " found in" : " of"} ${grouped(rows.length)}`);
        byId("pages").hidden = shown.length <= shownRows;
        byId("back").disabled = first === 0;
        byId("on").disabled = first + shownRows >= shown.length;
      };
      const filter = () => {
        let cause;
        const words = state.words.replace(/cause:"([^"]*)"/g, (_, text) => { cause = text; return " "; })
          .toLowerCase().split(/\s+/).filter(Boolean);
        const matches = (row) => {
          if (state.statuses.size > 0 && !state.statuses.has(row.status)) return false;
          if (cause !== undefined && row.cause !== cause) return false;
          if (words.length === 0) return true;
          const text = textOf(row);
          return words.every((word) => text.includes(word));
        };
        shown = rows.filter(matches);
        first = 0;
        render();
        for (const button of byId("tallies").querySelectorAll("button"))
          button.setAttribute("aria-pressed", state.statuses.has(button.parentElement.dataset.status));
      };

      // What a column is sorted by, a number for each row by its position. Rows are numbered by their ids already,
      // or nearly so, and sorting what is sorted takes no time.
      const keys = {};
      const keyOf = (column) => keys[column] ??= column === "id" ? ranks()
        : Float64Array.from(all, (row) => (column === "status" ? row.position : row[column]));
      const ranks = () => {
        const number = (row) => Number(row.anchor.slice(1));
        const key = new Float64Array(all.length);
        all.map((row) => [number(row), row]).sort((a, b) => a[0] - b[0])
          .map((pair) => pair[1]).sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0))
          .forEach((row, rank) => { key[row.position] = rank; });
        return key;
      };

      const sort = () => {
        for (const head of tools.querySelectorAll("[data-sort]")) {
          if (head.dataset.sort === state.sort)
            head.setAttribute("aria-sort", state.descending ? "descending" : "ascending");
          else head.removeAttribute("aria-sort");
        }
        const order = (state.descending ? "-" : "") + state.sort;
        if (order === sortedBy) return;
        sortedBy = order;
        const sign = state.descending ? -1 : 1;
        const key = keyOf(state.sort);
        rows = Array.from(
          Uint32Array.from(all.keys()).sort((a, b) => sign * (key[a] - key[b]) || a - b), (position) => all[position]);
      };

      // Slashes and commas may stand behind # as they are.
      const encode = (text) => encodeURIComponent(text).replace(/%2F/g, "/").replace(/%2C/g, ",");

      const writeAddress = () => {
        const parts = [];
        if (state.statuses.size > 0) parts.push("status=" + encode([...state.statuses].join(",")));
        if (state.words) parts.push("q=" + encode(state.words));
        if (state.sort !== "status" || state.descending)
          parts.push("sort=" + (state.descending ? "-" : "") + state.sort);
        if (state.chosen) parts.push("case=" + encode(state.chosen));
        const address = parts.length > 0 ? "#" + parts.join("&") : location.pathname + location.search;
        try { history.replaceState(null, "", address); } catch { /* Not allowed everywhere; the page works. */ }
      };

      const show = (row) => {
        if (!shown.includes(row)) shown = [row, ...shown];
        if (data) first = Math.floor(shown.indexOf(row) / shownRows) * shownRows;
        render();
        fill(row);
        row.element.open = true;
        row.element.scrollIntoView({ block: "start" });
      };

      const readAddress = () => {
        const address = location.hash.slice(1);
        if (!address.includes("=")) {
          const row = address && rows.find((row) => row.anchor === address);
          if (row) show(row);
          return;
        }
        const given = new Map();
        for (const part of address.split("&")) {
          const [name, ...value] = part.split("=");
          try { given.set(name, decodeURIComponent(value.join("="))); } catch { /* No address of ours. */ }
        }
        state.statuses = new Set((given.get("status") ?? "").split(",").filter(Boolean));
        search.value = state.words = given.get("q") ?? "";
        const column = given.get("sort") ?? "status";
        state.descending = column.startsWith("-");
        const name = column.replace(/^-/, "");
        state.sort = columns.includes(name) ? name : "status";
        state.chosen = given.get("case") ?? "";
        sort();
        filter();
        const row = state.chosen && rows.find((row) => row.id === state.chosen);
        if (row) show(row);
      };

      const button = (content, action) => {
        const button = document.createElement("button");
        button.type = "button";
        button.append(...content);
        button.addEventListener("click", action);
        return button;
      };

      for (const item of byId("tallies").children) {
        const status = item.dataset.status;
        const toggle = button([...item.childNodes], () => {
          if (!state.statuses.delete(status)) state.statuses.add(status);
          filter();
          writeAddress();
        });
        toggle.title = "Show only these";
        item.replaceChildren(toggle);
      }
      for (const head of tools.querySelectorAll("[data-sort]")) {
        const column = head.dataset.sort;
        head.replaceChildren(button([...head.childNodes], () => {
          state.descending = state.sort === column ? !state.descending : !isText(column);
          state.sort = column;
          sort();
          filter();
          writeAddress();
        }));
      }
      const turn = (direction) => {
        first += direction * shownRows;
        render();
        document.documentElement.scrollTop += list.getBoundingClientRect().top - tools.getBoundingClientRect().bottom;
      };
      byId("pages").append(button(["Previous"], () => turn(-1)), button(["Next"], () => turn(1)));
      [byId("pages").firstChild.id, byId("pages").lastChild.id] = ["back", "on"];
      let pause = 0;
      search.addEventListener("input", () => {
        clearTimeout(pause);
        pause = setTimeout(() => {
          state.words = search.value;
          filter();
          writeAddress();
        }, 80);
      });
      document.addEventListener("keydown", (event) => {
        if (event.key === "/" && event.target !== search && !event.ctrlKey && !event.metaKey && !event.altKey) {
          event.preventDefault();
          search.focus();
        }
      });
      byId("open").addEventListener("click", () => {
        const opens = byId("open").textContent === "Open all";
        for (const row of rendered) row.element.open = opens;
        byId("open").textContent = opens ? "Close all" : "Open all";
      });
      if (data) {
        list.addEventListener("toggle", (event) => {
          const row = rendered.find((row) => row.element === event.target);
          if (row) fill(row);
        }, true);
      }
      // A case that is opened by hand is what its reader would want to pass on.
      list.addEventListener("click", (event) => {
        const summary = event.target.closest("summary.row");
        if (!summary) return;
        const element = summary.parentElement;
        state.chosen = element.open ? "" : element.querySelector("bdi").textContent;
        writeAddress();
      });
      addEventListener("hashchange", () => {
        readAddress();
        // The cause of a group was followed, or an address typed: what it leads to may be far below.
        if (location.hash.includes("=") && !state.chosen) tools.scrollIntoView();
      });
      byId("search-bar").hidden = false;
      sort();
      filter();
      readAddress();
    })();

    """#
}
