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

      const rows = Array.from(list.children, (element, position) => {
        const data = element.dataset;
        const number = (text) => (text === undefined ? -Infinity : Number(text));
        return {
          element, position, status: data.s, cause: data.g, id: element.querySelector("bdi").textContent,
          time: number(data.t), instructions: number(data.i), memory: number(data.m), change: number(data.c),
        };
      });
      const columns = ["status", "id", "time", "instructions", "change", "memory"];
      const isText = (column) => column === "status" || column === "id";
      const state = { words: "", statuses: new Set(), sort: "status", descending: false, chosen: "" };
      let sortedBy = "status";

      // Text of a row with all it opens to, read only when something is searched for.
      const textOf = (row) => (row.text ??= row.element.textContent.toLowerCase());

      const filter = () => {
        let cause;
        const words = state.words.replace(/cause:"([^"]*)"/g, (_, text) => { cause = text; return " "; })
          .toLowerCase().split(/\s+/).filter(Boolean);
        let count = 0;
        for (const row of rows) {
          const isShown = (state.statuses.size === 0 || state.statuses.has(row.status))
            && (cause === undefined || row.cause === cause)
            && (words.length === 0 || words.every((word) => textOf(row).includes(word)));
          if (row.element.hidden === isShown) row.element.hidden = !isShown;
          if (isShown) count += 1;
        }
        byId("nothing").hidden = count > 0;
        byId("shown").textContent =
          count === rows.length ? "" : `${count.toLocaleString("en")} of ${rows.length.toLocaleString("en")}`;
        for (const button of byId("tallies").querySelectorAll("button"))
          button.setAttribute("aria-pressed", state.statuses.has(button.parentElement.dataset.status));
      };

      const compare = {
        status: (a, b) => a.position - b.position,
        id: (a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0),
      };
      for (const column of columns.slice(2))
        compare[column] = (a, b) => (a[column] === b[column] ? 0 : a[column] < b[column] ? -1 : 1);

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
        const byColumn = compare[state.sort];
        rows.sort((a, b) => sign * byColumn(a, b) || a.position - b.position);
        // Several at a time, because one by one takes four times as long, and a call takes no more.
        list.replaceChildren();
        for (let start = 0; start < rows.length; start += 10000)
          list.append(...rows.slice(start, start + 10000).map((row) => row.element));
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
        row.element.hidden = false;
        row.element.open = true;
        row.element.scrollIntoView({ block: "start" });
      };

      const readAddress = () => {
        const address = location.hash.slice(1);
        if (!address.includes("=")) {
          const row = address && rows.find((row) => row.element.id === address);
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
          writeAddress();
        }));
      }
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
        const shown = rows.filter((row) => !row.element.hidden);
        const opens = byId("open").textContent === "Open all";
        for (const row of shown) row.element.open = opens;
        byId("open").textContent = opens ? "Close all" : "Open all";
      });
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
      readAddress();
    })();

    """#
}
